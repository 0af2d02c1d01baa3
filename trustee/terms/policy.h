#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "trustee/terms/question.h"

/// The kernel: what specs/terms.md says of a request, on sets of bits and intervals. It answers as
/// specification.h does (tests/trustee/terms/kernel_test.cpp holds one against the other), without
/// looking a name up, allocating or recursing.
namespace usufruct::terms {

/// An owner's terms and what else holds for a dataset, compiled against one vocabulary: words are
/// closed downwards into sets of bits, what cannot depend on a request is judged already. One run
/// of numbers, so that a million of them lie side by side. Immutable.
class Policy {
 public:
  /// Total: whatever a record may hold compiles, what makes no sense to `unknown`, and so do the
  /// words of further terms that are written in another vocabulary.
  static Policy of(const Terms& terms, std::span<const Licence> licences,
                   const Vocabulary& vocabulary, std::span<const FurtherTerms> further = {},
                   const ConsentsHeard& consents = {});
  /// One layer of it: the rules of one record of terms, as the owner's or as further ones.
  static Policy of_layer(const Terms& terms, LayerKind layer, const Vocabulary& vocabulary);

  std::span<const std::uint64_t> code() const { return code_; }

 private:
  std::vector<std::uint64_t> code_;
};

/// Judges a question by a policy compiled against the same vocabulary: another is a bug. No
/// allocation; some 5 ns a clause.
Judgement judge(std::span<const std::uint64_t> policy, const Question& question);
inline Judgement judge(const Policy& policy, const Question& question) {
  return judge(policy.code(), question);
}
/// The answer alone, with no more work than it takes.
Answer answer_of(std::span<const std::uint64_t> policy, const Question& question);

/// One clause of a policy and what it came to.
struct Finding {
  /// Of a rule as a whole: it asks, it has no clauses, or it is a permit that holds.
  static constexpr std::uint16_t whole = 0xffff;
  LayerKind layer = LayerKind::owner;
  Effect effect = Effect::permit;
  std::uint16_t rule = 0;    ///< by its place in its layer
  std::uint16_t clause = 0;  ///< by its place in the rule, or whole
  Truth truth = Truth::unknown;
};
/// Why, in the order of the rules, of licences to choose from those that were chosen: of forbids
/// that are not false the clauses that made them so; the permits that hold; or, when none does, the
/// clauses of each that are not true. Fills `into` as far as it goes and answers how many there
/// are. No allocation.
std::size_t explain(std::span<const std::uint64_t> policy, const Question& question,
                    std::span<Finding> into);

/// Many policies in one place.
class PolicyShelf {
 public:
  /// Its number: the count of those before it.
  std::size_t add(const Policy& policy);
  std::size_t size() const { return begins_.size() - 1; }
  std::span<const std::uint64_t> operator[](std::size_t number) const {
    return std::span(code_).subspan(begins_[number], begins_[number + 1] - begins_[number]);
  }
  /// The answer of each to one question, in order. On all cores; 1 byte a policy.
  std::vector<Answer> ask_all(const Question& question) const;

 private:
  std::vector<std::uint64_t> code_;
  std::vector<std::size_t> begins_{0};
};

}  // namespace usufruct::terms
