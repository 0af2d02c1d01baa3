#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

/// Which rows of the input are kept, a bit a row: what is kept of a row does not say its number,
/// but comes back in the same order.
class InputRows {
 public:
  /// Of every row in file order.
  void add(bool is_kept) { kept_.push_back(is_kept); }
  /// The 0-based numbers of the kept rows, ascending, one at each call; as many as were kept.
  std::uint32_t next() {
    while (at_ < kept_.size() && !kept_[at_]) ++at_;
    CHECK_THAT(at_ < kept_.size());
    return static_cast<std::uint32_t>(at_++);
  }

 private:
  std::vector<bool> kept_;
  std::size_t at_ = 0;
};

}  // namespace usufruct::anonymise
