#include "trustee/anonymise/measure/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "trustee/anonymise/measure/plot.h"
#include "trustee/anonymise/measure/reading.h"
#include "trustee/anonymise/measure/report_style.h"

namespace usufruct::anonymise {

namespace {

using measuring::Bar;
using measuring::escaped;
using measuring::Gauge;
using measuring::Whisker;

std::string section(std::string_view title, std::string_view says, const std::string& body) {
  if (body.empty()) return {};
  return fmt::format("<section>\n<h2>{}</h2>\n<p>{}</p>\n{}</section>\n", title, says, body);
}

std::string printed(double number) {
  if (std::isinf(number)) return "unlimited";
  if (number == std::floor(number) && std::abs(number) < 1e15)
    return with_commas(static_cast<std::uint64_t>(std::abs(number)));
  return fmt::format("{:.4g}", number);
}

// ---- verdict
// -------------------------------------------------------------------------------------

std::string verdict_part(const ReportFacts& facts) {
  const Verdict verdict = verdict_of(facts);
  std::string body =
      fmt::format("<section class=\"verdict {}\">\n<h2>{}</h2>\n", verdict.holds ? "good" : "bad",
                  verdict.holds ? "✓ The floor is met" : "✗ The floor is missed");
  for (const std::string& sentence : verdict.sentences) {
    std::string text = escaped(sentence);
    for (std::size_t at = 0; (at = text.find(" %", at)) != std::string::npos;)
      text.replace(at, 1, "&nbsp;");
    body += fmt::format("<p>{}</p>\n", text);
  }
  return body + "</section>\n";
}

// ---- asked and found
// -----------------------------------------------------------------------------

bool is_at_least(PrivacyModel model) {
  switch (model) {
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
    case PrivacyModel::k_map:
    case PrivacyModel::distinct_diversity:
    case PrivacyModel::entropy_diversity:
      return true;
    case PrivacyModel::recursive_diversity:
    case PrivacyModel::t_closeness:
    case PrivacyModel::delta_disclosure:
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
    case PrivacyModel::population_uniqueness:
      return false;
  }
  return false;
}

std::string floor_part(const Measurement& found) {
  std::vector<Gauge> gauges;
  for (const Finding& each : found.findings) {
    const bool is_asked = measuring::bound_of(each.model, found.floor).has_value() ||
                          each.model == PrivacyModel::personalised_k;
    if (!is_asked) continue;
    if (each.model == PrivacyModel::personalised_k) {
      // What the worst row asks, and the size of its class, would point at somebody.
      gauges.push_back({std::string(name_of(each.model)), each.is_met ? 1.0 : 0.0, 1, true,
                        each.is_met, each.is_met ? "met" : "missed", "each row's own"});
      continue;
    }
    const std::string of = each.column.empty() ? "" : " · " + each.column;
    gauges.push_back({std::string(name_of(each.model)) + of, each.value, each.bound,
                      is_at_least(each.model), each.is_met, printed(each.value),
                      printed(each.bound)});
  }
  const std::uint64_t all = found.rows + found.rows_suppressed;
  const std::uint64_t most = suppressed_max(found.floor, all);
  gauges.push_back({"people left out", static_cast<double>(found.rows_suppressed),
                    static_cast<double>(most), false, found.rows_suppressed <= most,
                    with_commas(found.rows_suppressed), with_commas(most)});
  return section("Asked and found",
                 "Each mark is the worst group of people who look alike. The shaded side is what "
                 "the owner allows.",
                 plot_gauges("What the owner asks for and what was found", gauges));
}

// ---- classes and risk
// ----------------------------------------------------------------------------

std::string sizes_part(const Measurement& found) {
  if (found.class_sizes.empty()) return {};
  std::vector<Bar> bars;
  std::size_t at = 0;
  // Bins of 1, 2 to 4, 5 to 9, 10 to 19, …: each ends where 1, 2 or 5 times a power of ten begins.
  std::uint64_t low = 1;
  for (std::size_t step = 0; at < found.class_sizes.size(); ++step) {
    const std::uint64_t high = step % 3 == 1 ? low / 2 * 5 : low * 2;
    std::uint64_t rows = 0;
    for (; at < found.class_sizes.size() && found.class_sizes[at].rows < high; ++at)
      rows += found.class_sizes[at].rows * found.class_sizes[at].classes;
    const std::string name = high - low == 1
                                 ? with_commas(low)
                                 : fmt::format("{} to {}", with_commas(low), with_commas(high - 1));
    if (rows > 0 || !bars.empty())
      bars.push_back(
          {name, static_cast<double>(rows) / static_cast<double>(found.rows), with_commas(rows)});
    low = high;
  }
  return section("How many look alike", "People by the size of the group that they look like.",
                 plot_bars("People by the size of their group", bars));
}

std::string risk_part(const Measurement& found) {
  if (found.class_sizes.empty()) return {};
  // Risk from 1 in the largest class to 1, on a scale of factors.
  const double widest =
      std::log(std::max(10.0, static_cast<double>(found.class_sizes.back().rows)));
  const auto place = [&](double size) { return 1 - std::log(size) / widest; };
  measuring::Line line{.points = {{0, 1}},
                       .x_ticks = {},
                       .x_name = "chance of picking the right row",
                       .y_name = "share of people with at least this risk"};
  std::uint64_t left = found.rows;
  for (auto each = found.class_sizes.rbegin(); each != found.class_sizes.rend(); ++each) {
    left -= each->rows * each->classes;
    line.points.emplace_back(place(static_cast<double>(each->rows)),
                             static_cast<double>(left) / static_cast<double>(found.rows));
  }
  line.points.emplace_back(1.0, 0.0);
  for (double size = 1; std::log(size) <= widest + 1e-9; size *= 10)
    line.x_ticks.push_back({place(size), size == 1 ? "certain" : "1 in " + printed(size)});
  return section("Risk of being found",
                 "For somebody who knows that a person is in the table. A line that falls early is "
                 "a table that hides people well.",
                 plot_line("Share of people by risk of being found", line));
}

// ---- use
// -----------------------------------------------------------------------------------------

std::string use_part(const ReportFacts& facts) {
  const Measurement& found = facts.measurement;
  if (!found.utility) return {};
  std::vector<Bar> bars;
  for (const ColumnUtility& each : found.utility->columns)
    bars.push_back({each.column, each.loss, percent(each.loss)});
  bars.push_back({"all columns", found.utility->loss, percent(found.utility->loss)});
  bars.push_back({facts.proven_optimal ? "proven least" : "none can lose less than",
                  facts.loss_bound, percent(facts.loss_bound)});
  return section("What was lost",
                 "How much of each column's detail is gone: 0 % is untouched, 100 % is a star in "
                 "every row.",
                 plot_bars("Loss by column", bars));
}

// ---- attacks
// -------------------------------------------------------------------------------------

std::string gain_of(const AttackResult& each) {
  if (each.attacks == 0) return "nothing to try";
  if (each.is_void) return "no better than guessing";
  return fmt::format("{} ({} to {})", percent(each.risk.value), percent(each.risk.low),
                     percent(each.risk.high));
}

std::string how_tried(const AttackTrial& trial) {
  const std::string rates =
      "How often each attack succeeded: the middle of Wilson's interval, which is never none or "
      "all, and its ends, between which the truth lies in 95 of 100 trials. ";
  if (trial.withheld == 0)
    return rates + fmt::format(
                       "The attacker had {} rows of the release. Too few are in it to "
                       "withhold some of them as a control.",
                       with_commas(trial.shown));
  return rates + fmt::format(
                     "The attacker had {} rows, as the release shows them; {} others of it "
                     "were withheld from him. Gain is what an attack wins over the same "
                     "attack on the people of those.",
                     with_commas(trial.shown), with_commas(trial.withheld));
}

std::string attack_part(const AttackTrial& trial) {
  std::vector<Whisker> whiskers;
  std::string rows;
  for (const AttackResult& each : trial.results) {
    const std::string name =
        each.column.empty() ? std::string(name_of(each.kind)) : "inferring " + each.column;
    if (each.attacks > 0) {
      whiskers.push_back({name, each.main.value, each.main.low, each.main.high, "main"});
      if (each.control)
        whiskers.push_back({"people not shown", each.control->value, each.control->low,
                            each.control->high, "control"});
      whiskers.push_back(
          {"guessing", each.baseline.value, each.baseline.low, each.baseline.high, "guess"});
    }
    rows += fmt::format("<tr><th>{}</th><td>{}</td><td>{}</td><td>{}</td></tr>\n", escaped(name),
                        with_commas(each.attacks), with_commas(each.successes), gain_of(each));
  }
  if (trial.results.empty()) return {};
  std::string body;
  if (!whiskers.empty()) body += plot_whiskers("How often attacks succeeded", whiskers);
  body += "<table>\n<tr><th>Attack</th><td>tried</td><td>succeeded</td><td>gain</td></tr>\n" +
          rows + "</table>\n";
  return section("Attacks tried out", how_tried(trial), body);
}

// ---- all figures
// ---------------------------------------------------------------------------------

using Figures = std::vector<std::pair<std::string, std::string>>;

void add_utility(Figures& figures, const Utility& utility) {
  figures.emplace_back("mean loss", printed(utility.loss));
  figures.emplace_back("precision", printed(utility.precision));
  if (utility.entropy) figures.emplace_back("entropy kept", printed(*utility.entropy));
  figures.emplace_back("ambiguity", fmt::format("{:.4g}", utility.ambiguity));
  for (const ColumnUtility& each : utility.columns)
    figures.emplace_back("levels of " + each.column,
                         each.levels.min == each.levels.max
                             ? fmt::format("{} of {}", each.levels.min, each.level_count - 1)
                             : fmt::format("{} to {} of {}", each.levels.min, each.levels.max,
                                           each.level_count - 1));
}

std::string figures_part(const ReportFacts& facts) {
  const Measurement& found = facts.measurement;
  Figures figures{{"rows released", with_commas(found.rows)},
                  {"rows suppressed", with_commas(found.rows_suppressed)},
                  {"rows without consent, not used", with_commas(facts.rows_without_consent)},
                  {"classes", with_commas(found.classes)},
                  {"smallest class", with_commas(found.k_achieved)},
                  {"average class", fmt::format("{:.2f}", found.class_size_average)},
                  {"average class over k", fmt::format("{:.2f}", found.class_size_over_k)},
                  {"classes of one row", with_commas(found.sample_uniques)},
                  {"highest risk (prosecutor)", printed(found.risk_highest)},
                  {"average risk (prosecutor, marketer)", printed(found.risk_average)},
                  {"discernibility", fmt::format("{:.4g}", found.discernibility)}};
  if (found.population_risk) {
    figures.emplace_back("highest risk (journalist)",
                         printed(found.population_risk->journalist_highest));
    figures.emplace_back("average risk (journalist)",
                         printed(found.population_risk->journalist_average));
    figures.emplace_back("average risk (marketer, by population)",
                         printed(found.population_risk->marketer));
  }
  if (found.uniqueness)
    figures.emplace_back("unique in the population (estimate)", percent(found.uniqueness->share));
  if (found.utility) add_utility(figures, *found.utility);
  if (!facts.algorithm.empty()) figures.emplace_back("made by", facts.algorithm);
  std::string body = "<table>\n";
  for (const auto& [name, value] : figures)
    body += fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", escaped(name), escaped(value));
  return section("All figures", "Definitions: specs/anonymity.md, sections 3.1 to 3.4.",
                 body + "</table>\n");
}

}  // namespace

std::string print_report(const ReportFacts& facts) {
  const std::string title = escaped(facts.title);
  std::string page = fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>Release of {}</title>\n<style>\n{}</style>\n</head>\n<body>\n<main>\n"
      "<h1>Release of {}</h1>\n",
      title, measuring::report_style, title);
  page += verdict_part(facts);
  page += floor_part(facts.measurement);
  page += sizes_part(facts.measurement);
  page += risk_part(facts.measurement);
  page += use_part(facts);
  page += attack_part(facts.attacks);
  page += figures_part(facts);
  return page + "</main>\n</body>\n</html>\n";
}

}  // namespace usufruct::anonymise
