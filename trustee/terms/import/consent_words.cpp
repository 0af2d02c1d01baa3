#include "trustee/terms/import/consent_words.h"

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/author_words.h"

namespace usufruct::terms {
namespace {

constexpr std::uint64_t day_seconds = 86'400;

bool is_dpv(std::string_view word) {
  for (const std::string_view head : {"https://w3id.org/dpv", "http://w3id.org/dpv", "dpv:", "pd:",
                                      "dpv-pd:", "eu-gdpr:", "dpv-gdpr:", "loc:", "dpv-legal:"}) {
    if (word.starts_with(head)) return true;
  }
  return false;
}

const Term* by_name(Scheme scheme, std::string_view name) {
  const auto& vocabulary = Vocabulary::builtin();
  if (const Term* term = vocabulary.find(scheme, name)) return term;
  if (const Term* term = vocabulary.find_same_as(scheme, name)) return term;
  return vocabulary.find_same_as(scheme, "dpv:" + std::string(name));
}

/// The designators of ISO 8601 before and after the T, largest first, in seconds.
struct Designator {
  char letter;
  std::uint64_t seconds;
};
constexpr Designator date_designators[] = {
    {'Y', 365 * day_seconds}, {'M', 28 * day_seconds}, {'W', 7 * day_seconds}, {'D', day_seconds}};
constexpr Designator time_designators[] = {{'H', 3600}, {'M', 60}, {'S', 1}};

/// `2Y6M`: each designator once, in order.
std::optional<std::uint64_t> seconds_of(std::string_view part,
                                        std::span<const Designator> designators) {
  std::uint64_t seconds = 0;
  while (!part.empty()) {
    const auto end = part.find_first_not_of("0123456789");
    if (end == 0 || end == std::string_view::npos) return std::nullopt;
    const auto value = parse_decimal(part.substr(0, end));
    const auto found = std::ranges::find(designators, part[end], &Designator::letter);
    // A billion of the largest is below 2^64.
    if (!value || *value > 1'000'000'000 || found == designators.end()) return std::nullopt;
    seconds += *value * found->seconds;
    designators = designators.subspan(static_cast<std::size_t>(found - designators.begin()) + 1);
    part.remove_prefix(end + 1);
  }
  return seconds;
}

std::optional<std::uint64_t> iso_seconds(std::string_view text) {
  const auto t = text.find('T');
  const auto date = seconds_of(text.substr(0, t), date_designators);
  if (t == std::string_view::npos) return text.empty() ? std::nullopt : date;
  const std::string_view rest = text.substr(t + 1);
  const auto time = rest.empty() ? std::nullopt : seconds_of(rest, time_designators);
  if (!date || !time) return std::nullopt;
  return *date + *time;
}

}  // namespace

std::string_view local_name(std::string_view word) {
  const auto cut = word.find_last_of("#/:");
  return cut == std::string_view::npos ? word : word.substr(cut + 1);
}

std::optional<std::string> find_foreign(Scheme scheme, std::string_view word) {
  const Term* term = by_name(scheme, word);
  if (term == nullptr) term = by_name(scheme, to_lower_ascii(word));
  if (term == nullptr && is_dpv(word)) term = by_name(scheme, local_name(word));
  return term == nullptr ? std::nullopt : std::optional(term->id);
}

std::optional<std::uint32_t> days_of(std::string_view duration) {
  std::optional<std::uint64_t> seconds;
  if (duration.starts_with('P')) {
    seconds = iso_seconds(duration.substr(1));
  } else if (const auto day = duration.find(" day"); day != std::string_view::npos) {
    const auto unit = duration.substr(day);
    const auto value = parse_decimal(duration.substr(0, day));
    if (value && *value <= days_limit && (unit == " days" || unit == " day")) {
      seconds = *value * day_seconds;
    }
  } else if (const auto value = parse_decimal(duration)) {
    seconds = *value;
  }
  if (!seconds || *seconds / day_seconds > days_limit) return std::nullopt;
  return static_cast<std::uint32_t>(*seconds / day_seconds);
}

std::optional<Time> foreign_time(std::string_view text) {
  if (const auto time = parse_time(text)) return *time;
  if (const auto time = parse_time(std::string(text) + "Z")) return *time;
  return std::nullopt;
}

}  // namespace usufruct::terms
