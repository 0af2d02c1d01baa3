#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "trustee/terms/clause.h"

namespace usufruct::terms {

/// Where the cells of each slot's set of words stand, one after another.
struct SlotLayout {
  std::array<std::uint32_t, slot_count + 1> begin{};
  static SlotLayout of(const Vocabulary& vocabulary);
};

/// A currency as one number: codes of up to seven bytes as they are, longer ones by their hash.
std::uint64_t currency_number(std::string_view code);

/// A request with all that it is judged by, in the numbers the kernel computes with: names are
/// looked up here, once, and not again for each policy. A value; what it was made of may go.
class Question {
 public:
  explicit Question(const Context& context);

  /// The cells of one slot's set.
  const std::uint64_t* cells(Slot slot) const {
    return cells_.data() + layout_.begin[static_cast<std::size_t>(slot)];
  }
  /// No word was said at all.
  bool is_empty(Slot slot) const { return empty_ >> static_cast<unsigned>(slot) & 1; }
  /// A word was said that the vocabulary does not have.
  bool has_unknown(Slot slot) const { return unknown_ >> static_cast<unsigned>(slot) & 1; }
  /// Nobody is named in the request: it is for the requester, who goes by any of its classes.
  bool is_for_requester() const { return is_for_requester_; }

  enum class Number : std::uint8_t { time, week, year, duration, count, price };
  static constexpr std::size_t number_count = 6;
  std::int64_t number(Number which) const { return numbers_[static_cast<std::size_t>(which)]; }
  std::uint64_t currency() const { return currency_; }
  const std::array<std::uint64_t, 4>& actor() const { return actor_; }
  /// What the request layer says: abstain when a word is missing or not known.
  Answer own_answer() const { return own_answer_; }
  const Digest& vocabulary() const { return vocabulary_; }

 private:
  void say(Slot slot, const std::vector<std::string>& words, const Vocabulary& vocabulary);

  SlotLayout layout_;
  std::vector<std::uint64_t> cells_;
  std::uint8_t empty_ = 0;
  std::uint8_t unknown_ = 0;
  bool is_for_requester_ = false;
  Answer own_answer_ = Answer::permit;
  std::uint64_t currency_ = 0;
  std::array<std::int64_t, number_count> numbers_{};
  std::array<std::uint64_t, 4> actor_{};
  Digest vocabulary_;
};

}  // namespace usufruct::terms
