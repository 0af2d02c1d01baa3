#include "trustee/anonymise/measure/report.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>

#include "tests/trustee/anonymise/measure/planted.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

/// A release of a random table and all that can be told of it.
ReportFacts facts_of(const Floor& floor, const std::vector<std::uint32_t>& node) {
  SeededChance chance(17);
  const Original original = random_original(chance, 400);
  auto released = recode_at(original, floor, node);
  REQUIRE(released.has_value());
  const auto found = measure(as_view(csv_of(released->table)), options_for(*released));
  REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  ReportFacts facts{.title = "clinic <2024> & co",
                    .measurement = *found,
                    .algorithm = "full-domain",
                    .loss_bound = 0.15,
                    .rows_without_consent = 12};
  const Original others = random_original(chance, 200);
  const AttackInput input{.columns = {{"age", ColumnRole::quasi_identifier, &age_tree()},
                                      {"city", ColumnRole::quasi_identifier, &city_tree()},
                                      {"ill", ColumnRole::sensitive},
                                      {"pay", ColumnRole::sensitive},
                                      {"note", ColumnRole::insensitive}},
                          .released = released->table.rows,
                          .people = original.table.rows,
                          .control = others.table.rows};
  facts.attacks = {.shown = released->table.rows.size(),
                   .withheld = others.table.rows.size(),
                   .results = try_attacks(input, {.attacks_max = 200}, chance).value()};
  return facts;
}

Floor mild() { return {.k = 4, .suppression_max_per_10000 = 2000, .l_distinct = 2}; }

bool says(const Verdict& verdict, std::string_view what) {
  return std::any_of(verdict.sentences.begin(), verdict.sentences.end(),
                     [&](const std::string& each) { return each.find(what) != std::string::npos; });
}

bool holds_text(const std::string& page, std::string_view what) {
  return page.find(what) != std::string::npos;
}

}  // namespace

TEST_CASE("verdict: says in words what holds, the risk and what is not promised") {
  ReportFacts facts{.title = "t"};
  facts.measurement = Measurement{.rows = 28'816,
                                  .rows_suppressed = 1'346,
                                  .classes = 397,
                                  .k_achieved = 5,
                                  .risk_highest = 0.2,
                                  .risk_average = 397.0 / 28'816,
                                  .diversity = {{"job", 2}},
                                  .findings = {{.value = 5, .bound = 5, .is_met = true}},
                                  .utility = Utility{.loss = 0.27}};
  facts.loss_bound = 0.03;
  const Verdict verdict = verdict_of(facts);
  CHECK(verdict.holds);
  CHECK(verdict.sentences.size() >= 3);
  CHECK(verdict.sentences.size() <= 9);
  CHECK(
      says(verdict, "Each of the 28,816 people in this table looks like at least 4 of the others"));
  CHECK(says(verdict, "1,346 of 30,162 people (4.5 %) were left out"));
  CHECK(says(verdict, "at least 2 different values of 'job'"));
  CHECK(says(verdict, "in 1 of 5 cases at most, and in 1 of 72 on average"));
  CHECK(says(verdict, "73.0 % is left; no way of this kind can leave more than 97.0 %"));
  CHECK(says(verdict, "It does not hide that somebody is in the table"));

  CHECK_FALSE(says(verdict, "tells little more"));
  facts.measurement.findings.push_back(
      {PrivacyModel::t_closeness, "job", 0.1, 0.2, 9, /*is_met=*/true});
  CHECK(
      says(verdict_of(facts), "of 'job', and knowing whom somebody looks like tells little more"));
  facts.measurement.findings.back().is_met = false;
  CHECK_FALSE(says(verdict_of(facts), "tells little more"));
  facts.measurement.findings.pop_back();

  CHECK_FALSE(says(verdict, "of the population"));
  CHECK_FALSE(says(verdict, "asked to be one of more"));
  const std::vector<Finding> without = facts.measurement.findings;
  facts.measurement.findings.push_back({PrivacyModel::k_map, "", 12, 10, 5, /*is_met=*/true});
  facts.measurement.findings.push_back(
      {PrivacyModel::population_uniqueness, "", 0.0004, 0.001, 0, /*is_met=*/true});
  facts.measurement.findings.push_back(
      {PrivacyModel::personalised_k, "", 50, 50, 50, /*is_met=*/true});
  const Verdict more = verdict_of(facts);
  CHECK(more.sentences.size() <= 9);
  CHECK(says(more, "At least 12 people of the population look like each of them."));
  CHECK(says(more, "Of the rows, under 0.1 % are estimated"));
  CHECK(says(more, "Who asked to be one of more is, or was left out."));
  for (Finding& each : facts.measurement.findings) each.is_met = false;
  CHECK_FALSE(says(verdict_of(facts), "of the population"));
  CHECK_FALSE(says(verdict_of(facts), "Who asked"));
  facts.measurement.findings = without;

  facts.measurement.k_achieved = 1;
  facts.measurement.sample_uniques = 3;
  facts.measurement.findings[0].value = 1;
  facts.measurement.diversity[0].distinct_min = 1;
  const Verdict missed = verdict_of(facts);
  CHECK_FALSE(missed.holds);
  CHECK(missed.sentences.front() ==
        "This table must not leave: the smallest class has 1 row and the floor is k 5 (4 short).");
  CHECK(says(missed, "3 people in this table look like nobody else"));
  CHECK(says(missed, "all people share one value of 'job'"));
}

TEST_CASE(
    "verdict: of attacks the one with the most certain gain is told, and what it was tried on") {
  ReportFacts facts{.title = "t"};
  CHECK(says(verdict_of(facts), "No attack was tried out on it."));
  // Tried once, an attack that succeeded says nothing.
  const AttackResult once{
      .kind = AttackKind::singling_out_by_many, .attacks = 1, .successes = 1, .risk = {0.4, 0, 1}};
  const AttackResult often{.kind = AttackKind::inference,
                           .column = "ill",
                           .attacks = 500,
                           .successes = 60,
                           .risk = {0.05, 0, 0.1}};
  AttackResult certain = often;
  certain.kind = AttackKind::linking;
  certain.column.clear();
  certain.risk = {0.03, 0.01, 0.05};
  facts.attacks = {.shown = 14'364, .withheld = 14'452, .results = {once, often}};
  CHECK(says(verdict_of(facts),
             "Of 2 kinds of attack that were tried out with 14,364 rows of it, inferring a "
             "sensitive value ('ill') went best: its gain over attacks on people whom those rows "
             "do not show is 5.0 % (between 0.0 % and 10.0 %)."));
  facts.attacks.results.push_back(certain);
  CHECK(says(verdict_of(facts), "linking two halves of a record went best"));
  facts.attacks.withheld = 0;
  CHECK(says(verdict_of(facts), "went best: it succeeded in 3.0 %"));
  for (AttackResult& each : facts.attacks.results) each.is_void = true;
  CHECK(says(verdict_of(facts), "none did better than guessing"));
}

TEST_CASE("verdict: numbers are rounded so that nothing becomes all or none") {
  CHECK(with_commas(0) == "0");
  CHECK(with_commas(999) == "999");
  CHECK(with_commas(1'000) == "1,000");
  CHECK(with_commas(1'234'567) == "1,234,567");
  CHECK(percent(0) == "0.0 %");
  CHECK(percent(0.0001) == "under 0.1 %");
  CHECK(percent(0.99999) == "over 99.9 %");
  CHECK(percent(1) == "100.0 %");
  CHECK(percent(0.045) == "4.5 %");
}

TEST_CASE("report: one page, escaped, without anything from elsewhere or any person's value") {
  const ReportFacts facts = facts_of(mild(), {1, 1});
  const std::string page = print_report(facts);
  CHECK(page == print_report(facts));
  CHECK(holds_text(page, "<h1>Release of clinic &lt;2024&gt; &amp; co</h1>"));
  CHECK(holds_text(page, "✓ The floor is met"));
  for (const char* alien : {"http:", "https:", "<script", "<img", "<link", "@import", "url("})
    CHECK_FALSE_MESSAGE(holds_text(page, alien), alien);
  // Values of people, as they are and as they are shown.
  for (const char* value :
       {"Lyon", "Kiel", "gout", "arthritis", "20+", "28+", "1050", "never seen"})
    CHECK_FALSE_MESSAGE(holds_text(page, value), value);
  for (const char* part : {"Asked and found", "How many look alike", "Risk of being found",
                           "What was lost", "Attacks tried out", "All figures"})
    CHECK_MESSAGE(holds_text(page, part), part);
  CHECK(holds_text(page, "distinct l-diversity · pay"));
  // For who wants to look at it.
  if (const char* to = std::getenv("USUFRUCT_REPORT")) std::ofstream(to) << page;
}

TEST_CASE("report: a breach is told first, and nothing that is hostile is markup") {
  ReportFacts facts = facts_of(mild(), {1, 1});
  facts.title = "</title><script>alert(1)</script>";
  facts.algorithm = "<b>'\"&";
  facts.measurement.findings[0].value = 2;
  facts.measurement.findings[0].is_met = false;
  facts.measurement.utility->columns[0].column = "<i>\xFFx\x01";
  facts.attacks.results.back().column = "\"><svg onload=x>";
  const std::string page = print_report(facts);
  CHECK(holds_text(page, "✗ The floor is missed"));
  CHECK(holds_text(page, "This table must not leave: the smallest class has 2 rows"));
  for (const char* markup : {"<script", "<b>", "<i>", "<svg onload", "\xFF", "\x01"})
    CHECK_FALSE_MESSAGE(holds_text(page, markup), markup);
}

TEST_CASE("report: nothing released is told too") {
  ReportFacts facts{.title = "empty"};
  facts.measurement.floor = {.k = 5};
  const std::string page = print_report(facts);
  CHECK(holds_text(page, "✗ The floor is missed"));
  CHECK(holds_text(page, "Nobody is in this table."));
  CHECK_FALSE(holds_text(page, "nan"));
  CHECK_FALSE(holds_text(page, "inf"));
}
