#pragma once

#include <cstdint>
#include <limits>

#include "crypto/base/check.h"
#include "trustee/terms/evaluate.h"

/// How a Policy lies in memory: layers, in them rules, in them clauses, each a head and what
/// belongs to it. Only compile.cpp writes it and only policy.cpp reads it; it never leaves the
/// program.
namespace usufruct::terms {

/// A clause in the code: a head, then what its test compares with.
///
///     every_within, any_within   the cells of all words within
///     recipient_within           the same; every or any as the question is for
///     any_hit                    the cells of all words hit, then of all that are too broad
///     all_brought                for each value the cells of it and its kinds
///     number, turn               low, high
///     price                      low, high, currency
///     price_below                amount, currency
///     actor                      ids, four numbers each
enum class Test : std::uint8_t {
  constant,
  every_within,
  any_within,
  recipient_within,
  any_hit,
  all_brought,
  number,
  turn,
  price,
  price_below,
  actor,
};

/// Said in a head's flags.
inline constexpr std::uint64_t has_unknown_value = 1;  // a value that the vocabulary does not have
inline constexpr std::uint64_t nothing_is_false = 2;   // no word said is no word hit
inline constexpr std::uint64_t zero_is_unknown = 4;
inline constexpr std::uint64_t is_open = 8;  // an interval without an end

/// test 8 | slot, number or truth 8 | flags 8 | width 8 | first cell 16 | length 16
struct ClauseHead {
  Test test = Test::constant;
  std::uint8_t subject = 0;
  std::uint64_t flags = 0;
  std::uint32_t width = 0;
  std::uint32_t begin = 0;

  std::uint64_t with_length(std::size_t length) const {
    CHECK_THAT(length <= 0xffff && begin <= 0xffff && width <= 0xff);
    return static_cast<std::uint64_t>(test) | std::uint64_t{subject} << 8 | flags << 16 |
           std::uint64_t{width} << 24 | std::uint64_t{begin} << 32 | std::uint64_t{length} << 48;
  }
};
constexpr Test test_of(std::uint64_t head) { return static_cast<Test>(head & 0xff); }
constexpr std::uint8_t subject_of(std::uint64_t head) { return head >> 8 & 0xff; }
constexpr std::uint64_t flags_of(std::uint64_t head) { return head >> 16 & 0xff; }
constexpr std::size_t width_of(std::uint64_t head) { return head >> 24 & 0xff; }
constexpr std::size_t begin_of(std::uint64_t head) { return head >> 32 & 0xffff; }
constexpr std::size_t length_of(std::uint64_t head) { return head >> 48; }

/// A forbid that never says more than `unknown`: the trustees must judge.
enum class RuleKind : std::uint8_t { permit, forbid, ask };

/// What follows a layer: one that holds too, or another way to say the same, of which the better
/// answer counts.
enum class Next : std::uint8_t { is_another, is_alternative };

/// rule:  kind 8 | clauses 24 | length 32
/// layer: kind 4 | next 4 | permits by itself 8 | rules 16 | length 32
constexpr std::uint64_t rule_head(RuleKind kind, std::size_t clauses, std::size_t length) {
  return static_cast<std::uint64_t>(kind) | std::uint64_t{clauses} << 8 |
         std::uint64_t{length} << 32;
}
constexpr RuleKind kind_of(std::uint64_t rule) { return static_cast<RuleKind>(rule & 0xff); }
constexpr std::size_t clauses_of(std::uint64_t rule) { return rule >> 8 & 0xff'ffff; }
constexpr std::size_t rule_length(std::uint64_t rule) { return rule >> 32; }

constexpr std::uint64_t layer_head(LayerKind kind, bool permits, Next next, std::size_t rules,
                                   std::size_t length) {
  CHECK_THAT(rules <= 0xffff);
  return static_cast<std::uint64_t>(kind) | static_cast<std::uint64_t>(next) << 4 |
         std::uint64_t{permits} << 8 | std::uint64_t{rules} << 16 | std::uint64_t{length} << 32;
}
constexpr LayerKind layer_of(std::uint64_t layer) { return static_cast<LayerKind>(layer & 0xf); }
constexpr bool has_alternative(std::uint64_t layer) { return (layer >> 4 & 0xf) != 0; }
constexpr std::size_t layer_length(std::uint64_t layer) { return layer >> 32; }
constexpr bool permits_of(std::uint64_t layer) { return (layer >> 8 & 0xff) != 0; }
constexpr std::size_t rules_of(std::uint64_t layer) { return layer >> 16 & 0xffff; }

}  // namespace usufruct::terms
