#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/layout.h"

/// What writing and reading canonical Cap'n Proto share (its encoding document, "Serialization Over
/// a Wire"): a message is words of 8 bytes, little-endian; word 0 points to the root. For
/// ledger/record only.
namespace usufruct::wire {

static_assert(std::endian::native == std::endian::little, "words are copied as they are");
inline constexpr std::size_t word_bytes = 8;

inline constexpr std::size_t text_bytes_max = 16'384;
inline constexpr std::size_t list_count_max = 4'096;
/// Of all lists of a message together: items that are empty take no bytes, so that the size of the
/// message alone does not say how much it unfolds to.
inline constexpr std::size_t items_max = 8'192;

/// Thrown and caught inside the codecs only: the fields are visited many frames deep.
struct Refused {
  std::string message;
  std::string hint{};
};
[[noreturn]] void refuse_size(std::size_t size, std::size_t size_max);
[[noreturn]] void refuse_length(const char* field, std::size_t size, std::size_t due);
[[noreturn]] void refuse_count(const char* field, std::size_t count, std::size_t count_max);
[[noreturn]] void refuse_enumerant(const char* field, std::uint64_t value);
/// Bytes that are not what the writer makes: `why`, and at which word.
[[noreturn]] void refuse_form(std::size_t word, std::string_view why);
/// Refuses what is too long, not UTF-8, or has a control character but tab and line feed.
void check_text(const char* field, std::string_view text);

// ---- pointers ----------------------------------------------------------------------------------

/// A pointer: its kind in 2 bits, where it leads in 30 (in words, from the word after it), and what
/// is there in 32: of a struct the words of its two sections, of a list its kind and count.
inline constexpr std::uint64_t empty_struct = 0xfffffffc;  ///< "-1": a struct of no words
enum class Kind : std::uint64_t { structure = 0, list = 1 };
enum class Items : std::uint64_t { bytes = 2, pointers = 6, structures = 7 };

constexpr std::uint64_t pointer_to(std::size_t target, std::size_t from, Kind kind) {
  return (target - from - 1) << 2 | static_cast<std::uint64_t>(kind);
}
constexpr std::uint64_t sections(std::size_t data_words, std::size_t pointers) {
  return std::uint64_t{data_words} << 32 | std::uint64_t{pointers} << 48;
}
constexpr std::uint64_t items(Items of, std::size_t count) {
  return (std::uint64_t{count} << 3 | static_cast<std::uint64_t>(of)) << 32;
}
constexpr std::size_t words_of(std::size_t bytes) { return (bytes + word_bytes - 1) / word_bytes; }

// ---- what the fields of our structs are
// -----------------------------------------------------------

template <class T>
concept Number = std::integral<T> || std::is_enum_v<T> || std::same_as<T, Time>;
template <class T>
concept Fixed = requires(const T& value) {
  T::size_bytes;
  value.bytes;
  value.view();
};
struct Ignore {
  template <class T>
  void operator()(const char*, T&) {}
};
template <class T>
concept Struct = requires(Ignore& io, T& value) {
  T::fields(io, value);
};
template <class T>
struct IsUnion : std::false_type {};
template <class... T>
struct IsUnion<std::variant<T...>> : std::true_type {};
template <class T>
concept Union = IsUnion<T>::value;

/// The bits of a number in the data section: as many as its type has, one for a bool.
template <Number T>
constexpr std::uint64_t bits_of(T value) {
  if constexpr (std::same_as<T, Time>) {
    return static_cast<std::uint64_t>(value.ms);
  } else if constexpr (std::same_as<T, bool>) {
    return value ? 1 : 0;
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<std::uint16_t>(value);
  } else {
    return static_cast<std::make_unsigned_t<T>>(value);
  }
}
template <Number T>
constexpr T number_from(std::uint64_t bits) {
  if constexpr (std::same_as<T, Time>) {
    return Time{static_cast<std::int64_t>(bits)};
  } else if constexpr (std::same_as<T, bool>) {
    return (bits & 1) != 0;
  } else if constexpr (std::is_enum_v<T>) {
    return static_cast<T>(static_cast<std::uint16_t>(bits));
  } else {
    return static_cast<T>(bits);
  }
}

/// What has no content has no pointer. A struct always has one.
template <class T>
bool is_present(const T& value) {
  if constexpr (Fixed<T> || Struct<T> || Union<T>) {
    return true;
  } else if constexpr (requires { value.has_value(); }) {
    return value.has_value();
  } else {
    return !value.empty();
  }
}

}  // namespace usufruct::wire
