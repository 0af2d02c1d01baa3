#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/time.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/labels.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Fidelity;

terms::Imported labelled(std::string_view text) {
  auto imported = terms::read_labels(text, {});
  REQUIRE_MESSAGE(imported, (imported ? "" : imported.error().message));
  // What was imported can be written and read again.
  const auto printed = terms::print_terms(imported->terms);
  REQUIRE_MESSAGE(printed, (printed ? "" : printed.error().message));
  CHECK(*terms::parse_terms(*printed, "again") == imported->terms);
  return *std::move(imported);
}

struct Asked {
  std::string purpose = "dpv:AcademicResearch";
  std::string action = "ai-training";
  std::string requester = "university";
  std::string recipient;
  std::string_view at = "2026-01-15T12:00:00Z";
};
Answer answer(std::string_view labels, const Asked& asked = {}) {
  Request request;
  request.purposes = {asked.purpose};
  request.actions = {asked.action};
  if (!asked.recipient.empty()) request.recipients = {asked.recipient};
  Party party;
  party.classes = {asked.requester};
  const auto at = *parse_time(asked.at);
  return terms::specified(labelled(labels).terms, {}, {request, party, RecordId{}, at}).answer;
}

bool is_refused(std::string_view text, std::string_view message) {
  const auto imported = terms::read_labels(text, {});
  return !imported && imported.error().code == Code::malformed &&
         imported.error().message.find(message) != std::string::npos;
}

TEST_CASE("labels: all of the hub's are known, with words that are known, in two languages") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  const auto count = [&](std::string_view prefix) {
    return std::ranges::count_if(vocabulary.labels(), [&](const terms::LabelTerm& label) {
      return label.id.starts_with(prefix);
    });
  };
  CHECK(count("tk:") == 20);
  CHECK(count("bc:") == 10);
  CHECK(count("notice:") == 4);
  CHECK(vocabulary.labels().size() == 34);
  for (const auto& label : vocabulary.labels()) {
    CAPTURE(label.id);
    for (const auto* language : {"en", "zh"}) {
      CHECK(label.labels.find(*terms::Language::parse(language)) != nullptr);
      CHECK(label.definitions.find(*terms::Language::parse(language)) != nullptr);
    }
    REQUIRE(label.same_as.size() == 1);
    CHECK(vocabulary.find_label(label.same_as.front()) == &label);
    CHECK(vocabulary.knows(terms::Scheme::recipient, label.classes));
    CHECK(vocabulary.knows(terms::Scheme::purpose, label.purposes));
    CHECK(vocabulary.knows(terms::Scheme::purpose, label.forbid_purposes));
    CHECK(vocabulary.knows(terms::Scheme::purpose, label.ask_purposes));
    CHECK(vocabulary.knows(terms::Scheme::action, label.forbid_actions));
    CHECK(vocabulary.knows(terms::Scheme::duty, label.duties));
    // A label says something that is enforced, asked, or told to whoever reads the account.
    CHECK_FALSE((label.duties.empty() && label.forbid_purposes.empty() && label.ask.empty() &&
                 label.loss.empty()));
  }
}

TEST_CASE("labels: what each answers an academic who trains a model, and a firm that sells") {
  struct Row {
    std::string label;
    Answer research;
    Answer commerce;
    Answer of_community;
  };
  const auto permit = Answer::permit;
  const auto deny = Answer::deny;
  const auto ask = Answer::abstain;
  const std::vector<Row> rows = {
      {"tk:a", permit, permit, permit},
      {"tk:cl", deny, deny, ask},
      {"tk:f", deny, deny, ask},
      {"tk:mc", ask, ask, ask},
      {"tk:cv", permit, permit, permit},
      {"tk:cr", permit, permit, permit},
      {"tk:v", permit, permit, permit},
      {"tk:nv", ask, ask, ask},
      {"tk:s", ask, ask, ask},
      {"tk:wg", ask, ask, ask},
      {"tk:mg", ask, ask, ask},
      {"tk:mr", ask, ask, ask},
      {"tk:wr", ask, ask, ask},
      {"tk:cs", ask, ask, ask},
      {"tk:ss", ask, ask, ask},
      {"tk:oc", permit, ask, permit},
      {"tk:nc", permit, deny, permit},
      {"tk:co", deny, deny, ask},
      {"tk:o", ask, ask, ask},
      {"tk:cb", permit, permit, permit},
      {"bc:p", permit, permit, permit},
      {"bc:mc", ask, ask, ask},
      {"bc:cb", permit, permit, permit},
      {"bc:oc", permit, ask, permit},
      {"bc:r", permit, deny, permit},
      {"bc:cv", ask, ask, ask},
      {"bc:cnv", ask, ask, ask},
      {"bc:cl", deny, deny, ask},
      {"bc:o", ask, ask, ask},
      {"bc:nc", permit, deny, permit},
      {"notice:attribution-incomplete", ask, ask, ask},
      {"notice:bc", ask, ask, ask},
      {"notice:tk", ask, ask, ask},
      {"notice:open-to-collaborate", ask, ask, ask},
  };
  CHECK(rows.size() == terms::Vocabulary::builtin().labels().size());
  for (const auto& row : rows) {
    CAPTURE(row.label);
    CHECK(answer(row.label) == row.research);
    CHECK(answer(row.label, {.purpose = "dpv:CommercialPurpose", .requester = "sme"}) ==
          row.commerce);
    CHECK(answer(row.label, {.requester = "indigenous-community"}) == row.of_community);
    const auto* label = terms::Vocabulary::builtin().find_label(row.label);
    REQUIRE(label);
    CHECK(labelled(label->same_as.front()).terms == labelled(row.label).terms);
  }
}

TEST_CASE("labels: a use within the community is for its members on both ends") {
  CHECK(answer("tk:co", {.requester = "community", .recipient = "university"}) == Answer::deny);
  CHECK(answer("tk:co", {.requester = "university", .recipient = "community"}) == Answer::deny);
  CHECK(answer("tk:co", {.requester = "community", .recipient = "community"}) == Answer::abstain);
}

TEST_CASE("labels: what one label does not permit is denied, however much others ask") {
  CHECK(answer("tk:cs tk:co") == Answer::deny);
  CHECK(answer("tk:co tk:cs tk:zz", {.requester = "community"}) == Answer::abstain);
  CHECK(answer("tk:cs bc:r", {.purpose = "dpv:AgeVerification"}) == Answer::deny);
  CHECK(answer("tk:ss tk:s=11-01/03-31", {.at = "2026-07-01T00:00:00Z"}) == Answer::deny);
}

TEST_CASE("labels: what is too broad to rule commerce out is judged by trustees") {
  CHECK(answer("bc:r", {.purpose = "dpv:ResearchAndDevelopment"}) == Answer::abstain);
  CHECK(answer("tk:nc", {.purpose = "dpv:Purpose"}) == Answer::abstain);
  CHECK(answer("tk:oc", {.purpose = "dpv:ResearchAndDevelopment"}) == Answer::abstain);
  CHECK(answer("bc:r", {.purpose = "dpv:SocialMediaMarketing"}) == Answer::deny);
  CHECK(answer("tk:nc", {.action = "sell"}) == Answer::deny);
}

TEST_CASE("labels: a season runs from its first to its last day, through the turn of the year") {
  const std::string winter = "tk:s=11-01/03-31";
  CHECK(answer(winter, {.at = "2026-01-15T12:00:00Z"}) == Answer::permit);
  CHECK(answer(winter, {.at = "2026-11-01T00:00:00Z"}) == Answer::permit);
  CHECK(answer(winter, {.at = "2026-03-31T23:59:59Z"}) == Answer::permit);
  CHECK(answer(winter, {.at = "2026-04-01T00:00:00Z"}) == Answer::deny);
  CHECK(answer(winter, {.at = "2026-10-31T23:59:59Z"}) == Answer::deny);
  CHECK(answer("TKS=05-10/05-10", {.at = "2026-05-10T09:00:00Z"}) == Answer::permit);
  CHECK(answer("tk:s=01-01/12-31") == Answer::permit);
  for (const char* season :
       {"", "11-01", "11-01/", "/03-31", "11-01/03-31/04-01", "13-01/03-31", "11-00/03-31",
        "11-31/03-31", "02-30/03-31", "1-1/3-31", "11/01-03/31", "summer", "-1-01/03-31",
        "+1-01/03-31", "11-01 /03-31", "11-02/11-01", "11-01\x01/03-31"}) {
    CAPTURE(season);
    CHECK_FALSE(terms::read_labels(fmt::format("tk:s={}", season), {}));
  }
}

TEST_CASE("labels: a season is printed in the days that were given") {
  const auto imported = labelled("tk:s=11-01/03-31");
  CHECK(terms::print_terms(imported.terms)
            ->contains("recurring: {every: year, from: 11-01, to: 03-31}"));
}

TEST_CASE("labels: each of several communities is asked by name") {
  const auto imported = labelled("tk:mc=hill-village,lake-village");
  std::vector<std::string> questions;
  for (const auto& rule : imported.terms.rules) {
    if (rule.effect == Effect::ask) questions.push_back(rule.id);
  }
  CHECK(questions == std::vector<std::string>{
                         "does the seat of 'hill-village' agree (TK Multiple Communities)?",
                         "does the seat of 'lake-village' agree (TK Multiple Communities)?"});
  CHECK(imported.lines.front().loss.find("mandatory seat") != std::string::npos);
  CHECK(is_refused("tk:mc=", "names no communities"));
  CHECK(is_refused("tk:mc=a,,b", "names no communities"));
  std::string many = "bc:mc=a";
  for (int i = 0; i < 16; ++i) many += ",a";
  CHECK(is_refused(many, "names no communities"));
}

TEST_CASE("labels: a label more never permits more") {
  std::vector<std::string> ids = {"tk:zz"};
  for (const auto& label : terms::Vocabulary::builtin().labels()) ids.push_back(label.id);
  for (const auto& one : ids) {
    const auto alone = labelled(one).terms;
    for (const auto& other : ids) {
      if (one == other) continue;
      const auto both = labelled(one + " " + other).terms;
      terms::Budget budget;
      CAPTURE(one + " " + other);
      CHECK_FALSE(
          terms::permitted_by_first_alone(both, alone, terms::Vocabulary::builtin(), budget));
      CHECK_FALSE(budget.is_spent());
    }
  }
}

TEST_CASE("labels: what a machine cannot enforce is said, and what nobody knows is asked") {
  const auto imported = labelled("TKNC tk:cs tk:cv tk:zz \x01label");
  REQUIRE(imported.lines.size() == 7);
  CHECK(imported.lines[0].fidelity == Fidelity::mapped);
  CHECK(imported.lines[1].fidelity == Fidelity::refused);
  CHECK(imported.lines[1].into == "ask");
  CHECK(imported.lines[2].fidelity == Fidelity::approximated);
  CHECK(imported.lines[2].into == "nothing");
  CHECK(imported.lines[3].fidelity == Fidelity::refused);
  CHECK(imported.lines[4].source.find('\x01') == std::string::npos);
  CHECK(imported.lines[5].source == "(the community's seat)");
  CHECK(imported.lines[6].source == "(what no label speaks of)");
  CHECK(answer("tk:zz") == Answer::abstain);
  // Gender is of the community: whoever asks, whatever they say, it is asked about.
  CHECK(answer("tk:wr", {.requester = "community"}) == Answer::abstain);
}

TEST_CASE("labels: terms met with an owner's narrow them") {
  const auto owner = *terms::parse_terms(
      "title: Owner\npermit:\n  - id: r\n    purposes: [AcademicResearch, CommercialResearch]\n"
      "privacy: {k: 11}\n",
      "owner");
  terms::Budget budget;
  const auto met = terms::meet(owner, labelled("tk:nc tk:a").terms, terms::Vocabulary::builtin());
  REQUIRE(met);
  CHECK_FALSE(terms::permitted_by_first_alone(*met, owner, terms::Vocabulary::builtin(), budget));
  CHECK(terms::permitted_by_first_alone(owner, *met, terms::Vocabulary::builtin(), budget));
  CHECK(met->floor.k == 11);
}

TEST_CASE("labels: the terms name what they stand for, and what is met with an owner's does not") {
  using Names = std::vector<std::string>;
  const auto community = labelled("TKNC tk:s=11-01/03-31 bc:r").terms;
  CHECK(community.labels == Names{"bc:r", "tk:nc", "tk:s"});
  // One that nobody knows stands for none.
  CHECK(labelled("tk:zz").terms.labels.empty());
  const auto& vocabulary = terms::Vocabulary::builtin();
  const auto owner =
      *terms::parse_terms("title: Owner\npermit:\n  - {id: r, everything: true}\n", "owner");
  for (const auto& [one, other] : {std::pair{owner, community}, std::pair{community, owner}}) {
    const auto met = terms::meet(one, other, vocabulary);
    REQUIRE(met);
    CHECK(met->labels.empty());
  }
  const auto both = terms::meet(community, labelled("tk:cs tk:nc").terms, vocabulary);
  REQUIRE(both);
  CHECK(both->labels == Names{"bc:r", "tk:cs", "tk:nc", "tk:s"});
}

TEST_CASE("labels: hostile texts") {
  CHECK(is_refused("", "no label is given"));
  CHECK(is_refused(" \n\t ", "no label is given"));
  CHECK(is_refused("tk:nc TKNC", "given twice"));
  CHECK(is_refused("tk:nc=yes", "takes no value"));
  std::string many;
  for (int i = 0; i < 101; ++i) many += fmt::format("l{} ", i);
  CHECK(is_refused(many, "more than 100"));
  for (const std::string text : {"=", "=tk:nc", "tk:", ":", "\xff\xfe", "tk:nc,tk:cs", "tk\\nc"}) {
    CAPTURE(text);
    CHECK(answer(text) == Answer::abstain);
  }
  CHECK(answer(std::string(100'000, 'x')) == Answer::abstain);
}

}  // namespace
}  // namespace usufruct
