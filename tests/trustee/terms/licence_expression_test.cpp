#include "trustee/terms/licence_expression.h"

#include <doctest/doctest.h>

#include "tests/support/random_terms.h"
#include "trustee/terms/licence_alternative.h"
#include "trustee/terms/policy.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::LicenceExpression;

const terms::Vocabulary& words() { return terms::Vocabulary::builtin(); }

std::string printed(std::string_view text) {
  const auto expression = terms::parse_licence_expression(text, words());
  return expression ? print(*expression) : expression.error().message;
}

std::vector<std::string> alternatives(std::string_view text) {
  std::vector<std::string> all;
  const auto found = terms::alternatives_of(text, words());
  if (!found) return {found.error().message};
  for (const auto& one : *found) all.push_back(print(one));
  return all;
}

TEST_CASE("licence expression: reads as the list spells, and prints so that it reads the same") {
  struct Case {
    const char* written;
    const char* printed;
  };
  const Case cases[] = {
      {"MIT", "MIT"},
      {" mit\t", "MIT"},
      {"cc-by-nc-sa-4.0", "CC-BY-NC-SA-4.0"},
      {"MIT OR ISC AND Zlib", "MIT OR (ISC AND Zlib)"},
      {"MIT AND ISC OR Zlib", "(MIT AND ISC) OR Zlib"},
      {"MIT and (ISC or Zlib)", "MIT AND (ISC OR Zlib)"},
      {"((MIT))", "MIT"},
      {"MIT OR (ISC OR Zlib)", "MIT OR ISC OR Zlib"},
      {"(MIT)AND(ISC)", "MIT AND ISC"},
      {"MIT AND MIT", "MIT AND MIT"},
      {"CC-BY-3.0+", "CC-BY-3.0+"},
      {"gpl-2.0+", "GPL-2.0-or-later"},
      {"GPL-2.0", "GPL-2.0-only"},
      {"GPL-2.0-or-later+", "GPL-2.0-or-later"},
      {"GPL-2.0+ with classpath-exception-2.0", "GPL-2.0-or-later WITH Classpath-exception-2.0"},
      {"MIT WITH DocumentRef-a.b:AdditionRef-c OR ISC",
       "MIT WITH DocumentRef-a.b:AdditionRef-c OR ISC"},
      {"LicenseRef-Own-1", "LicenseRef-Own-1"},
      {"DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2",
       "DocumentRef-spdx-tool-1.2:LicenseRef-MIT-Style-2"},
      {"No-Such-1.0 OR NONE", "No-Such-1.0 OR NONE"},
  };
  for (const auto& [written, expected] : cases) {
    CAPTURE(written);
    CHECK(printed(written) == expected);
    CHECK(printed(expected) == expected);
  }
}

TEST_CASE("licence expression: WITH binds tighter than AND, AND than OR") {
  const auto read = terms::parse_licence_expression(
      "MIT OR ISC AND GPL-2.0-only WITH Classpath-exception-2.0", words());
  REQUIRE(read);
  CHECK(read->kind == LicenceExpression::Kind::any);
  REQUIRE(read->of.size() == 2);
  CHECK(read->of[0].part.id == "MIT");
  CHECK(read->of[1].kind == LicenceExpression::Kind::all);
  CHECK(read->of[1].of[1].part ==
        terms::LicencePart{"GPL-2.0-only", false, "Classpath-exception-2.0"});
}

TEST_CASE("licence expression: what it is not is said with its column, and what was meant") {
  struct Case {
    const char* written;
    const char* message;
    const char* hint;
  };
  const Case cases[] = {
      {"", "column 1: no licence is given", "as CC-BY-4.0, or MIT OR CC0-1.0"},
      {"  ", "column 3: no licence is given", "as CC-BY-4.0, or MIT OR CC0-1.0"},
      {"MIT And ISC", "column 5: 'And' is no operator", "did you mean 'AND'?"},
      {"MIT OR", "column 7: a licence is missing after 'OR'", ""},
      {"AND MIT", "column 1: a licence is missing before 'AND'", ""},
      {"MIT OR OR ISC", "column 8: a licence is missing before 'OR'", ""},
      {"(MIT", "column 5: a ')' is missing", ""},
      {"MIT)", "column 4: this ')' closes nothing", ""},
      {"()", "column 2: a licence is missing before ')'", ""},
      {"CC BY 4.0", "column 4: 'BY' follows 'CC' without AND, OR or WITH",
       "did you mean 'CC-BY-4.0'?"},
      {"MIT ISC", "column 5: 'ISC' follows 'MIT' without AND, OR or WITH", ""},
      {"GPL-2.0 +", "column 9: a + stands alone", "write it right after the id: GPL-2.0+"},
      {"MIT & ISC", "column 5: '&' is in no licence's id", "join licences by AND or OR"},
      {"MIT GPL-2.0+", "column 5: 'GPL-2.0+' follows 'MIT' without AND, OR or WITH", ""},
      {"MIT (ISC)", "column 5: '(' follows 'MIT' without AND, OR or WITH", ""},
      {"+", "column 1: a + stands alone", "write it right after the id: GPL-2.0+"},
      {"MIT/ISC", "column 4: '/ISC' is in no licence's id", "join licences by AND or OR"},
      {"MIT, ISC", "column 4: ',' is in no licence's id", "join licences by AND or OR"},
      {"MIT++", "column 4: '+' is in no licence's id",
       "letters, digits, - and . are; your own is LicenseRef-NAME"},
      {"LicenseRef-a+", "column 1: no + follows a LicenseRef-", "name the later ones by OR"},
      {"LicenseRef-", "", ""},
      {"MIT WITH", "column 9: a licence is missing after 'WITH'", ""},
      {"MIT WITH ISC", "column 10: 'ISC' is a licence and no exception",
       "join licences by AND or OR"},
      {"(MIT OR ISC) WITH LLVM-exception", "column 14: 'WITH' follows what is no single licence",
       ""},
      {"Classpath-exception-2.0",
       "column 1: 'Classpath-exception-2.0' is no licence but an exception",
       "it follows a licence and WITH"},
      {"AdditionRef-a", "column 1: 'AdditionRef-a' is no licence but an exception",
       "it follows a licence and WITH"},
      {"MIT WITH a WITH b", "column 12: 'WITH' follows what is no single licence", ""},
      {"MIT\x01", "column 4: '\\x01' is in no licence's id",
       "letters, digits, - and . are; your own is LicenseRef-NAME"},
  };
  for (const auto& [written, message, hint] : cases) {
    CAPTURE(written);
    const auto read = terms::parse_licence_expression(written, words());
    if (std::string_view(message).empty()) {
      CHECK(read.has_value());
      continue;
    }
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::malformed);
    CHECK(read.error().message == message);
    CHECK(read.error().hint == hint);
  }
}

TEST_CASE("licence expression: has limits") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "MIT" + std::string(depth, ')');
  };
  CHECK(printed(nested(terms::licence_expression_depth_max)) == "MIT");
  CHECK(printed(nested(terms::licence_expression_depth_max + 1)) ==
        "column 33: more than 32 parentheses in one another");
  CHECK(printed(std::string(terms::licence_expression_bytes_max - 3, ' ') + "MIT") == "MIT");
  CHECK(printed(std::string(terms::licence_expression_bytes_max - 2, ' ') + "MIT") ==
        "the licence expression is longer than 4096 bytes");
}

TEST_CASE("licence alternatives: the fewest duties first, none that holds another") {
  using All = std::vector<std::string>;
  CHECK(alternatives("MIT") == All{"MIT"});
  CHECK(alternatives("ODbL-1.0 OR CC-BY-4.0 OR CC0-1.0") ==
        All{"CC0-1.0", "CC-BY-4.0", "ODbL-1.0"});
  CHECK(alternatives("MIT AND (ISC OR Zlib)") == All{"ISC AND MIT", "MIT AND Zlib"});
  CHECK(alternatives("MIT OR (MIT AND ISC)") == All{"MIT"});
  CHECK(alternatives("(MIT OR ISC) AND (ISC OR MIT)") == All{"ISC", "MIT"});
  CHECK(alternatives("MIT AND mit") == All{"MIT"});
  // What later versions allow may be chosen, where that is written.
  CHECK(alternatives("CC-BY-3.0") == All{"CC-BY-3.0"});
  CHECK(alternatives("CC-BY-3.0+") == All{"CC-BY-3.0", "CC-BY-4.0"});
  CHECK(alternatives("MIT+") == All{"MIT"});
  CHECK(alternatives("No-Such-1.0+") == All{"No-Such-1.0+"});
  CHECK(alternatives("GPL-2.0+") == All{"GPL-2.0-or-later", "GPL-3.0-only"});
  CHECK(alternatives("GPL-2.0+ WITH Classpath-exception-2.0") ==
        All{"GPL-2.0-or-later WITH Classpath-exception-2.0",
            "GPL-3.0-only WITH Classpath-exception-2.0"});
}

TEST_CASE("licence alternatives: are bounded") {
  const auto pairs = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += fmt::format("{}(a{} OR b{})", i ? " AND " : "", i, i);
    return text;
  };
  CHECK(alternatives(pairs(6)).size() == 64);
  CHECK(alternatives(pairs(7)).front() == "the licence expression has more than 64 alternatives");
  // Many times the same is the same.
  std::string same = pairs(6);
  for (int i = 0; i < 10; ++i) same += " AND (" + pairs(6) + ")";
  CHECK(alternatives(same).size() == 64);
  std::string many = "a";
  for (int i = 0; i < 64; ++i) many += fmt::format(" AND c{}", i);
  CHECK(alternatives(many).front() == "the licence expression names more than 64 licences");
}

struct Asked {
  std::string purpose = "dpv:AcademicResearch";
  std::string action = "aggregate";
};

terms::Assessment judged(std::string expression, const Asked& asked) {
  Terms all;
  all.rules.push_back(rule_of("all", Effect::permit, {}));
  Request request;
  request.purposes = {asked.purpose};
  request.actions = {asked.action};
  const Party party;
  const std::vector<Licence> licences = {{.expression = std::move(expression)}};
  return terms::assess_briefly(all, licences, {request, party, RecordId{}, {1'790'000'000'000}});
}

TEST_CASE("licence expression: is judged as the best of its alternatives") {
  struct Case {
    const char* expression;
    Asked asked;
    Answer answer;
  };
  const Asked trade{"dpv:CommercialResearch", "aggregate"};
  const Asked training{"dpv:AcademicResearch", "ai-training"};
  const Case cases[] = {
      {"CC-BY-NC-4.0", trade, Answer::deny},
      {"CC-BY-NC-4.0 OR MIT", trade, Answer::permit},
      {"CC-BY-NC-4.0 AND MIT", trade, Answer::deny},
      {"CC-BY-NC-4.0 OR LicenseRef-own", trade, Answer::abstain},
      {"CC-BY-NC-4.0 AND LicenseRef-own", trade, Answer::deny},
      {"MIT OR LicenseRef-own", trade, Answer::permit},
      {"MIT AND LicenseRef-own", trade, Answer::abstain},
      {"ODbL-1.0", training, Answer::abstain},
      {"ODbL-1.0 OR CC-BY-4.0", training, Answer::permit},
      {"CC-BY-NC-4.0 OR (CC-BY-4.0 AND ODbL-1.0)", training, Answer::permit},
      {"Apache-2.0 WITH LLVM-exception", training, Answer::permit},
      {"MIT WITH odd-exception", training, Answer::abstain},
      {"CC-BY-NC-4.0 WITH odd-exception", trade, Answer::abstain},
      {"MIT WITH AdditionRef-own", training, Answer::abstain},
      {"CC-BY-NC-3.0+", trade, Answer::deny},
      {"No-Such-1.0+", training, Answer::abstain},
      {"CC BY 4.0", training, Answer::abstain},
      {"", training, Answer::abstain},
  };
  for (const auto& [expression, asked, answer] : cases) {
    CAPTURE(expression);
    CHECK(judged(expression, asked).layers[2].answer == answer);
  }
}

TEST_CASE("licence expression: the duties are those of the alternative that is chosen") {
  const std::string either = "MIT OR CC-BY-SA-4.0 OR CC-BY-NC-4.0";
  // One duty each: by text.
  const auto research = judged(either, {});
  CHECK(research.duties == std::vector<Duty>{{"attribute", "CC-BY-NC-4.0"}});
  CHECK(judged(either, {"dpv:CommercialResearch", "aggregate"}).duties ==
        std::vector<Duty>{{"include-licence", "MIT"}});
  REQUIRE(research.layers[2].reasons.size() == 1);
  CHECK(research.layers[2].reasons[0].code == "licence-chosen");
  CHECK(research.layers[2].reasons[0].rule == "CC-BY-NC-4.0");
  // The reasons are of that one, too.
  const auto refused = judged("CC-BY-NC-SA-4.0 OR CC-BY-NC-4.0", {"dpv:Marketing", "aggregate"});
  REQUIRE(refused.layers[2].reasons.size() == 2);
  CHECK(refused.layers[2].reasons[1].code == "licence-forbids");
  CHECK(refused.layers[2].reasons[1].rule == "CC-BY-NC-4.0");
  CHECK(judged("MIT AND", {}).layers[2].reasons[0].code == "licence-unreadable");
  CHECK(judged("MIT WITH odd", {}).layers[2].reasons[0].code == "licence-exception-unknown");
  CHECK(judged("odd", {}).layers[2].reasons[0].code == "licence-unknown");
}

TEST_CASE("licence expression: at random, three ways of judging agree, and it prints to itself") {
  Terms all;
  all.rules.push_back(rule_of("all", Effect::permit, {}));
  std::array<std::size_t, 3> answers{};
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    CAPTURE(seed);
    RandomTerms random(seed);
    const std::string text = random.expression();
    if (const auto read = terms::parse_licence_expression(text, words())) {
      const auto again = terms::parse_licence_expression(print(*read), words());
      REQUIRE(again);
      CHECK(*again == *read);
    }
    const std::vector<Licence> licences = {{.expression = text}};
    const Request request = random.request();
    const Party party = random.party();
    const terms::Context context{request, party, RecordId{}, random.time(), words()};
    const auto specified = terms::specified(all, licences, context);
    const auto policy = terms::Policy::of(all, licences, words());
    REQUIRE(terms::judge(policy, terms::Question(context)) == specified);
    const auto assessed = terms::assess_briefly(all, licences, context);
    REQUIRE(assessed.layers[2].answer == specified.of(terms::LayerKind::licence));
    ++answers[static_cast<std::size_t>(assessed.layers[2].answer)];
  }
  for (const std::size_t count : answers) CHECK(count > 500);
}

TEST_CASE("licence expression: a choice costs code, and its absence none") {
  Terms none;
  const auto size_of = [&](const char* expression) {
    const std::vector<Licence> licences = {{.expression = expression}};
    return terms::Policy::of(none, licences, words()).code().size();
  };
  CHECK(size_of("MIT") == size_of("CC-BY-NC-4.0 AND ODbL-1.0 AND MIT"));
  CHECK(size_of("MIT OR ISC") > size_of("MIT AND ISC"));
  // However often it is said.
  const std::vector<Licence> twice = {{.expression = "MIT OR ISC"}, {.expression = "ISC or mit"}};
  CHECK(terms::Policy::of(none, twice, words()).code().size() == size_of("MIT OR ISC"));
}

}  // namespace
}  // namespace usufruct
