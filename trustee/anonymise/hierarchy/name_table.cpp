#include "trustee/anonymise/hierarchy/name_table.h"

#include <bit>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint32_t free_slot = static_cast<std::uint32_t>(-1);
constexpr std::size_t slot_count_min = 16;
constexpr std::size_t name_count_max = std::size_t{1} << 31;

}  // namespace

std::size_t NameTable::slot_of(std::string_view name) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash_(name) & mask;
  while (slots_[at] != free_slot && names_[slots_[at]] != name) at = (at + 1) & mask;
  return at;
}

void NameTable::resize_slots(std::size_t count) {
  slots_.assign(std::bit_ceil(std::max(count, slot_count_min)), free_slot);
  for (std::size_t i = 0; i < names_.size(); ++i)
    slots_[slot_of(names_[i])] = static_cast<std::uint32_t>(i);
}

void NameTable::reserve(std::size_t count) {
  names_.reserve(count);
  if (2 * count > slots_.size()) resize_slots(2 * count);
}

std::pair<std::uint32_t, bool> NameTable::add(std::string_view name) {
  if (2 * (names_.size() + 1) > slots_.size()) resize_slots(4 * (names_.size() + 1));
  const std::size_t at = slot_of(name);
  if (slots_[at] != free_slot) return {slots_[at], false};
  CHECK_THAT(names_.size() < name_count_max);
  slots_[at] = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  return {slots_[at], true};
}

std::optional<std::uint32_t> NameTable::find(std::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const std::uint32_t found = slots_[slot_of(name)];
  if (found == free_slot) return std::nullopt;
  return found;
}

}  // namespace usufruct::anonymise
