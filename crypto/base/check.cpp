#include "crypto/base/check.h"

#include <cstdio>
#include <cstdlib>

namespace usufruct {

void broken_invariant(const char* condition, const char* file, int line) {
  std::fprintf(stderr,
               "usufruct: bug: %s does not hold at %s:%d\n"
               "usufruct: hint: please report this; nothing was written after this point\n",
               condition, file, line);
  std::abort();
}

}  // namespace usufruct
