#include <doctest/doctest.h>

#include "tests/support/random_terms.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/spdx.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Fidelity;

terms::Imported imported(std::string_view text) {
  auto made = terms::read_spdx(text, {});
  REQUIRE(made);
  return *std::move(made);
}

TEST_CASE("import spdx: a licence becomes what it forbids, asks about and wants in return") {
  const auto made = imported("cc-by-nc-nd-4.0");
  CHECK(made.terms.title == "Imported from the licence CC-BY-NC-ND-4.0");
  REQUIRE(made.terms.rules.size() == 4);
  CHECK(made.terms.rules[0].effect == Effect::permit);
  CHECK(made.terms.rules[0].duties == std::vector<Duty>{{"attribute", "CC-BY-NC-ND-4.0"}});
  CHECK(made.terms.rules[1].effect == Effect::forbid);
  CHECK(made.terms.rules[2].effect == Effect::forbid);
  CHECK(made.terms.rules[3].effect == Effect::ask);
  CHECK(made.terms.rules[3].id ==
        "does CC-BY-NC-ND-4.0 allow derive, modify, ai-training, ai-synthetic?");
  REQUIRE(made.lines.size() == 1);
  CHECK(made.lines[0].fidelity == Fidelity::mapped);
}

TEST_CASE("import spdx: whoever may choose is refused by all of the choices alone") {
  // Nothing is refused: CC0 permits everything, and wants nothing.
  const auto open = imported("CC-BY-NC-4.0 OR CC0-1.0");
  REQUIRE(open.terms.rules.size() == 1);
  CHECK(open.terms.rules[0].duties.empty());
  CHECK(open.lines.size() == 2);
  // Training is asked about for trade, and for nothing else.
  const auto narrow = imported("CC-BY-NC-4.0 OR ODbL-1.0");
  const auto found = std::ranges::find(narrow.terms.rules, Effect::ask, &Rule::effect);
  REQUIRE(found != narrow.terms.rules.end());
  CHECK(found->clauses.size() >= 1);
  CHECK(narrow.lines[0].source == "OR");
  CHECK(narrow.lines[0].fidelity == Fidelity::approximated);
}

TEST_CASE("import spdx: what is not in the table is asked about") {
  const auto made = imported("MIT AND LicenseRef-own");
  REQUIRE(made.terms.rules.size() == 2);
  CHECK(made.terms.rules[1] == Rule{"does LicenseRef-own allow it?", Effect::ask, {}, {}});
  CHECK(made.lines[0].fidelity == Fidelity::refused);
  CHECK(made.lines[1].fidelity == Fidelity::mapped);
  CHECK(imported("MTI").lines[0].loss == "it is not in the table; did you mean 'MIT'?");
  CHECK(imported("MIT WITH odd").lines[0].loss == "what the exception changes is not in the table");
  for (const auto* text : {"", "MIT OR", "CC BY 4.0", "MIT &"}) {
    CAPTURE(text);
    CHECK(terms::read_spdx(text, {}).error().code == Code::malformed);
  }
}

TEST_CASE("import spdx: the terms judge as the licence does, and read back") {
  std::size_t compared = 0;
  for (std::uint64_t seed = 0; seed < 5'000; ++seed) {
    CAPTURE(seed);
    RandomTerms random(seed);
    const std::string text = random.expression();
    const auto made = terms::read_spdx(text, {});
    if (!made) continue;
    const auto file = terms::print_terms(made->terms);
    REQUIRE(file);
    const auto again = terms::parse_terms(*file, "again.yaml");
    REQUIRE(again);
    REQUIRE(*again == made->terms);
    const bool is_given_up = std::ranges::any_of(made->lines, [](const auto& line) {
      return line.source == "OR" && line.fidelity == Fidelity::refused;
    });
    Terms all;
    all.rules.push_back(rule_of("all", Effect::permit, {}));
    const Party party = random.party();
    const Request request = random.request();
    const terms::Context context{request, party, RecordId{}, random.time()};
    const std::vector<Licence> licences = {{.expression = text}};
    const Answer by_licence = terms::specified(all, licences, context).answer;
    const Answer by_terms = terms::specified(made->terms, {}, context).answer;
    if (is_given_up) {
      CHECK(by_terms != Answer::permit);
      continue;
    }
    // Of a request without words the terms know less than the table: the trustees look at either.
    const bool is_clear = !request.purposes.empty() && !request.actions.empty();
    if (is_clear) CHECK(by_terms == by_licence);
    compared += is_clear;
  }
  CHECK(compared > 1'000);
}

}  // namespace
}  // namespace usufruct
