#pragma once

namespace usufruct {

/// Prints the broken invariant and aborts. See CHECK_THAT.
[[noreturn]] void broken_invariant(const char* condition, const char* file, int line);

}  // namespace usufruct

/// What must hold if this program is right; on in every build. Never on input: that is a Result.
#define CHECK_THAT(condition)                                       \
  do {                                                              \
    if (!(condition)) [[unlikely]]                                  \
      ::usufruct::broken_invariant(#condition, __FILE__, __LINE__); \
  } while (false)
