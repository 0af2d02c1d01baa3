#include "trustee/anonymise/measure/verdict.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/reading.h"

namespace usufruct::anonymise {

std::string with_commas(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string percent(double share) {
  // 99.96 % must not become all, nor 0.02 % nothing.
  const double hundred = share * 100;
  if (hundred > 0 && hundred < 0.1) return "under 0.1 %";
  if (hundred < 100 && hundred > 99.9) return "over 99.9 %";
  return fmt::format("{:.1f} %", hundred);
}

namespace {

std::string people(std::uint64_t count) {
  return count == 1 ? "1 person" : with_commas(count) + " people";
}

std::string one_in(double risk) {
  return risk >= 1
             ? "every"
             : fmt::format("1 of {}",
                           with_commas(static_cast<std::uint64_t>(std::floor(1 / risk + 1e-9))));
}

std::string listed(const std::vector<std::string>& names) {
  if (names.size() == 1) return names.front();
  const std::vector<std::string> most(names.begin(), names.end() - 1);
  return join(most, ", ") + " and " + names.back();
}

std::string opening(const Result<void>& answer) {
  if (!answer) return fmt::format("This table must not leave: {}.", answer.error().message);
  return "All that the owner asks for holds; it was counted on the very bytes that would leave.";
}

std::string crowd(const Measurement& found) {
  if (found.rows == 0) return "Nobody is in this table.";
  if (found.k_achieved == 1)
    return fmt::format("{} in this table look like nobody else.", people(found.sample_uniques));
  return fmt::format(
      "Each of the {} in this table looks like at least {} of the others in every column that the "
      "owner named as telling people apart.",
      people(found.rows), with_commas(found.k_achieved - 1));
}

const Finding* finding_of(const Measurement& found, PrivacyModel model) {
  const auto at = std::ranges::find(found.findings, model, &Finding::model);
  return at == found.findings.end() ? nullptr : &*at;
}

/// What holds beyond the rows of the table: of the people outside it, and of who asked for more.
std::string beyond(const Measurement& found) {
  if (found.rows == 0) return {};
  std::string said;
  const auto add = [&](const std::string& sentence) {
    said += (said.empty() ? "" : " ") + sentence;
  };
  const Finding* const k_map = finding_of(found, PrivacyModel::k_map);
  if (k_map != nullptr && k_map->is_met)
    add(fmt::format("At least {} of the population look like each of them.",
                    people(static_cast<std::uint64_t>(k_map->value))));
  const Finding* const unique = finding_of(found, PrivacyModel::population_uniqueness);
  if (unique != nullptr && unique->is_met)
    add(
        fmt::format("Of the rows, {} are estimated to be of somebody whom nobody else in the "
                    "population looks like.",
                    percent(unique->value)));
  const Finding* const asked = finding_of(found, PrivacyModel::personalised_k);
  if (asked != nullptr && asked->is_met && asked->bound > 0)
    add("Who asked to be one of more is, or was left out.");
  return said;
}

std::string left_out(const Measurement& found) {
  const std::uint64_t all = found.rows + found.rows_suppressed;
  const std::string most =
      percent(static_cast<double>(found.floor.suppression_max_per_10000) / 10'000);
  if (found.rows_suppressed == 0)
    return fmt::format("Nobody had to be left out for standing out; the owner allows {}.", most);
  const bool some_ask = finding_of(found, PrivacyModel::personalised_k) != nullptr;
  return fmt::format("{} of {} ({}) were left out because they stood out{}; the owner allows {}.",
                     with_commas(found.rows_suppressed), people(all),
                     percent(static_cast<double>(found.rows_suppressed) / static_cast<double>(all)),
                     some_ask ? " or asked to be one of more than could be put together" : "",
                     most);
}

/// Whether a model that compares groups with the whole was asked for and is met.
bool tells_little(const Measurement& found) {
  const auto compares = [](const Finding& each) {
    return measuring::compares_with_input(each.model);
  };
  const auto is_good = [&](const Finding& each) { return !compares(each) || each.is_met; };
  return std::any_of(found.findings.begin(), found.findings.end(), compares) &&
         std::all_of(found.findings.begin(), found.findings.end(), is_good);
}

std::string about_values(const Measurement& found) {
  std::vector<std::string> columns;
  std::uint64_t least = 0;
  for (const Diversity& each : found.diversity) {
    least = columns.empty() ? each.distinct_min : std::min(least, each.distinct_min);
    columns.push_back(fmt::format("'{}'", printable(each.column)));
  }
  if (columns.empty()) return {};
  if (least <= 1)
    return fmt::format(
        "In some group all people share one value of {}: who knows that somebody is in it knows "
        "that value.",
        listed(columns));
  return fmt::format("People who look alike have at least {} different values of {}{}.", least,
                     listed(columns),
                     tells_little(found) ? ", and knowing whom somebody looks like tells little "
                                           "more about that than the whole table does"
                                         : "");
}

std::string risk(const Measurement& found) {
  if (found.rows == 0) return {};
  return fmt::format(
      "Somebody who looks for one person, knows that the person is in the table and knows all that "
      "it shows of them picks the right row in {} {} at most, and in {} on average.",
      one_in(found.risk_highest), found.risk_highest >= 1 ? "case" : "cases",
      one_in(found.risk_average));
}

/// Which of two attacks won more: what is certain of its gain, and where nothing is, the gain of
/// those tried more often than by chance.
bool went_better(const AttackResult& a, const AttackResult& b) {
  constexpr std::uint64_t few = 20;
  const auto likely = [](const AttackResult& each) {
    return each.attacks < few ? 0.0 : each.risk.value;
  };
  return a.risk.low != b.risk.low ? a.risk.low > b.risk.low : likely(a) > likely(b);
}

std::string attacks(const AttackTrial& trial) {
  if (trial.results.empty()) return "No attack was tried out on it.";
  const AttackResult* worst = nullptr;
  for (const AttackResult& each : trial.results)
    if (!each.is_void && (worst == nullptr || went_better(each, *worst))) worst = &each;
  const std::string tried = fmt::format("{} kinds of attack that were tried out with {} rows of it",
                                        trial.results.size(), with_commas(trial.shown));
  if (worst == nullptr) return fmt::format("Of {}, none did better than guessing.", tried);
  const std::string about =
      worst->column.empty() ? "" : fmt::format(" ('{}')", printable(worst->column));
  return fmt::format(
      "Of {}, {}{} went best: {} {} (between {} and {}).", tried, name_of(worst->kind), about,
      trial.withheld > 0 ? "its gain over attacks on people whom those rows do not show is"
                         : "it succeeded in",
      percent(worst->risk.value), percent(worst->risk.low), percent(worst->risk.high));
}

std::string use(const ReportFacts& facts) {
  const Measurement& found = facts.measurement;
  if (!found.utility) return {};
  const std::string kept = fmt::format("Of the detail that could tell people apart {} is left",
                                       percent(1 - found.utility->loss));
  if (facts.proven_optimal)
    return kept + ", and it is proven that no other way of this kind leaves more.";
  return kept + fmt::format("; no way of this kind can leave more than {}.",
                            percent(1 - facts.loss_bound));
}

}  // namespace

Verdict verdict_of(const ReportFacts& facts) {
  const Measurement& found = facts.measurement;
  const auto answer = check_floor(found, found.floor);
  Verdict verdict{.holds = answer.has_value(), .sentences = {}};
  auto& say = verdict.sentences;
  say.push_back(opening(answer));
  for (std::string sentence : {crowd(found), beyond(found), left_out(found), about_values(found),
                               risk(found), attacks(facts.attacks), use(facts)})
    if (!sentence.empty()) say.push_back(std::move(sentence));
  say.emplace_back(
      "It does not hide that somebody is in the table, and it promises nothing about what can be "
      "learnt by laying it beside other tables of the same people.");
  return verdict;
}

}  // namespace usufruct::anonymise
