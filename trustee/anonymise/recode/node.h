#pragma once

#include <cstdint>
#include <vector>

namespace usufruct::anonymise {

/// One level per quasi-identifier: every value of column c is shown at levels[c].
using Node = std::vector<std::uint8_t>;

}  // namespace usufruct::anonymise
