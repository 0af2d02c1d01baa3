#include "ledger/record/id.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct {

std::string print_id(const RecordId& id) { return to_hex(id.digest); }
std::string print_short(const RecordId& id) { return to_hex(id.digest).substr(0, 12); }

Result<RecordId> parse_id(std::string_view text) {
  auto digest = parse_digest(text);
  if (!digest) {
    return malformed(fmt::format("'{}' is not a record id", printable(text, 80)),
                     "a record id is 64 lower-case hexadecimal digits");
  }
  return RecordId{*digest};
}

}  // namespace usufruct
