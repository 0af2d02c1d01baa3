#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>

#include "crypto/stream.h"
#include "tests/support/data.h"
#include "tests/trustee/terms/odrl_policy.h"
#include "tests/trustee/terms/odrl_world.h"
#include "trustee/document/json.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using document::Node;
using odrl_policy::alice;
using odrl_policy::answer_of;
using odrl_policy::bob;
using odrl_policy::count_of;
using odrl_policy::error_of;
using odrl_policy::policy;
using odrl_policy::terms_of;
using odrl_policy::usual;
using terms::Answer;
using terms::Fidelity;
using terms::Truth;

std::string text_of(const Node& node, std::string_view key) {
  const auto* found = node.find(key);
  return found && found->kind == document::Kind::scalar ? found->text : "";
}

/// A constraint of the corpus as ODRL writes it.
std::string constraint_of(const Node& node) {
  std::string right;
  for (const auto& value : node.find("right")->items) {
    const std::string type = text_of(value, "t");
    right +=
        fmt::format("{}{{\"@value\": \"{}\"{}}}", right.empty() ? "" : ", ", text_of(value, "v"),
                    type.empty() ? "" : ", \"@type\": \"xsd:" + type + "\"");
  }
  return fmt::format(
      R"({{"uid": "{}", "leftOperand": "{}", "operator": "{}", "rightOperand": [{}]}})",
      text_of(node, "id"), text_of(node, "left"), text_of(node, "op"), right);
}

/// A rule of the corpus as JSON-LD, with the type of its policy member.
std::string policy_of(const Node& rule) {
  std::string body = fmt::format("\"uid\": \"{}\"", text_of(rule, "id"));
  for (const char* key : {"assignee", "action", "target"}) {
    if (const auto value = text_of(rule, key); !value.empty()) {
      body += fmt::format(", \"{}\": \"{}\"", key, value);
    }
  }
  std::string constraints;
  for (const auto& one : rule.find("constraints")->items) {
    constraints += (constraints.empty() ? "" : ", ") + constraint_of(one);
  }
  if (!constraints.empty()) body += ", \"constraint\": [" + constraints + "]";
  return fmt::format(
      R"({{"@context": ["http://www.w3.org/ns/odrl.jsonld", {{"ex": "http://example.org/"}}],)"
      R"("@type": "Set", "uid": "urn:p", "{}": [{{{}}}]}})",
      text_of(rule, "type"), body);
}

TEST_CASE("odrl: the test suite's rules are active where it says so, all of them") {
  const auto data = find_data("policy/odrl-test-suite.jsonl", "odrl: the test suite's rules");
  if (!data) return;
  std::ifstream lines(*data);
  std::size_t count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    const auto file = document::parse_json(line, "case");
    REQUIRE(file);
    const Node& root = file->root;
    CAPTURE(text_of(root, "file"));
    REQUIRE(root.find("policy")->items.size() == 1);
    const Node& rule = root.find("policy")->items.front();
    const Node& asked = *root.find("request");
    terms::ImportOptions options{.file = "p.json"};
    const std::string target = text_of(asked, "target");
    options.target = target;
    options.parties = {{"http://example.org/alice", alice}, {"http://example.org/bob", bob}};
    const std::string policy = policy_of(rule);
    // The corpus writes ex: for what its context says.
    std::string whole_target = "http://example.org/" + target.substr(3);
    options.target = whole_target;
    const auto imported = terms::read_odrl(policy, options);
    REQUIRE_MESSAGE(imported, imported.error().message);
    Request request;
    const auto* action =
        terms::Vocabulary::builtin().find_same_as(terms::Scheme::action, text_of(asked, "action"));
    REQUIRE(action);
    request.actions = {action->id};
    const auto who = parse_id(text_of(asked, "assignee") == "ex:alice" ? alice : bob);
    const auto at = parse_time(text_of(root, "time"));
    REQUIRE((who && at));
    const Party party;
    const terms::Context context{request, party, *who, *at};
    bool is_active = false;
    for (const auto& made : imported->terms.rules) {
      CHECK(made.effect != Effect::ask);
      const Truth truth = terms::judge(made, imported->terms, context);
      CHECK(truth != Truth::unknown);
      is_active = is_active || truth == Truth::true_;
    }
    const Node& expected = root.find("expected")->items.front();
    CHECK(is_active == (text_of(expected, "activation") == "Active"));
    CHECK(terms::print_terms(imported->terms));
  }
  CHECK(count == 47);
}

TEST_CASE("odrl: every constraint is judged as a plain evaluator judges it") {
  for (std::uint64_t seed = 0; seed < 4'000; ++seed) {
    odrl_world::World world(seed);
    const bool is_permission = seed % 2 == 0;
    const auto condition = world.condition(2, seed % 3 == 0);
    const std::string rule =
        fmt::format(R"({{"uid": "urn:r", "action": "use", "constraint": [{}]}})", condition.json);
    const std::string text = policy(
        is_permission ? fmt::format("'permission': [{}]", rule)
                      : fmt::format("'conflict': 'prohibit', 'permission': [{{'action': 'use'}}], "
                                    "'prohibition': [{}]",
                                    rule));
    CAPTURE(text);
    const auto imported = terms::read_odrl(text, {});
    REQUIRE_MESSAGE(imported, imported.error().message);
    for (int i = 0; i < 20; ++i) {
      const auto asked = world.asked();
      Request request = usual();
      request.purposes = {asked.purpose};
      request.jurisdictions = {asked.place};
      request.duration_days = static_cast<std::uint32_t>(asked.days);
      request.count = static_cast<std::uint32_t>(asked.count);
      const Party party;
      const auto answer =
          terms::specified(imported->terms, {}, {request, party, RecordId{}, {asked.ms}}).answer;
      const Truth truth = condition.judge(asked);
      const Truth permitted = is_permission ? truth : odrl_world::inverse(truth);
      const Answer expected = permitted == Truth::true_     ? Answer::permit
                              : permitted == Truth::unknown ? Answer::abstain
                                                            : Answer::deny;
      CAPTURE(terms::print_request(request));
      CAPTURE(asked.ms);
      CHECK(answer == expected);
    }
  }
}

TEST_CASE("odrl: every purpose of DPV permits itself and its kinds, and no other") {
  const auto data = find_data("policy/dpv-purposes.json", "odrl: every purpose of DPV");
  if (!data) return;
  const auto text = read_file(*data, 1 << 20);
  REQUIRE(text);
  const auto file = document::parse_json(as_text(*text), "dpv-purposes.json");
  REQUIRE(file);
  std::map<std::string, std::set<std::string>> parents;
  for (const auto& item : file->root.items) {
    for (const auto& parent : item.items) parents[item.key].insert(parent.text);
  }
  const auto& vocabulary = terms::Vocabulary::builtin();
  const auto is_kind = [&](const std::string& word, const std::string& of) {
    std::vector<std::string> open{word};
    while (!open.empty()) {
      const std::string at = open.back();
      open.pop_back();
      if (at == of) return true;
      for (const auto& parent : parents[at]) open.push_back(parent);
    }
    return false;
  };
  for (const auto& item : file->root.items) {
    CAPTURE(item.key);
    REQUIRE(vocabulary.find(terms::Scheme::purpose, "dpv:" + item.key));
    // As an IRI, whole or short, and as a word in quotes.
    const std::array written = {fmt::format("{{'@id': 'https://w3id.org/dpv#{}'}}", item.key),
                                fmt::format("{{'@id': 'dpv:{}'}}", item.key),
                                fmt::format("'dpv:{}'", item.key)};
    const auto terms = terms_of(policy(
        fmt::format("'permission': [{{'action': 'use', 'constraint': [{{'leftOperand': 'purpose', "
                    "'operator': 'isA', 'rightOperand': {}}}]}}]",
                    written[item.key.size() % 3])));
    for (const auto& other : file->root.items) {
      Request request = usual();
      request.purposes = {"dpv:" + other.key};
      const bool is_permitted = answer_of(terms, request) == Answer::permit;
      // RightsFulfilment, which DPV has under what is no purpose, is an obligation fulfilled here.
      const bool is_moved = other.key == "RightsFulfilment" &&
                            (item.key == "FulfilmentOfObligation" || item.key == "Purpose");
      CHECK(is_permitted == (is_moved || is_kind(other.key, item.key)));
    }
  }
}

TEST_CASE("odrl: JSON-LD is read however it is written") {
  const std::string base = "http://www.w3.org/ns/odrl/2/";
  const Terms plain = terms_of(policy(
      "'permission': [{'uid': 'urn:r', 'action': 'read', 'constraint': [{'leftOperand': 'purpose', "
      "'operator': 'eq', 'rightOperand': {'@id': 'dpv:AcademicResearch'}}]}]"));
  // Expanded, with whole IRIs and values in lists.
  std::string expanded = fmt::format(
      "[{{'@id': 'urn:p', '@type': ['{0}Set'], '{0}permission': [{{'@id': 'urn:r', '{0}action': "
      "[{{'@id': '{0}read'}}], '{0}constraint': [{{'{0}leftOperand': [{{'@id': '{0}purpose'}}], "
      "'{0}operator': [{{'@id': '{0}eq'}}], '{0}rightOperand': [{{'@id': "
      "'https://w3id.org/dpv#AcademicResearch'}}]}}]}}]}}]",
      base);
  // Flat: each node by itself, under another's prefix.
  std::string flat =
      "{'@context': {'o': 'http://www.w3.org/ns/odrl/2/', 'd': 'https://w3id.org/dpv/owl#'}, "
      "'@graph': [{'@id': 'urn:p', '@type': 'o:Set', 'o:permission': {'@id': 'urn:r'}}, "
      "{'@id': 'urn:r', 'o:action': {'@id': 'o:read'}, 'o:constraint': {'@id': '_:c'}}, "
      "{'@id': '_:c', 'o:leftOperand': {'@id': 'o:purpose'}, 'o:operator': {'@id': 'o:eq'}, "
      "'o:rightOperand': {'@id': 'd:AcademicResearch'}}]}";
  // With names of its own.
  std::string renamed =
      "{'@context': ['http://www.w3.org/ns/odrl.jsonld', {'may': {'@id': "
      "'http://www.w3.org/ns/odrl/2/permission', '@type': '@id'}, 'id': '@id', 'kind': '@type', "
      "'do': {'@id': 'odrl:action', '@type': '@vocab'}}], 'id': 'urn:p', 'kind': 'Policy', "
      "'may': {'id': 'urn:r', 'do': 'read', 'constraint': {'leftOperand': 'odrl:purpose', "
      "'operator': 'odrl:eq', 'rightOperand': 'AcademicResearch'}}}";
  for (std::string* text : {&expanded, &flat, &renamed}) {
    std::ranges::replace(*text, '\'', '"');
    CAPTURE(*text);
    CHECK(terms_of(*text) == plain);
  }
  // A context may say that a word means something else, or nothing.
  const std::string turned =
      "['http://www.w3.org/ns/odrl.jsonld', {'permission': 'odrl:prohibition'}]";
  const Terms forbids = terms_of(policy("'permission': [{'action': 'read'}]", turned));
  CHECK(count_of(forbids, Effect::forbid) == 1);
  CHECK(count_of(forbids, Effect::permit) == 0);
  const Terms nothing =
      terms_of(policy("'permission': [{'action': 'read'}]",
                      "['http://www.w3.org/ns/odrl.jsonld', {'permission': null}]"));
  CHECK(count_of(nothing, Effect::permit) == 0);
  CHECK(count_of(nothing, Effect::ask) == 1);
}

TEST_CASE("odrl: a policy of type Request is a request") {
  std::string text = policy(
      "'permission': [{'action': ['read', 'ex:fly'], 'target': 'urn:d', 'constraint': [{"
      "'leftOperand': 'purpose', 'operator': 'isAnyOf', 'rightOperand': ['dpv:AcademicResearch', "
      "'dpv:ScientificResearch']}, {'leftOperand': 'spatial', 'operator': 'eq', 'rightOperand': "
      "'loc:DE'}, {'leftOperand': 'elapsedTime', 'operator': 'lteq', 'rightOperand': 'P30D'}, "
      "{'leftOperand': 'count', 'operator': 'eq', 'rightOperand': 2}, {'leftOperand': 'payAmount', "
      "'operator': 'eq', 'rightOperand': '12.50', 'unit': 'EUR'}, {'leftOperand': 'industry', "
      "'operator': 'eq', 'rightOperand': 'health'}]}]");
  CHECK_FALSE(terms::read_odrl_request(text, {}));
  text.replace(text.find("\"Set\""), 5, "\"Request\"");
  CHECK(error_of(text).hint == "usufruct request import odrl FILE");
  const auto imported = terms::read_odrl_request(text, {});
  REQUIRE(imported);
  const Request& request = imported->request;
  CHECK(request.actions == std::vector<std::string>{"read", "ex:fly"});
  CHECK(request.purposes ==
        std::vector<std::string>{"dpv:AcademicResearch", "dpv:ScientificResearch"});
  CHECK(request.jurisdictions == std::vector<std::string>{"DE"});
  CHECK(request.duration_days == 30);
  CHECK(request.count == 2);
  CHECK(request.price_offered == 1'250);
  CHECK(request.currency == "EUR");
  CHECK(request.justification == "industry eq \"health\"");
  // A word nobody knows is never permitted.
  CHECK(answer_of(terms_of(policy("'permission': [{}]")), request) == Answer::abstain);
}

}  // namespace
}  // namespace usufruct
