#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "ledger/record/wire.h"

namespace usufruct::wire {

/// Reads what Writer writes and nothing else, in one pass and without unfolding anything twice:
/// each pointer must lead to the first word that no pointer led to before, each section must be cut
/// where the writer cuts it, what no field uses must be zero, and no word may be left over.
class Reader {
 public:
  explicit Reader(View bytes) : bytes_(bytes.data()), size_(bytes.size() / word_bytes) {}

  template <Struct T>
  void read_root(T& value) {
    claim(0, 1);
    read("message", 0, word(0), value);
    if (next_ != size_) refuse_form(next_, "words are left over");
  }

 private:
  using Section = std::array<std::uint64_t, Layout::data_words_max>;
  /// The two sections of a struct as they lie in the message.
  struct Sections {
    std::size_t at;
    std::size_t data_words;
    std::size_t pointers;
    std::size_t pointer(std::size_t i) const { return at + data_words + i; }
  };

  /// Hands each field what its slot holds.
  class Fields {
   public:
    Fields(Reader& reader, const Layout& layout, const Sections& sections, const Section& data)
        : reader_(reader), layout_(layout), sections_(sections), data_(data) {}
    template <class T>
    void operator()(const char* name, T& value) {
      const Slot& slot = layout_.slots[field_++];
      if constexpr (Number<T>) {
        value = number_from<T>(bits_at(slot));
        if constexpr (std::is_enum_v<T>) {
          if (bits_of(value) >= slot.values) refuse_enumerant(name, bits_of(value));
        }
      } else {
        if constexpr (Union<T>) select(static_cast<std::uint16_t>(bits_at(slot)), value);
        const bool is_here = slot.pointer < sections_.pointers;
        const std::size_t from = sections_.pointer(slot.pointer);
        const std::uint64_t pointer = is_here ? reader_.word(from) : 0;
        if (pointer != 0) {
          reader_.read(name, from, pointer, value);
        } else {
          absent(name, sections_.at, value);
        }
      }
    }

   private:
    std::uint64_t bits_at(const Slot& slot) const { return data_[slot.bit / 64] >> slot.bit % 64; }

    Reader& reader_;
    const Layout& layout_;
    const Sections& sections_;
    const Section& data_;
    std::size_t field_ = 0;
  };

  /// A null pointer: fine where the writer leaves out what is empty.
  template <class T>
  static void absent(const char* name, std::size_t at, T&) {
    if constexpr (Fixed<T>) {
      refuse_length(name, 0, T::size_bytes);
    } else if constexpr (Struct<T> || Union<T>) {
      refuse_form(at, "a struct is missing");
    }
  }

  template <Union T>
  static void select(std::uint16_t index, T& value) {
    if (index >= std::variant_size_v<T>) throw Refused{"the kind is unknown"};
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((index == I ? void(value.template emplace<I>()) : void()), ...);
    }
    (std::make_index_sequence<std::variant_size_v<T>>());
  }

  std::uint64_t word(std::size_t at) const {
    std::uint64_t value;
    std::memcpy(&value, bytes_ + at * word_bytes, word_bytes);
    return value;
  }

  /// The next `count` words, which nothing else may point to.
  std::size_t claim(std::size_t from, std::size_t count) {
    if (count > size_ - next_) refuse_form(from, "a pointer leads past the end");
    const std::size_t at = next_;
    next_ += count;
    return at;
  }
  void check_target(std::size_t from, std::uint64_t pointer, Kind kind) const {
    if (static_cast<std::uint32_t>(pointer) !=
        static_cast<std::uint32_t>(pointer_to(next_, from, kind))) {
      refuse_form(from, "a pointer does not lead to what comes next");
    }
  }
  static Sections sections_from(std::uint64_t word) { return {0, word >> 32 & 0xffff, word >> 48}; }
  static void check_known(const Layout& layout, const Sections& sections, std::size_t from) {
    if (sections.data_words > layout.data_words || sections.pointers > layout.pointers) {
      refuse_form(from, "a struct has unknown fields");
    }
  }
  Section data_of(const Layout& layout, const Sections& sections) const {
    Section data;
    std::memcpy(data.data(), bytes_ + sections.at * word_bytes, sections.data_words * word_bytes);
    std::fill(data.begin() + static_cast<std::ptrdiff_t>(sections.data_words),
              data.begin() + layout.data_words, 0);
    std::uint64_t unknown = 0;
    for (std::size_t i = 0; i < layout.data_words; ++i) unknown |= data[i] & ~layout.used[i];
    if (unknown != 0) refuse_form(sections.at, "a struct has unknown fields");
    return data;
  }

  template <Struct T>
  void read(const char*, std::size_t from, std::uint64_t pointer, T& value) {
    const Layout& layout = layout_of<T>();
    Sections sections = sections_from(pointer);
    if (pointer != empty_struct) {
      check_target(from, pointer, Kind::structure);
      check_known(layout, sections, from);
      sections.at = claim(from, sections.data_words + sections.pointers);
      if (sections.data_words + sections.pointers == 0 ||
          (sections.data_words > 0 && word(sections.pointer(0) - 1) == 0) ||
          (sections.pointers > 0 && word(sections.pointer(sections.pointers - 1)) == 0)) {
        refuse_form(from, "a section is longer than it need be");
      }
    }
    const Section data = data_of(layout, sections);
    Fields fields(*this, layout, sections, data);
    T::fields(fields, value);
  }

  template <Union T>
  void read(const char* name, std::size_t from, std::uint64_t pointer, T& value) {
    std::visit([&](auto& member) { read(name, from, pointer, member); }, value);
  }

  /// The bytes a pointer to a list of bytes leads to; what fills the last word up must be zero.
  View bytes_at(std::size_t from, std::uint64_t pointer) {
    check_target(from, pointer, Kind::list);
    if (static_cast<Items>(pointer >> 32 & 7) != Items::bytes) {
      refuse_form(from, "a list of another kind");
    }
    const std::size_t count = pointer >> 35;
    const std::size_t at = claim(from, words_of(count));
    if (count % word_bytes != 0 && word(next_ - 1) >> count % word_bytes * 8 != 0) {
      refuse_form(next_ - 1, "padding that is not zero");
    }
    return {bytes_ + at * word_bytes, count};
  }

  std::string_view text_at(const char* name, std::size_t from, std::uint64_t pointer) {
    const std::string_view text = as_text(bytes_at(from, pointer));
    if (text.empty() || text.back() != '\0') refuse_form(from, "a text without its end");
    check_text(name, text.substr(0, text.size() - 1));
    return text.substr(0, text.size() - 1);
  }

  void read(const char* name, std::size_t from, std::uint64_t pointer, std::string& value) {
    value = text_at(name, from, pointer);
    if (value.empty()) refuse_form(from, "an empty text that is not left out");
  }
  void read(const char*, std::size_t from, std::uint64_t pointer, View& value) {
    value = bytes_at(from, pointer);
    if (value.empty()) refuse_form(from, "empty data that are not left out");
  }
  void read(const char* name, std::size_t from, std::uint64_t pointer, Bytes& value) {
    View bytes;
    read(name, from, pointer, bytes);
    value = to_bytes(bytes);
  }
  template <Fixed T>
  void read(const char* name, std::size_t from, std::uint64_t pointer, T& value) {
    const View bytes = bytes_at(from, pointer);
    if (bytes.size() != T::size_bytes) refuse_length(name, bytes.size(), T::size_bytes);
    std::memcpy(value.bytes.data(), bytes.data(), T::size_bytes);
  }
  template <Fixed T>
  void read(const char* name, std::size_t from, std::uint64_t pointer, std::optional<T>& value) {
    read(name, from, pointer, value.emplace());
  }

  template <class T>
  void read(const char* name, std::size_t from, std::uint64_t pointer, std::vector<T>& values) {
    check_target(from, pointer, Kind::list);
    if constexpr (Struct<T>) {
      read_structs(name, from, pointer, values);
    } else {
      if (static_cast<Items>(pointer >> 32 & 7) != Items::pointers) {
        refuse_form(from, "a list of another kind");
      }
      const std::size_t count = pointer >> 35;
      check_count(name, from, count);
      const std::size_t at = claim(from, count);
      values.reserve(count);
      for (std::size_t i = 0; i < count; ++i) {
        read_item(name, at + i, word(at + i), values.emplace_back());
      }
    }
  }
  /// Inside a list what is empty still has its pointer.
  void read_item(const char* name, std::size_t from, std::uint64_t pointer, std::string& value) {
    value = text_at(name, from, pointer);
  }
  void read_item(const char*, std::size_t from, std::uint64_t pointer, Bytes& value) {
    value = to_bytes(bytes_at(from, pointer));
  }

  template <Struct T>
  void read_structs(const char* name, std::size_t from, std::uint64_t pointer,
                    std::vector<T>& values) {
    if (static_cast<Items>(pointer >> 32 & 7) != Items::structures) {
      refuse_form(from, "a list of another kind");
    }
    const Layout& layout = layout_of<T>();
    const std::size_t tag = claim(from, 1);
    const std::size_t count = static_cast<std::uint32_t>(word(tag)) >> 2;
    Sections each = sections_from(word(tag));
    const std::size_t stride = each.data_words + each.pointers;
    check_count(name, from, count);
    check_known(layout, each, tag);
    if ((word(tag) & 3) != 0 || pointer >> 35 != count * stride) {
      refuse_form(tag, "a list that is not as long as it says");
    }
    each.at = claim(from, count * stride);
    check_cut(each, count, stride);
    values.reserve(count);
    for (std::size_t i = 0; i < count; ++i, each.at += stride) {
      const Section data = data_of(layout, each);
      Fields fields(*this, layout, each, data);
      T::fields(fields, values.emplace_back());
    }
  }
  /// The items of a list are as large as the largest of them: one must need the last word, and one
  /// the last pointer.
  void check_cut(const Sections& first, std::size_t count, std::size_t stride) const {
    std::uint64_t last_data = first.data_words == 0 ? 1 : 0;
    std::uint64_t last_pointer = first.pointers == 0 ? 1 : 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t end = first.at + (i + 1) * stride;
      if (first.data_words > 0) last_data |= word(end - first.pointers - 1);
      if (first.pointers > 0) last_pointer |= word(end - 1);
    }
    if (last_data == 0 || last_pointer == 0) {
      refuse_form(first.at, "a section is longer than it need be");
    }
  }
  void check_count(const char* name, std::size_t from, std::size_t count) {
    if (count == 0) refuse_form(from, "an empty list that is not left out");
    if (count > list_count_max) refuse_count(name, count, list_count_max);
    items_ += count;
    if (items_ > items_max) refuse_count("the message", items_, items_max);
  }

  const std::uint8_t* bytes_;
  std::size_t size_;
  std::size_t next_ = 0;
  std::size_t items_ = 0;
};

/// Reads a whole message; Refused when it is not exactly what write_message() makes. A View among
/// the fields looks into `bytes`.
template <Struct T>
void read_message(View bytes, std::size_t bytes_max, T& value) {
  if (bytes.empty()) throw Refused{"there are no bytes"};
  if (bytes.size() > bytes_max) refuse_size(bytes.size(), bytes_max);
  if (bytes.size() % word_bytes != 0) {
    throw Refused{fmt::format("{} bytes are not whole words of 8", bytes.size())};
  }
  Reader(bytes).read_root(value);
}

}  // namespace usufruct::wire
