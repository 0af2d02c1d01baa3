#include "trustee/anonymise/measure/shown.h"

#include <fmt/format.h>

#include <bit>
#include <unordered_map>

#include "crypto/base/text.h"
#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise::measuring {

namespace {

using CodeOf = std::unordered_map<std::string_view, std::uint32_t, TextHash>;

/// On which levels the texts stand, and as which group of each.
struct Standing {
  std::vector<std::uint32_t> levels;               ///< [code]: bit l when it stands on level l
  std::vector<std::vector<std::uint32_t>> groups;  ///< [level][code]
};

Standing stand(const Hierarchy& hierarchy, std::span<const std::string_view> texts) {
  static_assert(Hierarchy::level_count_max <= 32);
  CodeOf code_of;
  for (std::size_t c = 0; c < texts.size(); ++c)
    code_of.emplace(texts[c], static_cast<std::uint32_t>(c));
  Standing standing{.levels = std::vector<std::uint32_t>(texts.size()), .groups = {}};
  for (std::size_t l = 0; l < hierarchy.level_count(); ++l) {
    auto& groups = standing.groups.emplace_back(texts.size());
    for (std::uint32_t g = 0; g < hierarchy.group_count(l); ++g)
      if (const auto at = code_of.find(hierarchy.name(l, g)); at != code_of.end()) {
        standing.levels[at->second] |= 1U << l;
        groups[at->second] = g;
      }
  }
  return standing;
}

std::uint32_t mask_of(const std::optional<LevelRange>& claim) {
  std::uint32_t mask = 0;
  for (std::uint32_t l = 0; l < 32; ++l)
    if (!claim || (l >= claim->min && l <= claim->max)) mask |= 1U << l;
  return mask;
}

}  // namespace

Shown look_at(const Classes& classes, std::size_t columns) {
  Shown shown{.texts = std::vector<std::vector<std::string_view>>(columns),
              .rows = std::vector<std::vector<std::uint64_t>>(columns),
              .codes = {}};
  shown.codes.reserve(classes.size() * columns);
  std::vector<CodeOf> code_of(columns);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    const auto values = classes.values(i);
    for (std::size_t c = 0; c < columns; ++c) {
      const auto [at, is_new] =
          code_of[c].emplace(values[c], static_cast<std::uint32_t>(shown.texts[c].size()));
      if (is_new) {
        shown.texts[c].push_back(values[c]);
        shown.rows[c].push_back(0);
      }
      shown.rows[c][at->second] += classes[i].rows;
      shown.codes.push_back(at->second);
    }
  }
  return shown;
}

Result<std::vector<Group>> groups_of(const Hierarchy& hierarchy,
                                     std::span<const std::string_view> texts,
                                     std::string_view column,
                                     const std::optional<LevelRange>& claim, Doubt doubt) {
  const Standing standing = stand(hierarchy, texts);
  const std::uint32_t claimed = mask_of(claim);
  std::uint32_t common = claimed;
  for (std::size_t c = 0; c < texts.size(); ++c) {
    if (standing.levels[c] == 0)
      return malformed(fmt::format("column '{}': its hierarchy has no value '{}' on any level",
                                   printable(column), printable(texts[c])),
                       "measure with the hierarchies the release was made with");
    if ((standing.levels[c] & claimed) == 0)
      return unverified(fmt::format("column '{}' shows '{}', which is on none of the levels {} to "
                                    "{} that are claimed",
                                    printable(column), printable(texts[c]), claim->min, claim->max),
                        "do not use the release: it is not what its record says");
    common &= standing.levels[c];
  }
  std::vector<Group> groups;
  for (std::size_t c = 0; c < texts.size(); ++c) {
    const std::uint32_t all = standing.levels[c] & claimed;
    const int level = common != 0              ? std::countr_zero(common)
                      : doubt == Doubt::finest ? std::countr_zero(all)
                                               : 31 - std::countl_zero(all);
    const auto l = static_cast<std::uint32_t>(level);
    groups.push_back({l, standing.groups[l][c]});
  }
  return groups;
}

}  // namespace usufruct::anonymise::measuring
