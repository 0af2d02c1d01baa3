#include "trustee/anonymise/measure/models.h"

#include <algorithm>
#include <cmath>
#include <compare>
#include <functional>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

namespace usufruct::anonymise {

std::string_view name_of(PrivacyModel model) {
  switch (model) {
    case PrivacyModel::k_anonymity:
      return "k-anonymity";
    case PrivacyModel::personalised_k:
      return "personalised k";
    case PrivacyModel::k_map:
      return "k-map";
    case PrivacyModel::distinct_diversity:
      return "distinct l-diversity";
    case PrivacyModel::entropy_diversity:
      return "entropy l-diversity";
    case PrivacyModel::recursive_diversity:
      return "recursive (c,l)-diversity";
    case PrivacyModel::t_closeness:
      return "t-closeness";
    case PrivacyModel::delta_disclosure:
      return "delta-disclosure";
    case PrivacyModel::beta_likeness:
      return "beta-likeness";
    case PrivacyModel::enhanced_beta_likeness:
      return "enhanced beta-likeness";
    case PrivacyModel::population_uniqueness:
      return "population uniqueness";
  }
  return "";
}

std::string_view rule_of(PrivacyModel model) {
  switch (model) {
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
      return "floor-k";
    case PrivacyModel::k_map:
      return "floor-k-map";
    case PrivacyModel::distinct_diversity:
    case PrivacyModel::entropy_diversity:
    case PrivacyModel::recursive_diversity:
      return "floor-diversity";
    case PrivacyModel::t_closeness:
      return "floor-closeness";
    case PrivacyModel::delta_disclosure:
      return "floor-disclosure";
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
      return "floor-likeness";
    case PrivacyModel::population_uniqueness:
      return "floor-uniqueness";
  }
  return "";
}

namespace measuring {

double entropy_diversity(const Spread& spread) {
  double entropy = 0;
  for (const auto& each : spread.shares) {
    const double p = spread.share(each);
    entropy -= p * std::log(p);
  }
  return std::exp(entropy);
}

double recursive_ratio(const Spread& spread, std::uint32_t l) {
  std::vector<std::uint64_t> rows;
  for (const auto& each : spread.shares) rows.push_back(each.rows);
  std::sort(rows.begin(), rows.end(), std::greater<>());
  if (rows.size() < l) return std::numeric_limits<double>::infinity();
  const auto tail = std::accumulate(rows.begin() + (l - 1), rows.end(), std::uint64_t{0});
  return static_cast<double>(rows.front()) / static_cast<double>(tail);
}

double delta_disclosure(const Spread& spread) {
  double worst = 0;
  for (const auto& each : spread.shares)
    worst = std::max(worst, std::abs(std::log(spread.share(each) / spread.whole[each.value])));
  return worst;
}

double beta_likeness(const Spread& spread) {
  double worst = 0;
  for (const auto& each : spread.shares) {
    const double q = spread.whole[each.value];
    worst = std::max(worst, (spread.share(each) - q) / q);
  }
  return worst;
}

Gain enhanced_beta_likeness(const Spread& spread, double beta) {
  Gain worst{.gain = 0, .bound = beta};
  for (const auto& each : spread.shares) {
    const double q = spread.whole[each.value];
    const Gain here{.gain = (spread.share(each) - q) / q, .bound = std::min(beta, -std::log(q))};
    if (here.gain > 0 && here.gain - here.bound > worst.gain - worst.bound) worst = here;
  }
  return worst;
}

// ½ Σ|p-q| is what p is above q, summed: the shares above and below balance. Only values that
// occur in the class can be above.
double equal_distance(const Spread& spread) {
  double above = 0;
  for (const auto& each : spread.shares)
    above += std::max(0.0, spread.share(each) - spread.whole[each.value]);
  return above;
}

double ordered_distance(const Spread& spread, std::span<const std::uint32_t> rank) {
  if (rank.size() < 2) return 0;
  std::vector<double> difference(spread.whole.size());
  for (std::size_t v = 0; v < difference.size(); ++v) difference[v] = -spread.whole[v];
  for (const auto& each : spread.shares) difference[each.value] += spread.share(each);
  double carried = 0;
  double sum = 0;
  for (const std::uint32_t value : rank) {
    carried += difference[value];
    sum += std::abs(carried);
  }
  return sum / static_cast<double>(rank.size() - 1);
}

// A share that two values at level L must exchange leaves its group on each of the levels 0 to
// L - 1 and pays 1/(levels - 1) on each: the distance is the mean, over the levels below the top,
// of the equal distance between groups.
double hierarchical_distance(const Spread& spread, const ValueTree& tree) {
  if (tree.group.size() < 2) return 0;
  double sum = 0;
  for (std::size_t level = 0; level + 1 < tree.group.size(); ++level) {
    std::map<std::uint32_t, double> share;
    for (const auto& each : spread.shares)
      share[tree.group[level][each.value]] += spread.share(each);
    for (const auto& [group, p] : share) sum += std::max(0.0, p - tree.whole[level][group]);
  }
  return sum / static_cast<double>(tree.group.size() - 1);
}

namespace {

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const auto digits = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
  };
  return digits(text.substr(0, point)) &&
         (point == std::string_view::npos || digits(text.substr(point + 1)));
}

/// Compares two numbers by their digits: exactly, however long they are.
std::strong_ordering compare_sizes(std::string_view a, std::string_view b) {
  const auto parts = [](std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    std::string_view whole = text.substr(0, point);
    std::string_view part = text.substr(std::min(point + 1, text.size()));
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    while (part.ends_with('0')) part.remove_suffix(1);
    return std::pair(whole, part);
  };
  const auto [whole_a, part_a] = parts(a);
  const auto [whole_b, part_b] = parts(b);
  if (const auto by_size = whole_a.size() <=> whole_b.size(); by_size != 0) return by_size;
  if (const auto by_whole = whole_a <=> whole_b; by_whole != 0) return by_whole;
  return part_a <=> part_b;
}

std::strong_ordering compare_numbers(std::string_view a, std::string_view b) {
  const bool a_below = a.starts_with('-');
  const bool b_below = b.starts_with('-');
  if (a_below != b_below) {
    const bool both_zero = compare_sizes(a_below ? a.substr(1) : a, b_below ? b.substr(1) : b) ==
                               std::strong_ordering::equal &&
                           compare_sizes(a_below ? b : a, "0") == std::strong_ordering::equal;
    if (both_zero) return std::strong_ordering::equal;
    return a_below ? std::strong_ordering::less : std::strong_ordering::greater;
  }
  return a_below ? compare_sizes(b.substr(1), a.substr(1)) : compare_sizes(a, b);
}

}  // namespace

std::vector<std::uint32_t> rank_of_values(std::span<const std::string> values) {
  std::vector<std::uint32_t> rank(values.size());
  std::iota(rank.begin(), rank.end(), 0U);
  std::sort(rank.begin(), rank.end(), [&](std::uint32_t a, std::uint32_t b) {
    const bool a_number = is_number(values[a]);
    const bool b_number = is_number(values[b]);
    if (a_number != b_number) return a_number;
    if (a_number)
      if (const auto by_size = compare_numbers(values[a], values[b]); by_size != 0)
        return by_size < 0;
    return values[a] < values[b];
  });
  return rank;
}

}  // namespace measuring

}  // namespace usufruct::anonymise
