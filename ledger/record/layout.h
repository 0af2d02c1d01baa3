#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace usufruct {

/// Where one field of a struct lies on the wire, as the schema's compiler placed it.
struct Slot {
  std::uint16_t bit = 0;      ///< of a number in the data section; of the discriminant of a union
  std::uint16_t pointer = 0;  ///< of anything else: which pointer of the pointer section
  std::uint16_t values = 0;   ///< of an enumeration: how many enumerants; of a union: members
};

/// How a struct of the schema is laid out: what the wire codec needs and asks of Cap'n Proto's
/// library but once. Slots stand in the order in which T::fields() names the fields; that order is
/// also the order of their pointers, so that visiting the fields visits the objects as the
/// canonical encoding orders them.
struct Layout {
  static constexpr std::size_t fields_max = 40;
  static constexpr std::size_t data_words_max = 24;

  std::uint16_t data_words = 0;
  std::uint16_t pointers = 0;
  std::array<Slot, fields_max> slots;
  std::array<std::uint64_t, data_words_max> used{};  ///< the bits of the data that some field has
};

/// For every struct of ledger/record. That T::fields() names each field of the schema's struct once
/// and in order is checked when it is first asked for: otherwise a bug.
template <class T>
const Layout& layout_of();

}  // namespace usufruct
