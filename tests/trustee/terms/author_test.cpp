#include "trustee/terms/author.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "trustee/terms/templates.h"

using namespace usufruct;

TEST_CASE("author: every template parses and prints back") {
  std::size_t count = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(USUFRUCT_SOURCE_DIR "/specs/templates")) {
    if (entry.path().extension() != ".yaml") continue;
    ++count;
    CAPTURE(entry.path().string());
    std::ostringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const auto parsed = terms::parse_terms(text.str(), "t");
    REQUIRE_MESSAGE(parsed, parsed.error().message);
    const auto printed = terms::print_terms(*parsed);
    REQUIRE_MESSAGE(printed, printed.error().message);
    CHECK(terms::parse_terms(*printed, "t") == *parsed);
  }
  CHECK(count == terms::templates().size());
  CHECK(count >= 10);
}

TEST_CASE("author: conditions of one kind that both must hold are written apart") {
  const std::string text =
      "title: t\npermit:\n  - id: a\n    classes: [academic]\n    purposes: [dpv:Purpose]\n"
      "    also:\n      - classes: [non-profit]\n        recipients: [academic]\n"
      "      - {classes: [any], duration: {days_max: 3}}\n";
  const auto parsed = terms::parse_terms(text, "t");
  REQUIRE_MESSAGE(parsed, parsed.error().message);
  CHECK(parsed->rules[0].clauses.size() == 6);
  // Read in one order, however it was written.
  const auto printed = terms::print_terms(*parsed);
  REQUIRE_MESSAGE(printed, printed.error().message);
  CHECK(terms::parse_terms(*printed, "t") == *parsed);
  CHECK(!terms::parse_terms("title: t\npermit: [{id: a, purposes: [Purpose], also: [{}]}]\n", "t"));
}

TEST_CASE("author: every clause is written and printed back") {
  const auto parsed = terms::parse_terms(R"(
title: "all: kinds"
permit:
  - id: a
    actors: 0000000000000000000000000000000000000000000000000000000000000001
    classes: academic
    actions: [ai-training]
    purposes: [dpv:AcademicResearch]
    recipients: [academic]
    jurisdictions: [EU, "NO"]
    valid: {from: 2026-01-01, to: 2028-01-01}
    recurring: {every: week, from: 540, to: 1080}
    duration: {days_min: 2, days_max: 730}
    count: {max: 3}
    safeguards: {k: 5, suppression-max-per10000: 100}
    attestations: no-reidentification
    flags: genetic-study
    price: {amount: 12.50, currency: EUR}
    duties: [attribute, delete-after: after the paper]
price: {amount: 0, currency: JPY}
)",
                                         "t");
  REQUIRE_MESSAGE(parsed, parsed.error().message);
  CHECK(parsed->rules[0].clauses.size() == 15);
  const auto printed = terms::print_terms(*parsed);
  REQUIRE_MESSAGE(printed, printed.error().message);
  CHECK(terms::parse_terms(*printed, "t") == *parsed);
}

TEST_CASE("author: a season is written in days, both of them in it") {
  struct Row {
    const char* bounds;
    std::int64_t low;
    std::int64_t high;
    const char* printed;
  };
  const Row seasons[] = {
      {"from: 11-01, to: 03-31", 1101, 332, "from: 11-01, to: 03-31"},
      {"from: 02-29, to: 02-29", 229, 230, "from: 02-29, to: 02-29"},
      {"from: 01-01, to: 12-31", 101, 1232, "from: 01-01, to: 12-31"},
      {"from: 04-01, to: '03-31'", 401, 332, "from: 04-01, to: 03-31"},
      // As a record has it: 'to' is not in it, and where it follows a day that day is the last.
      {"from: 1101, to: 332", 1101, 332, "from: 11-01, to: 03-31"},
      {"from: 131, to: 132", 131, 132, "from: 01-31, to: 01-31"},
      {"from: 1101, to: 401", 1101, 401, "from: 1101, to: 401"},
      {"from: 132, to: 201", 132, 201, "from: 132, to: 201"},
  };
  for (const auto& row : seasons) {
    CAPTURE(row.bounds);
    const auto parsed = terms::parse_terms(
        std::string("title: x\npermit: [{id: a, recurring: {every: year, ") + row.bounds + "}}]\n",
        "t");
    REQUIRE_MESSAGE(parsed, parsed.error().message);
    CHECK(parsed->rules[0].clauses[0] ==
          Clause{ClauseKind::recurring, {"year"}, row.low, row.high});
    const auto printed = terms::print_terms(*parsed);
    REQUIRE_MESSAGE(printed, printed.error().message);
    CHECK(printed->contains(std::string("{every: year, ") + row.printed + "}"));
    CHECK(terms::parse_terms(*printed, "t") == *parsed);
  }
  const std::pair<const char*, std::string> rows[] = {
      {"from: 11-31, to: 03-31", "t:2:49: 'from' is no day of the year: '11-31'"},
      {"from: 11-01, to: 02-30", "t:2:60: 'to' is no day of the year: '02-30'"},
      {"from: 11-01, to: 331", "t:2:60: 'to' is no day of the year: '331'"},
      {"from: 1101, to: 03-31", "t:2:49: 'from' is no day of the year: '1101'"},
      {"from: 11-1, to: 3-31", "t:2:49: 'from' is no day of the year: '11-1'"},
      {"from: -5, to: 101", "t:2:49: 'from' is no day of the year: '-5'"},
      {"from: 11-02, to: 11-01", "t:2:60: these days are the whole year"},
      {"from: 101, to: 101", "t:2:58: the time holds nothing"},
      {"from: 11-01", "t:2:29: 'to' is missing"},
      {"from: [11-01], to: 03-31", "t:2:49: 'from' must be a single value, not a list"},
  };
  for (const auto& [recurring, message] : rows) {
    CAPTURE(recurring);
    const auto parsed = terms::parse_terms(
        std::string("title: x\npermit: [{id: a, recurring: {every: year, ") + recurring + "}}]\n",
        "t");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message == message);
  }
  CHECK_FALSE(terms::parse_terms(
      "title: x\npermit: [{id: a, recurring: {every: week, from: 11-01, to: 03-31}}]\n", "t"));
}

TEST_CASE("author: what terms do not say is not printed") {
  const auto printed = [](const std::string& body) {
    const auto parsed = terms::parse_terms("title: x\n" + body, "t");
    REQUIRE_MESSAGE(parsed, parsed.error().message);
    return *terms::print_terms(*parsed);
  };
  CHECK(printed("") ==
        "title: x\nprivacy: {k: 0, suppression_max: 0.00%}\nafter_withdrawal: exclude\n");
  CHECK(printed("retention: 1 day\nprivacy: {k: 5, l_distinct: 2}\n") ==
        "title: x\nprivacy: {k: 5, suppression_max: 0.00%, l_distinct: 2}\nretention: 1 day\n"
        "after_withdrawal: exclude\n");
}

TEST_CASE("author: mistakes have a place and a hint") {
  const auto bad = terms::parse_terms(
      "title: x\npermit:\n  - id: a\n    purposes: [AcademicReserch]\n", "t.yaml");
  REQUIRE(!bad);
  CHECK(bad.error().message == "t.yaml:4:16: 'AcademicReserch' is no known purpose");
  CHECK(bad.error().hint == "did you mean 'dpv:AcademicResearch'?");
  const std::vector<std::string> bodies = {
      "permit:\n  - id: a\n",
      "permit:\n  - id: a\n    purposes: []\n",
      "permit:\n  - id: a\n    actions: [use]\n    everything: true\n",
      "permit:\n  - id: a\n    actions: [use]\n  - id: a\n    actions: [read]\n",
      "permit: yes\n",
      "permits: []\n",
      "permit:\n  - id: a\n    duration: {days_max: 0}\n",
      "permit:\n  - id: a\n    duration: {days_min: 9, days_max: 8}\n",
      "permit:\n  - id: a\n    valid: {from: 2028-01-01, to: 2026-01-01}\n",
      "permit:\n  - id: a\n    valid: {from: soon}\n",
      "privacy: {k: -1}\n",
      "privacy: {suppression_max: 5}\n",
      "privacy: {suppression_max: 101%}\n",
      "retention: two years\n",
      "price: {amount: 1.005, currency: EUR}\n",
      "price: {amount: -1, currency: EUR}\n",
      "price: {amount: 1, currency: euro}\n",
      "after_withdrawal: forget\n",
  };
  for (const auto& body : bodies) {
    CAPTURE(body);
    const auto parsed = terms::parse_terms("title: x\n" + body, "t");
    REQUIRE(!parsed);
    CHECK(parsed.error().message.starts_with("t:"));
  }
}

TEST_CASE("author: a duration of a rule is at most so many days") {
  const auto clause_of = [](const std::string& duration) {
    const auto terms =
        terms::parse_terms("title: t\npermit: [{id: a, duration: " + duration + "}]\n", "t");
    return terms ? terms->rules[0].clauses[0] : Clause{};
  };
  CHECK(clause_of("365 days") == Clause{ClauseKind::duration, {}, 0, 366});
  CHECK(clause_of("1 day") == clause_of("{days_max: 1}"));
  for (const auto* wrong : {"0 days", "a year", "365 weeks", "99999 days"}) {
    CAPTURE(wrong);
    CHECK(clause_of(wrong) == Clause{});
  }
}

// A dry run of what no record holds ended in an abort, and a check of it in a yes.
TEST_CASE("author: what no record can hold is refused where it is written") {
  const auto fault_of = [](const std::string& text) {
    const auto parsed = terms::parse_terms(text, "t");
    return parsed ? std::string() : parsed.error().message;
  };
  const std::string rule = "permit: [{id: a, everything: true}]\n";
  CHECK(fault_of("title: " + std::string(16'384, 'x') + "\n" + rule).empty());
  CHECK(fault_of("title: " + std::string(16'385, 'x') + "\n" + rule) ==
        "t:1:8: 'title' has 16385 bytes, more than 16384");
  std::string words;
  for (int i = 0; i < 4'097; ++i) words += "sell, ";
  CHECK(fault_of("title: t\npermit: [{id: a, actions: [" + words + "]}]\n") ==
        "t:2:27: 'actions' has 4097 items, more than 4096");
  std::string rules = "title: t\npermit:\n";
  for (int i = 0; i < 3'000; ++i) rules += fmt::format("  - {{id: r{}, actions: [sell]}}\n", i);
  CHECK(fault_of(rules).starts_with("t: too large for one record: "));
  CHECK(!terms::parse_request(
      "purposes: Marketing\nactions: use\nproject: " + std::string(16'385, 'x') + "\n", "r"));
  CHECK(!terms::parse_dataset("title: d\ndescription: " + std::string(16'385, 'x') + "\n", "d"));
}

TEST_CASE("author: request, consent, dataset and trust files") {
  const auto request = terms::parse_request(
      "purposes: AcademicResearch\nactions: [ai-training]\nduration: 90 days\n"
      "price: {amount: 2, currency: EUR}\n",
      "r");
  REQUIRE(request);
  CHECK(request->purposes == std::vector<std::string>{"dpv:AcademicResearch"});
  CHECK(request->duration_days == 90);
  CHECK(request->price_offered == 200);
  CHECK(!terms::parse_request("actions: [use]\n", "r"));
  const auto consent = terms::parse_consent_template(
      "purposes: AcademicResearch\nactions: use\nexcluded_purposes: CommercialPurpose\n", "c");
  REQUIRE(consent);
  CHECK(consent->consent.revocable);
  const auto dataset = terms::parse_dataset(
      "title: d\npersonal_data: personal\norigin_geography: FR\ndelimiter: ';'\n"
      "columns: {name: identifier, age: quasi_identifier, id: subject}\n"
      "hierarchies: {age: age.csv}\n",
      "d");
  REQUIRE_MESSAGE(dataset, dataset.error().message);
  CHECK(dataset->columns[1].hierarchy == "age.csv");
  CHECK(dataset->subject_column == "id");
  CHECK(dataset->delimiter == ';');
  CHECK(!terms::parse_dataset("title: d\ncolumns: {a: identifer}\n", "d"));
  CHECK(!terms::parse_dataset("title: d\nhierarchies: {a: b}\n", "d"));
  CHECK(terms::parse_trust("name: t\nthreshold: 2\ntrustees: [a, b, c]\n", "t"));
  CHECK(!terms::parse_trust("name: t\nthreshold: 4\ntrustees: [a, b, c]\n", "t"));
}

TEST_CASE("author: a dataset's file says weights, a population, and what rows ask") {
  const std::string columns =
      "title: d\ncolumns: {id: pseudonym, age: quasi_identifier, crowd: asked_k, "
      "finding: sensitive, note: insensitive}\n";
  const auto read = [&](const std::string& lines) {
    return terms::parse_dataset(columns + lines, "d");
  };
  const auto dataset = read(
      "hierarchies: {finding: f.yaml}\nweights: {age: 2.5}\n"
      "population: {table: people.csv, people: 67000000}\n");
  REQUIRE_MESSAGE(dataset, dataset.error().message);
  CHECK(dataset->columns[0].role == "pseudonym");
  CHECK(dataset->columns[1].weight_milli == 2'500);
  CHECK(dataset->columns[2].role == "asked_k");
  CHECK(dataset->columns[3].hierarchy == "f.yaml");
  CHECK(dataset->population == terms::PopulationChoice{"people.csv", 67'000'000});
  CHECK(read("population: people.csv\n")->population == terms::PopulationChoice{"people.csv", 0});
  CHECK(read("population: {people: 5}\n")->population == terms::PopulationChoice{"", 5});
  CHECK_FALSE(read("")->population);
  for (const std::string bad :
       {"weights: {finding: 2}", "weights: {nobody: 2}", "weights: {age: 0}", "weights: {age: -1}",
        "weights: {age: 1000.001}", "weights: {age: 0.0001}", "weights: {age: much}", "weights: 2",
        "hierarchies: {note: n.csv}", "hierarchies: {id: i.csv}", "population: {}",
        "population: {people: 0}", "population: {people: many}", "population: {rows: 3}",
        "population: ''", "population: [a, b]"}) {
    CAPTURE(bad);
    const auto refused = read(bad + "\n");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.starts_with("d:3:"));
  }
  for (const std::string role : {"pseudonym", "asked_k", "subject"})
    CHECK_FALSE(
        terms::parse_dataset("title: d\ncolumns: {a: " + role + ", b: " + role + "}\n", "d"));
}

TEST_CASE("author: files are read and terms printed by the words they are in, and by no others") {
  const std::vector<std::string> rows = {"purpose learning", "purpose wananga learning",
                                         "action sing", "flag sacred"};
  const auto words = terms::Vocabulary::of_words(rows);
  REQUIRE(words);
  const std::string text =
      "title: t\npermit:\n  - {id: a, purposes: [wananga], actions: [sing]}\nprivacy: {k: 5}\n";
  const auto parsed = terms::parse_terms(text, "t", *words);
  REQUIRE(parsed);
  CHECK(parsed->vocabulary_sha256 == words->digest());
  const auto printed = terms::print_terms(*parsed, *words);
  REQUIRE(printed);
  CHECK(terms::parse_terms(*printed, "t", *words) == *parsed);
  CHECK_FALSE(terms::print_terms(*parsed));  // not by this program's
  CHECK_FALSE(terms::parse_terms(text, "t"));
  const auto wrong = terms::parse_terms(
      "title: t\npermit:\n  - {id: a, purposes: [AcademicResearch]}\n", "t", *words);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().message == "t:3:24: 'AcademicResearch' is no known purpose");
  CHECK(wrong.error().hint.find("ledger") != std::string::npos);

  const auto asks = [&](std::string_view request) {
    return terms::parse_request(request, "r", *words).has_value();
  };
  CHECK(asks("purposes: [wananga]\nactions: [sing]\nflags: [sacred]\n"));
  CHECK_FALSE(asks("purposes: [wananga]\nactions: [read]\n"));
  const auto agrees = [&](std::string_view consent) {
    return terms::parse_consent_template(consent, "c", *words).has_value();
  };
  CHECK(agrees("purposes: [learning]\nactions: [sing]\n"));
  CHECK_FALSE(agrees("purposes: [Marketing]\nactions: [sing]\n"));
}
