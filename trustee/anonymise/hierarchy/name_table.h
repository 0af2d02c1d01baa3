#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise {

/// Numbers distinct texts 0, 1, 2 … in the order first seen. Each text is held once; finding one is
/// a hash look-up.
class NameTable {
 public:
  /// The number of a text, and whether it is new. At most 2^31 texts.
  std::pair<std::uint32_t, bool> add(std::string_view name);
  std::optional<std::uint32_t> find(std::string_view name) const;
  void reserve(std::size_t count);

  std::size_t size() const { return names_.size(); }
  const std::string& name(std::uint32_t number) const { return names_[number]; }

 private:
  void resize_slots(std::size_t count);
  /// The slot that holds the name, or the free one where it belongs.
  std::size_t slot_of(std::string_view name) const;

  KeyedHash hash_;
  std::vector<std::string> names_;
  std::vector<std::uint32_t> slots_;  ///< a power of two, at most half full
};

}  // namespace usufruct::anonymise
