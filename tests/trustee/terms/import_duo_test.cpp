#include <doctest/doctest.h>

#include <fstream>
#include <map>

#include "crypto/stream.h"
#include "tests/support/data.h"
#include "trustee/document/document.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/duo.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Fidelity;
using Codes = std::vector<std::string>;

const document::Node* find(const document::Node& node, std::string_view key) {
  for (const auto& item : node.items) {
    if (item.key == key) return &item;
  }
  return nullptr;
}

bool is_set(const document::Node& node, std::string_view key) {
  const auto* found = find(node, key);
  return found && found->text != "false";
}

Codes diseases_of(const document::Node& node) {
  Codes diseases;
  if (const auto* found = find(node, "diseaseRestrictions")) {
    for (const auto& item : found->items) {
      std::string id = item.text;
      id[id.find('_')] = ':';
      diseases.push_back(id);
    }
  }
  return diseases;
}

/// A dataset of the corpus in codes of DUO.
Codes codes_of(const document::Node& dataset) {
  Codes codes;
  if (is_set(dataset, "generalUse")) codes.emplace_back("GRU");
  if (is_set(dataset, "hmbResearch")) codes.emplace_back("HMB");
  if (is_set(dataset, "populationOriginsAncestry")) codes.emplace_back("POA");
  for (const auto& disease : diseases_of(dataset)) codes.push_back("DS=" + disease);
  if (is_set(dataset, "nonProfitUse")) codes.emplace_back("NPU");
  return codes;
}

/// A purpose of the corpus as a request: what has no word here is a word nobody knows.
Request request_of(const document::Node& purpose) {
  Request request;
  request.actions = {"use"};
  if (is_set(purpose, "generalUse")) request.purposes.emplace_back("DUO:0000042");
  if (is_set(purpose, "hmbResearch")) request.purposes.emplace_back("DUO:0000006");
  if (is_set(purpose, "populationOriginsAncestry")) request.purposes.emplace_back("DUO:0000011");
  if (is_set(purpose, "methodsResearch")) request.purposes.emplace_back("duo:methods-development");
  for (const auto& disease : diseases_of(purpose)) request.purposes.push_back(disease);
  for (const char* key : {"controls", "population", "gender", "illegalBehavior", "sexualDiseases",
                          "psychologicalTraits", "notHealth", "stigmatizeDiseases"}) {
    if (is_set(purpose, key)) request.flags.emplace_back(key);
  }
  if (is_set(purpose, "pediatric")) request.flags.emplace_back("children");
  if (is_set(purpose, "vulnerablePopulations")) request.flags.emplace_back("vulnerable-people");
  return request;
}

/// The program's words with the diseases of the corpus as kinds of disease research.
terms::Vocabulary with_diseases() {
  std::vector<std::pair<std::string, std::string>> files;
  for (const char* name : {"actions", "attestations", "duties", "flags", "jurisdictions",
                           "purposes", "purposes-duo", "recipients"}) {
    const std::string file = std::string(name) + ".yaml";
    files.emplace_back(file, as_text(*read_file(std::filesystem::path(USUFRUCT_SOURCE_DIR) /
                                                    "specs/vocabulary" / file,
                                                1 << 20)));
  }
  files.emplace_back("diseases.yaml",
                     "scheme: purpose\nterms:\n"
                     "  - {id: \"DOID:162\", parents: [\"DUO:0000007\"]}\n"
                     "  - {id: \"DOID:10155\", parents: [\"DOID:162\"]}\n");
  std::vector<std::pair<std::string_view, std::string_view>> views(files.begin(), files.end());
  return *terms::Vocabulary::parse(views);
}

TEST_CASE("duo: the matcher's own cases are answered as it answers, but where it is unsound") {
  const auto data = find_data("policy/duo-matching.jsonl", "duo: the matcher's own cases");
  if (!data) return;
  const auto vocabulary = with_diseases();
  // Its datasets without any permission are closed here: specs/terms.md §9.
  const std::map<std::string, Answer> differ = {{"testNPU_positive_case_1", Answer::deny},
                                                {"testNPU_positive_case_2", Answer::deny},
                                                {"testNPU_positive_case_3", Answer::deny}};
  std::ifstream lines(*data);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto file = document::parse(line, "case");
    REQUIRE(file);
    const std::string name = find(file->root, "name")->text;
    CAPTURE(name);
    const auto imported = import_duo(codes_of(*find(file->root, "dataset")), vocabulary);
    REQUIRE(imported);
    const Request request = request_of(*find(file->root, "purpose"));
    Party party;
    if (is_set(*find(file->root, "purpose"), "nonProfitUse")) party.classes = {"non-profit"};
    const auto answer =
        terms::specified(imported->terms, {}, {request, party, RecordId{}, {1}, vocabulary}).answer;
    const std::string expected = find(file->root, "expect")->text;
    const Answer theirs = expected == "approve"   ? Answer::permit
                          : expected == "abstain" ? Answer::abstain
                                                  : Answer::deny;
    const auto different = differ.find(name);
    CHECK(answer == (different == differ.end() ? theirs : different->second));
  }
  CHECK(count == 33);
}

Answer answer_of(const Codes& codes, const Request& request, const Party& party = {}) {
  const auto imported = terms::import_duo(codes);
  REQUIRE_MESSAGE(imported, imported.error().message);
  return terms::specified(imported->terms, {}, {request, party, RecordId{}, {1}}).answer;
}

TEST_CASE("duo: every code has its meaning, and what has none is asked") {
  Request health;
  health.purposes = {"DUO:0000006"};
  health.actions = {"use"};
  const auto with = [&](auto change) {
    Request request = health;
    change(request);
    return request;
  };
  Party charity;
  charity.classes = {"non-profit"};
  Party company;
  company.classes = {"commercial"};
  CHECK(answer_of({}, health) == Answer::deny);
  CHECK(answer_of({"IRB"}, health) == Answer::deny);
  CHECK(answer_of({"NRES"}, health) == Answer::permit);
  CHECK(answer_of({"DUO:0000042"}, health) == Answer::permit);
  CHECK(answer_of({"HMB"}, health) == Answer::permit);
  CHECK(answer_of({"POA"}, health) == Answer::deny);
  CHECK(answer_of({"HMB", "NPU"}, health, charity) == Answer::permit);
  CHECK(answer_of({"HMB", "NPU"}, health, company) == Answer::deny);
  CHECK(answer_of({"NRES", "NCU"}, with([](Request& r) {
                    r.purposes = {"dpv:ResearchAndDevelopment"};
                  })) == Answer::abstain);
  CHECK(answer_of({"NRES", "NCU"}, with([](Request& r) {
                    r.purposes = {"dpv:CommercialResearch"};
                  })) == Answer::deny);
  CHECK(answer_of({"HMB", "IRB"}, health) == Answer::deny);
  CHECK(answer_of({"HMB", "IRB", "COL"}, with([](Request& r) {
                    r.attestations = {"irb-approval", "collaboration"};
                  })) == Answer::permit);
  CHECK(answer_of({"HMB", "GS=EU"}, with([](Request& r) { r.jurisdictions = {"FR"}; })) ==
        Answer::permit);
  CHECK(answer_of({"HMB", "GS=EU"}, with([](Request& r) { r.jurisdictions = {"US"}; })) ==
        Answer::deny);
  CHECK(answer_of({"HMB", "TS=12"}, with([](Request& r) { r.duration_days = 300; })) ==
        Answer::permit);
  CHECK(answer_of({"HMB", "TS=12"}, with([](Request& r) { r.duration_days = 400; })) ==
        Answer::deny);
  CHECK(answer_of({"HMB", "GSO"}, health) == Answer::deny);
  CHECK(answer_of({"HMB", "GSO"}, with([](Request& r) { r.flags = {"genetic-study"}; })) ==
        Answer::permit);
  CHECK(answer_of({"GRU", "NPOA"}, with([](Request& r) { r.purposes = {"DUO:0000011"}; })) ==
        Answer::deny);
  const auto methods = with([](Request& r) { r.purposes = {"duo:methods-development"}; });
  CHECK(answer_of({"HMB"}, methods) == Answer::permit);
  CHECK(answer_of({"HMB", "NMDS"}, methods) == Answer::deny);
  const auto care = with([](Request& r) { r.purposes = {"DUO:0000043"}; });
  CHECK(answer_of({"HMB"}, care) == Answer::deny);
  CHECK(answer_of({"HMB", "CC"}, care) == Answer::permit);
  for (const char* asked : {"RS=hearts", "PS=17", "US=me", "IS=us", "DUO:9999999", "XYZ"}) {
    CAPTURE(asked);
    CHECK(answer_of({"HMB", asked}, health) == Answer::abstain);
  }
  CHECK(answer_of({"DS=MONDO:1"}, health) == Answer::abstain);
  // A purpose that is no disease is none.
  CHECK(answer_of({"DS=Marketing"}, with([](Request& r) { r.purposes = {"dpv:Marketing"}; })) ==
        Answer::abstain);
  const auto asked_once = terms::import_duo(Codes{"GRU", "US=alice", "IS=alice"});
  REQUIRE(asked_once);
  CHECK(terms::print_terms(asked_once->terms));
  for (const Codes& bad :
       {Codes{"DUO:0000001"}, Codes{"HMB", "HMB"}, Codes{"HMB", "GRU"}, Codes{"HMB", "GS=Atlantis"},
        Codes{"TS=0"}, Codes{"TS"}, Codes{"GS"}, Codes{"DS=,"}, Codes{"HMB=only hearts"},
        Codes{"NCU=but startups"}, Codes{"DUO:0000021=x"}, Codes{"GRU=0"}}) {
    CHECK_FALSE(terms::import_duo(bad));
  }
}

TEST_CASE("duo: what is imported is a file of terms, and every word is accounted for") {
  const Codes codes = {"HMB",       "NPUNCU",         "PUB",   "COL=Dr. X", "IRB",
                       "GS=EU, CH", "MOR=2027-01-01", "TS=24", "RTN",       "CC",
                       "NPOA",      "NMDS",           "GSO",   "RS=hearts", "odd"};
  const auto imported = terms::import_duo(codes);
  REQUIRE(imported);
  REQUIRE(imported->lines.size() == codes.size());
  for (std::size_t i = 0; i < codes.size(); ++i) {
    CHECK(imported->lines[i].source == codes[i]);
    CHECK(imported->lines[i].loss.empty() == (imported->lines[i].fidelity == Fidelity::mapped));
  }
  const auto text = terms::print_terms(imported->terms);
  REQUIRE_MESSAGE(text, text.error().message);
  CHECK(*terms::parse_terms(*text, "t") == imported->terms);
}

}  // namespace
}  // namespace usufruct
