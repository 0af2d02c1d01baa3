#include <doctest/doctest.h>

#include <algorithm>

#include "tests/trustee/terms/odrl_policy.h"
#include "trustee/terms/import/odrl.h"

namespace usufruct {
namespace {

using odrl_policy::alice;
using odrl_policy::answer_of;
using odrl_policy::count_of;
using odrl_policy::error_of;
using odrl_policy::policy;
using odrl_policy::terms_of;
using odrl_policy::usual;
using terms::Answer;
using terms::Fidelity;

TEST_CASE("odrl: what has no word here is asked of the trustees, never dropped") {
  const Request request = usual();
  for (const char* asked : {
           "'action': 'read', 'constraint': [{'leftOperand': 'industry', 'operator': 'eq', "
           "'rightOperand': 'health'}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'purpose', 'operator': 'eq', "
           "'rightOperand': {'@id': 'http://example.org/good'}}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'spatial', 'operator': 'hasPart', "
           "'rightOperand': 'DE'}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'purpose', 'operator': 'lt', "
           "'rightOperand': 'dpv:Marketing'}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'dateTime', 'operator': 'lt', "
           "'rightOperandReference': {'@id': 'http://example.org/when'}}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'dateTime', 'operator': 'lt', "
           "'rightOperand': {'@id': 'odrl:policyUsage'}}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'dateTime', 'operator': 'lt', "
           "'rightOperand': 'tomorrow'}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'count', 'operator': 'lteq', "
           "'rightOperand': 5, 'unit': 'odrl:print'}]",
           "'action': 'read', 'constraint': [{'leftOperand': 'payAmount', 'operator': 'lteq', "
           "'rightOperand': 5, 'unit': 'EUR'}]",
           "'action': 'read', 'constraint': [{'and': [{}], 'or': [{}]}]",
           "'action': 'read', 'constraint': ['urn:elsewhere']",
           "'action': {'@id': 'odrl:read', 'refinement': [{'leftOperand': 'resolution', "
           "'operator': 'lteq', 'rightOperand': 1200}]}",
           "'action': 'http://example.org/fly'",
           "'action': 'odrl:lend'",
           "'action': 'read', 'assignee': 'http://example.org/somebody'",
           "'action': 'read', 'assignee': {'@type': 'PartyCollection', 'source': "
           "'http://example.org/club', 'refinement': [{'leftOperand': 'age', 'operator': 'gt', "
           "'rightOperand': 18}]}",
           "'action': 'read', 'target': {'@type': 'AssetCollection', 'source': 'http://e.org/all'}",
           "'action': 'read', 'duty': [{'action': 'watermark'}]",
           "'action': 'read', 'duty': [{'action': 'obtainConsent'}]",
           "'action': 'read', 'duty': ['http://example.org/duty']",
           "'action': 'read', 'duty': [{'action': [{'rdf:value': {'@id': 'odrl:compensate'}, "
           "'refinement': [{'leftOperand': 'payAmount', 'operator': 'eq', 'rightOperand': '5.00', "
           "'unit': 'http://example.org/gold'}]}]}]",
           "'action': 'read', 'output': 'http://example.org/copy'",
           "'action': 'read', 'constraints': []",
       }) {
    CAPTURE(std::string(asked));
    const auto text = policy(fmt::format("'permission': [{{{}}}]", asked));
    const Terms permits = terms_of(text);
    CHECK(answer_of(permits, request) == Answer::abstain);
    const auto imported = terms::read_odrl(text, {});
    CHECK(std::ranges::any_of(imported->lines, [](const auto& line) {
      return line.fidelity == Fidelity::refused && !line.loss.empty();
    }));
    if (std::string_view(asked).find("duty") != std::string_view::npos) continue;
    // Of a prohibition too: it may or may not forbid.
    const Terms forbids =
        terms_of(policy(fmt::format("'conflict': 'prohibit', 'permission': [{{'action': 'use'}}], "
                                    "'prohibition': [{{{}}}]",
                                    asked)));
    CHECK(answer_of(forbids, request) == Answer::abstain);
  }
  // One of a requester's classes being another does not say that none is the one left out.
  Party both;
  both.classes = {"university", "commercial"};
  Party university;
  university.classes = {"university"};
  const std::string others =
      "{'leftOperand': 'recipient', 'operator': 'neq', 'rightOperand': "
      "'dpv:ForProfitOrganisation'}";
  for (const auto& constraint :
       {others, "{'or': [{'leftOperand': 'spatial', 'operator': 'eq', 'rightOperand': 'US'}, " +
                    others + "]}"}) {
    const Terms apart = terms_of(policy(
        fmt::format("'permission': [{{'action': 'read', 'constraint': [{}]}}]", constraint)));
    CHECK(answer_of(apart, request, both) == Answer::abstain);
    CHECK(answer_of(apart, request, university) == Answer::abstain);
    Party company;
    company.classes = {"commercial"};
    CHECK(answer_of(apart, request, company) != Answer::permit);
    Request abroad = request;
    abroad.jurisdictions = {"US"};
    CHECK(answer_of(apart, abroad, company) ==
          (constraint == others ? Answer::deny : Answer::permit));
  }
  // What else a rule says narrows the question.
  const Terms narrow = terms_of(policy(
      "'permission': [{'action': 'read', 'constraint': [{'leftOperand': 'purpose', 'operator': "
      "'eq', 'rightOperand': 'dpv:Marketing'}, {'leftOperand': 'industry', 'operator': 'eq', "
      "'rightOperand': 'health'}]}]"));
  CHECK(answer_of(narrow, request) == Answer::deny);
  // Of several actions those that are known are permitted.
  const Terms several =
      terms_of(policy("'permission': [{'action': ['read', 'http://example.org/fly']}]"));
  CHECK(answer_of(several, request) == Answer::permit);
  Request sells = request;
  sells.actions = {"sell"};
  CHECK(answer_of(several, sells) == Answer::abstain);
}

TEST_CASE("odrl: the policy's own words are accounted for, and what may be a rule is asked") {
  const std::string permits = "'permission': [{'action': 'use'}]";
  const auto with = [&](const char* more) { return policy(permits + ", " + more); };
  CHECK(answer_of(terms_of(policy(permits)), usual()) == Answer::permit);
  for (const char* asked :
       {"'inheritFrom': 'http://example.org/other'", "'profile': 'http://example.org/profile'",
        "'prohibitions': [{'action': 'use'}]", "'duty': [{'action': 'attribute'}]",
        "'undefined': 'ignore'", "'obligation': [{'action': 'watermark'}]"}) {
    CAPTURE(asked);
    CHECK(answer_of(terms_of(with(asked)), usual()) == Answer::abstain);
  }
  for (const char* told : {"'dct:title': 'Research'", "'dct:creator': {'@id': 'urn:me'}",
                           "'colour': 'red'", "'assigner': 'http://example.org/me'",
                           "'profile': 'odrl:core'", "'obligation': [{'action': 'attribute'}]"}) {
    CAPTURE(told);
    const auto imported = terms::read_odrl(with(told), {});
    REQUIRE(imported);
    CHECK(answer_of(imported->terms, usual()) == Answer::permit);
    const auto without = terms::read_odrl(policy(permits), {});
    CHECK(imported->lines.size() == without->lines.size() + 1);
  }
  CHECK(terms_of(with("'dct:title': 'Research'")).title == "Research");
}

TEST_CASE("odrl: duties, prices and consequences") {
  const Terms terms = terms_of(policy(
      "'obligation': [{'action': [{'rdf:value': {'@id': 'odrl:compensate'}, 'refinement': "
      "[{'leftOperand': 'payAmount', 'operator': 'eq', 'rightOperand': {'@value': '500.00', "
      "'@type': 'xsd:decimal'}, 'unit': 'http://dbpedia.org/resource/Euro'}]}]}], "
      "'permission': [{'action': 'use', 'duty': [{'action': 'attribute', 'attributedParty': "
      "'http://example.org/uni'}, {'action': 'delete', 'constraint': [{'leftOperand': 'dateTime', "
      "'operator': 'lteq', 'rightOperand': '2027-01-01T00:00:00Z'}], 'consequence': [{'action': "
      "'inform'}]}]}, {'action': 'sell', 'duty': [{'action': 'compensate', 'constraint': "
      "[{'leftOperand': 'payAmount', 'operator': 'gteq', 'rightOperand': 7, 'unit': 'USD'}]}]}]"));
  CHECK(terms.price == 50'000);
  CHECK(terms.currency == "EUR");
  REQUIRE(terms.rules.size() == 2);
  CHECK(terms.rules[0].duties ==
        std::vector<Duty>{
            {"attribute", "attributedParty http://example.org/uni"},
            {"delete-after", "dateTime lteq \"2027-01-01T00:00:00Z\"; or else inform"}});
  CHECK(terms.rules[1].clauses == std::vector<Clause>{{ClauseKind::action, {"sell"}, 0, 0},
                                                      {ClauseKind::price, {"USD"}, 700, 0}});
}

TEST_CASE("odrl: targets, assignees and what a policy says for all its rules") {
  const std::string two =
      "'permission': [{'action': 'read', 'target': 'urn:a'}, {'action': 'index', 'target': "
      "['urn:a', 'urn:b']}]";
  CHECK(error_of(policy(two)).hint == "say which of them the dataset is: --target IRI");
  CHECK(terms_of(policy(two), {.target = "urn:b"}).rules.size() == 1);
  CHECK(terms_of(policy(two), {.target = "urn:a"}).rules.size() == 2);
  CHECK(terms_of(policy(two), {.target = "urn:c"}).rules.empty());

  const std::string shared =
      "'target': 'urn:a', 'action': 'read', 'assignee': 'ex:mia', 'constraint': [{'leftOperand': "
      "'spatial', 'operator': 'isPartOf', 'rightOperand': 'EU'}], 'permission': [{'uid': 'urn:1'}, "
      "{'uid': 'urn:2', 'action': 'index'}], 'prohibition': [{'uid': 'urn:3', 'action': 'sell'}], "
      "'conflict': 'prohibit'";
  terms::ImportOptions mia;
  mia.parties = {{"ex:mia", alice}};
  const Terms all = terms_of(policy(shared), mia);
  const Clause who{ClauseKind::actor, {alice}, 0, 0};
  const Clause where{ClauseKind::jurisdiction, {"EU"}, 0, 0};
  REQUIRE(all.rules.size() == 3);
  CHECK(all.rules[0].clauses ==
        std::vector<Clause>{who, {ClauseKind::action, {"read"}, 0, 0}, where});
  CHECK(all.rules[1].clauses ==
        std::vector<Clause>{who, {ClauseKind::action, {"index"}, 0, 0}, where});
  CHECK(all.rules[2].clauses ==
        std::vector<Clause>{who, {ClauseKind::action, {"sell", "read"}, 0, 0}, where});

  // A class of people is one here; of two the one who is not known is asked about.
  Party university;
  university.classes = {"university"};
  const Terms classes = terms_of(
      policy("'permission': [{'action': 'read', 'assignee': {'@type': 'PartyCollection', '@id': "
             "'dpv:AcademicScientificOrganisation'}}]"));
  CHECK(answer_of(classes, usual(), university) == Answer::permit);
  const Terms either =
      terms_of(policy("'permission': [{'action': 'read', 'assignee': ['ex:mia', 'ex:max']}]"), mia);
  CHECK(answer_of(either, usual(), {}, alice) == Answer::abstain);
}

TEST_CASE("odrl: permissions and prohibitions that overlap are settled as the policy says") {
  const std::string rules =
      ", 'permission': [{'uid': 'urn:may', 'action': 'use'}], 'prohibition': [{'uid': 'urn:not', "
      "'action': 'distribute'}]";
  Request distributes = usual();
  distributes.actions = {"distribute"};
  const Terms prohibit = terms_of(policy("'conflict': 'prohibit'" + rules));
  CHECK(answer_of(prohibit, distributes) == Answer::deny);
  const Terms perm = terms_of(policy("'conflict': {'@id': 'odrl:perm'}" + rules));
  CHECK(answer_of(perm, distributes) == Answer::abstain);
  CHECK(answer_of(perm, usual()) == Answer::permit);
  for (const char* strategy : {"'conflict': 'invalid'", "'dct:type': 'x'", "'conflict': 'odd'"}) {
    const Error error = error_of(policy(strategy + rules));
    CHECK(error.code == Code::conflict);
    CHECK(error.message.starts_with("'urn:may' permits some of what 'urn:not' forbids, for one: "));
  }
  // To sell is no use: these do not overlap.
  const std::string apart =
      "'permission': [{'action': 'use'}], 'prohibition': [{'action': 'sell'}]";
  CHECK(terms_of(policy(apart)).rules.size() == 2);
  const std::string in_time =
      "'permission': [{'action': 'use', 'constraint': [{'leftOperand': 'dateTime', 'operator': "
      "'lt', 'rightOperand': '2026-01-01'}]}], 'prohibition': [{'action': 'use', 'constraint': "
      "[{'leftOperand': 'dateTime', 'operator': 'gteq', 'rightOperand': '2026-01-01'}]}]";
  CHECK(terms_of(policy(in_time)).rules.size() == 2);
}

TEST_CASE("odrl: what is not exact is taken to the safe side, and said") {
  struct Row {
    const char* constraint;
    std::vector<Clause> permit;
    std::vector<Clause> forbid;
  };
  const auto time = [](std::int64_t low, std::int64_t high) {
    return std::vector<Clause>{{ClauseKind::time, {}, low, high}};
  };
  const auto days = [](std::int64_t low, std::int64_t high) {
    return std::vector<Clause>{{ClauseKind::duration, {}, low, high}};
  };
  const std::vector<Row> rows = {
      {"'dateTime', 'operator': 'lt', 'rightOperand': '1970-01-01T00:00:01.0005Z'", time(0, 1000),
       time(0, 1001)},
      {"'dateTime', 'operator': 'gteq', 'rightOperand': '1970-01-01T00:00:01.0005Z'", time(1001, 0),
       time(1000, 0)},
      {"'dateTime', 'operator': 'lteq', 'rightOperand': '1970-01-02T01:00:00'", time(0, 90'000'001),
       time(0, 90'000'001)},
      {"'elapsedTime', 'operator': 'lteq', 'rightOperand': 'P1M'", days(0, 29), days(0, 32)},
      {"'elapsedTime', 'operator': 'gt', 'rightOperand': 'P1Y'", days(367, 0), days(366, 0)},
      {"'elapsedTime', 'operator': 'lteq', 'rightOperand': 'PT36H'", days(0, 2), days(0, 2)},
  };
  for (const auto& row : rows) {
    CAPTURE(row.constraint);
    for (const char* kind : {"permission", "prohibition"}) {
      const auto imported =
          terms::read_odrl(policy(fmt::format("'{}': [{{'constraint': {{'leftOperand': {}}}}}]",
                                              kind, row.constraint)),
                           {});
      REQUIRE(imported);
      REQUIRE(imported->terms.rules.size() == 1);
      const bool is_permission = std::string_view(kind) == "permission";
      CHECK(imported->terms.rules[0].clauses == (is_permission ? row.permit : row.forbid));
      CHECK(std::ranges::any_of(imported->lines, [](const auto& line) {
        return line.fidelity == Fidelity::approximated &&
               line.source.find("Time") != line.source.npos;
      }));
    }
  }
  // A day is all of it.
  const Terms day = terms_of(
      policy("'permission': [{'constraint': {'leftOperand': 'dateTime', 'operator': 'lteq', "
             "'rightOperand': {'@value': '1970-01-02Z', '@type': 'xsd:date'}}}]"));
  CHECK(day.rules[0].clauses == time(0, 2 * 86'400'000));
}

TEST_CASE("odrl: a rule that can never hold falls away, and it is said") {
  for (const char* kind : {"permission", "prohibition"}) {
    for (const char* never :
         {"[{'leftOperand': 'dateTime', 'operator': 'lt', 'rightOperand': '2026-01-01'}, "
          "{'leftOperand': 'dateTime', 'operator': 'gt', 'rightOperand': '2027-01-01'}]",
          "[{'leftOperand': 'count', 'operator': 'lt', 'rightOperand': 1}]",
          "[{'leftOperand': 'spatial', 'operator': 'neq', 'rightOperand': 'world'}]"}) {
      CAPTURE(never);
      const auto imported = terms::read_odrl(
          policy(fmt::format("'{}': [{{'action': 'use', 'constraint': {}}}]", kind, never)), {});
      REQUIRE(imported);
      CHECK(imported->terms.rules.empty());
      CHECK(imported->lines.back().into == "nothing: no request can satisfy it");
    }
  }
}

TEST_CASE("odrl: hostile policies end in an error or a question, soon") {
  CHECK(error_of("").message == "-:1:1: nothing is written here");
  CHECK(error_of("[]").message == "-:1:1: there is no policy of ODRL in it");
  CHECK(error_of("{\"@type\": \"Person\"}").message.ends_with("there is no policy of ODRL in it"));
  CHECK(error_of("7").message.ends_with("this is no policy"));
  CHECK(error_of(policy("'permission': [], '@type': 'Set'")).message.find("written twice") !=
        std::string::npos);
  CHECK(error_of("[{\"odrl:permission\": []}, {\"odrl:permission\": []}]")
            .message.ends_with("this is a second policy"));
  // One property under two names: which counts nobody says.
  for (const char* twice :
       {"'permission': [{'constraint': [], 'odrl:constraint': []}]",
        "'permission': [{'uid': 'urn:a', '@id': 'urn:b'}]",
        "'permission': [{'http://www.w3.org/ns/odrl/2/action': 'use', 'odrl:action': 'read'}]"}) {
    CHECK(error_of(policy(twice)).message.find("is written twice, by two names") !=
          std::string::npos);
  }
  CHECK(error_of("{\"@graph\": [{\"odrl:permission\": {}}], \"odrl:prohibition\": [{}]}")
            .message.ends_with("'odrl:prohibition' beside '@graph' is not read"));
  // More alternatives than are taken, however they are written.
  std::string any;
  for (int i = 0; i < 20; ++i) {
    any += fmt::format(
        "{}{{'or': [{{'leftOperand': 'count', 'operator': 'gt', 'rightOperand': {}}}, "
        "{{'leftOperand': 'purpose', 'operator': 'eq', 'rightOperand': 'dpv:Marketing'}}]}}",
        i == 0 ? "" : ", ", i + 2);
  }
  const auto often = [](std::string_view text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) all += (i == 0 ? "" : ", ") + std::string(text);
    return all;
  };
  const std::string wide = often(
      "{'xone': [{'leftOperand': 'count', 'operator': 'neq', 'rightOperand': 3}, {'leftOperand': "
      "'elapsedTime', 'operator': 'neq', 'rightOperand': 'P3D'}, {'leftOperand': 'spatial', "
      "'operator': 'eq', 'rightOperand': 'EU'}]}",
      1);
  std::string deep = wide;
  for (int i = 0; i < 6; ++i) deep = fmt::format("{{'xone': [{0}, {0}, {0}]}}", deep);
  for (const auto& constraint : {any, deep}) {
    const auto imported = terms::read_odrl(
        policy(fmt::format("'permission': [{{'action': 'use', 'constraint': [{}]}}]", constraint)),
        {});
    if (imported) CHECK(imported->terms.rules.size() <= 4'096);
  }
  const std::string rules = often("{'action': 'use'}", 4'096);
  CHECK(terms::read_odrl(policy(fmt::format("'permission': [{}]", rules)), {}));
  CHECK(error_of(policy(fmt::format("'permission': [{}, {{'action': 'use'}}]", rules)))
            .message.find("more than 4096 rules") != std::string::npos);
  // Nodes that refer to one another in a ring.
  std::string ring =
      "{'@context': 'http://www.w3.org/ns/odrl.jsonld', '@graph': [{'uid': 'urn:p', '@type': "
      "'Set', 'permission': [{'action': 'use', 'constraint': ['_:a']}]}, {'uid': '_:a', 'and': "
      "['_:b', '_:b']}, {'uid': '_:b', 'or': ['_:a', '_:a']}]}";
  std::ranges::replace(ring, '\'', '"');
  const auto turned = terms::read_odrl(ring, {});
  if (turned) CHECK(answer_of(turned->terms, usual()) == Answer::abstain);
}

/// What a policy in whole documents comes to: how many permits that nothing is asked beside.
std::string read_whole(std::string text) {
  std::ranges::replace(text, '\'', '"');
  const auto imported = terms::read_odrl(
      "{\"@context\": \"http://www.w3.org/ns/odrl.jsonld\", " + text + "}", {.file = "p.json"});
  if (!imported) return "refused";
  const auto& rules = imported->terms.rules;
  const bool asks = std::ranges::find(rules, Effect::ask, &Rule::effect) != rules.end();
  return asks ? "asks" : "permits";
}

TEST_CASE("odrl: what is said elsewhere of a rule, a policy or an asset is never left unread") {
  const std::string constraint =
      "'constraint': {'leftOperand': 'purpose', 'operator': 'eq', 'rightOperand': "
      "'dpv:ResearchAndDevelopment'}";
  const std::string uses = "{'@id': 'http://e/pol', '@type': 'Set', 'permission': ";
  CHECK(read_whole("'@graph': [" + uses +
                   "{'@id': 'http://e/p1', '@type': 'Permission'}}, {'@id': "
                   "'http://e/p1', 'action': 'use', " +
                   constraint + "}]") == "permits");
  CHECK(read_whole("'@type': 'Set', 'permission': [{'@id': 'http://elsewhere/p1', '@type': "
                   "'Permission'}]") == "asks");
  // Described twice: JSON-LD would put the two together.
  CHECK(read_whole("'@graph': [" + uses +
                   "'http://e/p1'}, {'@id': 'http://e/p1', 'action': 'use'}, "
                   "{'@id': 'http://e/p1', " +
                   constraint + "}]") == "refused");
  CHECK(read_whole("'@graph': [" + uses +
                   "{'@id': 'http://e/p1', 'action': 'use'}}, {'@id': "
                   "'http://e/p1', " +
                   constraint + "}]") == "refused");
  for (const char* other : {"'@id': 'http://e/mia', 'assigneeOf': 'http://e/pol'",
                            "'@id': 'http://e/film', 'hasPolicy': 'http://e/pol'",
                            "'@id': 'http://e/x', '@context': {'permission': 'odrl:prohibition'}",
                            "'@id': 'http://e/x', '@reverse': {'permission': 'http://e/pol'}"}) {
    CAPTURE(other);
    CHECK(read_whole("'@graph': [" + uses + "{'action': 'use'}}, {" + other + "}]") == "refused");
  }
  CHECK(read_whole("'@type': 'Set', 'permission': {'action': 'use'}, '@nest': {'prohibition': "
                   "{'action': 'use'}}") == "refused");
  CHECK(read_whole("'@type': 'Set', 'permission': {'action': {'rdf:value': {'@id': 'odrl:use', "
                   "'refinement': {'leftOperand': 'purpose', 'operator': 'eq', 'rightOperand': "
                   "'dpv:Marketing'}}}}") == "asks");
}

}  // namespace
}  // namespace usufruct
