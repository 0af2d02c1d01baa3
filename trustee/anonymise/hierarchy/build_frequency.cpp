#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>

#include "trustee/anonymise/hierarchy/builders.h"
#include "trustee/anonymise/hierarchy/ladder.h"

namespace usufruct::anonymise {

namespace {

constexpr std::size_t bin_count_max = 32;
constexpr std::size_t listed_bytes_max = 40;
constexpr std::size_t end_bytes_max = 20;
constexpr std::uint64_t listed_rows_min = 5;  ///< rarer values are not named beside others

bool is_short(std::span<const std::string> members) {
  std::size_t bytes = 2 * members.size();
  for (std::size_t i = 0; i < members.size() && bytes <= listed_bytes_max; ++i)
    bytes += members[i].size();
  return bytes <= listed_bytes_max;
}

/// At most so many bytes, cut between two characters.
std::string front_of(const std::string& text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::string shortened(const std::string& text) {
  const std::string front = front_of(text, end_bytes_max);
  return front.size() < text.size() ? front + "…" : front;
}

/// As much of a text as tells it from a neighbour: one character more than they share.
std::string told_from(const std::string& text, const std::string& neighbour) {
  const auto [at, other] = std::ranges::mismatch(text, neighbour);
  auto bytes = static_cast<std::size_t>(at - text.begin());
  // The first byte that differs may be within a character.
  while (bytes > 0 && bytes < text.size() &&
         (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80)
    --bytes;
  std::size_t end = bytes + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return text.substr(0, end);
}

/// `Ma..Ne`: what lies between the values before and after, like the volumes of an encyclopaedia.
/// A rare value is somebody's: it is not spelt out because it happens to stand at an end.
std::string print_range(const std::vector<std::string>& texts, std::size_t first,
                        std::size_t last) {
  const std::string from = told_from(texts[first], first == 0 ? "" : texts[first - 1]);
  const std::string to = told_from(texts[last], last + 1 == texts.size() ? "" : texts[last + 1]);
  return shortened(from) + ".." + shortened(to);
}

}  // namespace

std::vector<std::uint32_t> bins_of(const std::vector<std::uint64_t>& weights, std::size_t count) {
  // Values that no row has still want a place: they count as one row each.
  const auto rows = [](std::uint64_t weight) { return std::max<std::uint64_t>(weight, 1); };
  double total = 0;
  for (const std::uint64_t weight : weights) total += static_cast<double>(rows(weight));
  std::vector<std::uint32_t> bins;
  double before = 0;
  for (const std::uint64_t weight : weights) {
    const double middle = before + static_cast<double>(rows(weight)) / 2;
    bins.push_back(std::min(static_cast<std::uint32_t>(middle * static_cast<double>(count) / total),
                            static_cast<std::uint32_t>(count - 1)));
    before += static_cast<double>(rows(weight));
  }
  return bins;
}

std::size_t chosen_bins(std::size_t values) {
  return std::clamp<std::size_t>(std::bit_floor(values / 2), 2, bin_count_max);
}

std::string print_group(std::span<const std::string> members) {
  if (members.size() == 1) return members.front();
  if (is_short(members)) return fmt::format("{{{}}}", fmt::join(members, ", "));
  return shortened(members.front()) + ".." + shortened(members.back());
}

Result<Hierarchy> build_frequency(Values values, const Recipe& recipe) {
  std::vector<std::string> alone;
  std::vector<std::string> texts;
  std::vector<std::uint64_t> weights;
  for (const ValueCount& each : values) {
    if (each.value.empty()) {
      alone.push_back(each.value);
    } else {
      texts.push_back(each.value);
      weights.push_back(each.count);
    }
  }
  Ladder ladder(std::move(alone), texts);
  auto bins = bins_of(weights, recipe.groups != 0 ? recipe.groups : chosen_bins(texts.size()));
  const Ladder::Name name = [&](std::size_t first, std::size_t last) {
    const auto members = std::span(texts).subspan(first, last - first + 1);
    const auto rows = std::span(weights).subspan(first, last - first + 1);
    const bool is_listed = is_short(members) && std::ranges::min(rows) >= listed_rows_min;
    return first == last || is_listed ? print_group(members) : print_range(texts, first, last);
  };
  while (!bins.empty() && bins.back() > 0) {
    ladder.add(runs(bins.size(), [&](std::size_t i) { return bins[i]; }), name);
    for (auto& bin : bins) bin /= 2;
  }
  return std::move(ladder).finish();
}

}  // namespace usufruct::anonymise
