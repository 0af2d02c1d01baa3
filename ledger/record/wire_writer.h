#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "ledger/record/wire.h"

namespace usufruct::wire {

/// A message being made: words that are zero until written. Its place may move when it grows.
class Words {
 public:
  explicit Words(std::size_t bytes_max) : words_max_(bytes_max / word_bytes) {}
  Words(const Words&) = delete;
  Words& operator=(const Words&) = delete;

  std::size_t allocate(std::size_t count) {
    const std::size_t at = size_;
    if (count > capacity_ - size_) grow(count);
    size_ += count;
    std::memset(data_ + at, 0, count * word_bytes);
    return at;
  }
  std::uint64_t& operator[](std::size_t word) { return data_[word]; }
  std::uint64_t* at(std::size_t word) { return data_ + word; }
  std::size_t size() const { return size_; }
  Bytes bytes() const {
    const auto* first = reinterpret_cast<const std::uint8_t*>(data_);
    return {first, first + size_ * word_bytes};
  }

 private:
  void grow(std::size_t count) {
    if (count > words_max_ - size_)
      refuse_size((size_ + count) * word_bytes, words_max_ * word_bytes);
    capacity_ = std::min(words_max_, std::max(2 * capacity_, size_ + count));
    auto larger = std::make_unique_for_overwrite<std::uint64_t[]>(capacity_);
    std::memcpy(larger.get(), data_, size_ * word_bytes);
    heap_ = std::move(larger);
    data_ = heap_.get();
  }

  std::array<std::uint64_t, 256> near_;  ///< most records fit: no memory is asked for
  std::unique_ptr<std::uint64_t[]> heap_;
  std::uint64_t* data_ = near_.data();
  std::size_t size_ = 0;
  std::size_t capacity_ = near_.size();
  std::size_t words_max_;
};

/// Puts the numbers of one struct into its data section, and notes which pointers it will need.
class DataSection {
 public:
  DataSection(const Layout& layout, std::uint64_t* words) : layout_(layout), words_(words) {}

  template <class T>
  void operator()(const char*, const T& value) {
    const Slot& slot = layout_.slots[field_++];
    if constexpr (Number<T>) {
      words_[slot.bit / 64] |= bits_of(value) << slot.bit % 64;
    } else {
      if constexpr (Union<T>) words_[slot.bit / 64] |= value.index() << slot.bit % 64;
      if (is_present(value)) pointers_ |= std::uint32_t{1} << slot.pointer;
    }
  }
  /// How many pointers, up to the last that leads somewhere.
  std::size_t pointers() const { return static_cast<std::size_t>(std::bit_width(pointers_)); }

 private:
  const Layout& layout_;
  std::uint64_t* words_;
  std::size_t field_ = 0;
  std::uint32_t pointers_ = 0;
};

/// Writes the canonical encoding of a struct, straight from its fields: each object at the end of
/// what is there, in preorder, its sections cut after the last word that is not zero.
class Writer {
 public:
  explicit Writer(Words& out) : out_(out) {}

  template <Struct T>
  void write_root(const T& value) {
    write("message", out_.allocate(1), value);
  }

 private:
  using Section = std::array<std::uint64_t, Layout::data_words_max>;
  struct Sizes {
    std::size_t data_words = 0;
    std::size_t pointers = 0;
    std::size_t words() const { return data_words + pointers; }
  };

  /// The fields that are not numbers, each written behind its pointer.
  class Pointers {
   public:
    Pointers(Writer& writer, const Layout& layout, std::size_t at)
        : writer_(writer), layout_(layout), at_(at) {}
    template <class T>
    void operator()(const char* name, const T& value) {
      const Slot& slot = layout_.slots[field_++];
      if constexpr (!Number<T>) {
        if (is_present(value)) writer_.write(name, at_ + slot.pointer, value);
      }
    }

   private:
    Writer& writer_;
    const Layout& layout_;
    std::size_t at_;
    std::size_t field_ = 0;
  };

  template <class T>
  static Sizes measure(const Layout& layout, const T& value, Section& data) {
    std::fill_n(data.begin(), layout.data_words, 0);
    DataSection section(layout, data.data());
    T::fields(section, value);
    std::size_t words = layout.data_words;
    while (words > 0 && data[words - 1] == 0) --words;
    return {words, section.pointers()};
  }

  template <Struct T>
  void write(const char*, std::size_t from, const T& value) {
    const Layout& layout = layout_of<T>();
    Section data;
    const Sizes sizes = measure(layout, value, data);
    if (sizes.words() == 0) {
      out_[from] = empty_struct;
      return;
    }
    const std::size_t at = out_.allocate(sizes.words());
    out_[from] = pointer_to(at, from, Kind::structure) | sections(sizes.data_words, sizes.pointers);
    std::copy_n(data.begin(), sizes.data_words, out_.at(at));
    Pointers pointers(*this, layout, at + sizes.data_words);
    T::fields(pointers, value);
  }

  template <Union T>
  void write(const char* name, std::size_t from, const T& value) {
    std::visit([&](const auto& member) { write(name, from, member); }, value);
  }

  void write(const char* name, std::size_t from, const std::string& text) {
    check_text(name, text);
    write_bytes(from, as_view(text), text.size() + 1);  // a zero byte ends it
  }
  void write(const char*, std::size_t from, View data) { write_bytes(from, data, data.size()); }
  void write(const char*, std::size_t from, const Bytes& data) {
    write_bytes(from, data, data.size());
  }
  template <Fixed T>
  void write(const char*, std::size_t from, const T& value) {
    write_bytes(from, value.view(), T::size_bytes);
  }
  template <Fixed T>
  void write(const char* name, std::size_t from, const std::optional<T>& value) {
    write(name, from, *value);
  }

  void write_bytes(std::size_t from, View bytes, std::size_t count) {
    const std::size_t at = out_.allocate(words_of(count));
    out_[from] = pointer_to(at, from, Kind::list) | items(Items::bytes, count);
    if (!bytes.empty()) std::memcpy(out_.at(at), bytes.data(), bytes.size());
  }

  template <class T>
  void write(const char* name, std::size_t from, const std::vector<T>& values) {
    if (values.size() > list_count_max) refuse_count(name, values.size(), list_count_max);
    items_ += values.size();
    if (items_ > items_max) refuse_count("the message", items_, items_max);
    if constexpr (Struct<T>) {
      write_structs(from, values);
    } else {
      const std::size_t at = out_.allocate(values.size());
      out_[from] = pointer_to(at, from, Kind::list) | items(Items::pointers, values.size());
      for (std::size_t i = 0; i < values.size(); ++i) write(name, at + i, values[i]);
    }
  }

  /// A list of structs begins with a word that says how many there are and how large each is: as
  /// large as the largest of them.
  template <Struct T>
  void write_structs(std::size_t from, const std::vector<T>& values) {
    const Layout& layout = layout_of<T>();
    Section data;
    Sizes each;
    for (const T& value : values) {
      const Sizes sizes = measure(layout, value, data);
      each.data_words = std::max(each.data_words, sizes.data_words);
      each.pointers = std::max(each.pointers, sizes.pointers);
    }
    const std::size_t words = values.size() * each.words();
    const std::size_t tag = out_.allocate(1 + words);
    out_[from] = pointer_to(tag, from, Kind::list) | items(Items::structures, words);
    out_[tag] = values.size() << 2 | sections(each.data_words, each.pointers);
    for (std::size_t i = 0; i < values.size(); ++i) {
      measure(layout, values[i], data);
      std::copy_n(data.begin(), each.data_words, out_.at(tag + 1 + i * each.words()));
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
      Pointers pointers(*this, layout, tag + 1 + i * each.words() + each.data_words);
      T::fields(pointers, values[i]);
    }
  }

  Words& out_;
  std::size_t items_ = 0;
};

/// The canonical encoding of a struct; Refused when it is larger than `bytes_max`.
template <Struct T>
Bytes write_message(const T& value, std::size_t bytes_max) {
  Words words(bytes_max);
  Writer(words).write_root(value);
  return words.bytes();
}

}  // namespace usufruct::wire
