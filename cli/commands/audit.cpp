#include "cli/command.h"

namespace usufruct::cli {
void add_audit(Commands&) {}
}  // namespace usufruct::cli
