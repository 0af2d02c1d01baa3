#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/hierarchy/hierarchy.h"
#include "trustee/anonymise/measure/classes.h"
#include "trustee/anonymise/measure/level_range.h"

namespace usufruct::anonymise::measuring {

/// A group of a hierarchy: what a shown text stands for.
struct Group {
  std::uint32_t level = 0;
  std::uint32_t group = 0;

  bool operator==(const Group&) const = default;
};

/// What a release shows in its quasi-identifiers: for every column the different texts, by first
/// class, and which of them each class shows.
struct Shown {
  std::vector<std::vector<std::string_view>> texts;  ///< [column][code]; views into the classes
  std::vector<std::vector<std::uint64_t>> rows;      ///< [column][code]
  std::vector<std::uint32_t> codes;                  ///< [class · columns + column]
};
Shown look_at(const Classes& classes, std::size_t columns);

/// The same text may stand on several levels. A column all of whose texts stand on one level is
/// taken to be at the lowest such level; otherwise each text counts at its highest (`coarsest`) or
/// lowest (`finest`) level, whichever says less good of the release.
enum class Doubt { coarsest, finest };

/// The group each text stands for, within the levels claimed when there is a claim. `malformed`
/// for a text that no level has, `unverified` for one that stands outside the claim.
Result<std::vector<Group>> groups_of(const Hierarchy& hierarchy,
                                     std::span<const std::string_view> texts,
                                     std::string_view column,
                                     const std::optional<LevelRange>& claim, Doubt doubt);

}  // namespace usufruct::anonymise::measuring
