#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "crypto/base/chance.h"
#include "crypto/random.h"

namespace usufruct::anonymise {

/// A hash for tables in memory, under a key of its own: who writes the rows of a table cannot
/// choose them so that they share a place, which would make every look-up a walk over all of them.
///
/// Two halves of a 128-bit product with a secret odd factor, folded; a few cycles for eight bytes.
/// Enough against who never sees a hash; no MAC. What is answered must not depend on it, neither by
/// the order of a table nor by who is first in it.
class KeyedHash {
 public:
  /// Under a key of the system's randomness.
  KeyedHash() {
    SystemChance chance;
    draw(chance);
  }
  explicit KeyedHash(Chance& chance) { draw(chance); }

  std::uint64_t operator()(std::uint64_t value) const { return fold(value ^ mask_); }
  std::uint64_t operator()(std::string_view text) const {
    std::uint64_t hash = mask_ ^ text.size();
    for (; text.size() > sizeof hash; text.remove_prefix(sizeof hash)) {
      std::uint64_t eight = 0;
      std::memcpy(&eight, text.data(), sizeof eight);
      hash = fold(hash ^ eight);
    }
    std::uint64_t rest = 0;
    if (!text.empty()) std::memcpy(&rest, text.data(), text.size());
    return fold(hash ^ rest);
  }

 private:
  void draw(Chance& chance) {
    std::uint8_t bytes[2 * sizeof(std::uint64_t)];
    chance.fill(bytes);
    std::memcpy(&mask_, bytes, sizeof mask_);
    std::memcpy(&factor_, bytes + sizeof mask_, sizeof factor_);
    factor_ |= 1;
  }
  std::uint64_t fold(std::uint64_t value) const {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(value) * factor_;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }

  std::uint64_t mask_ = 0;
  std::uint64_t factor_ = 1;
};

/// For the standard library's tables of texts; finds a std::string by a view of it.
struct TextHash {
  using is_transparent = void;
  KeyedHash hash{};
  std::size_t operator()(std::string_view text) const { return hash(text); }
};

}  // namespace usufruct::anonymise
