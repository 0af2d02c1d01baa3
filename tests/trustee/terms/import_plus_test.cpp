#include <doctest/doctest.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

TEST_CASE("plus: every value of the Data Mining property") {
  struct Row {
    std::string value;
    Answer training;
    Answer generative;
    Answer mining;
    Answer search;
    Answer rest;
  };
  const auto permit = Answer::permit;
  const auto deny = Answer::deny;
  const auto ask = Answer::abstain;
  const std::vector<Row> rows = {
      {"DMI-UNSPECIFIED", ask, ask, ask, ask, ask},
      // What is of people is no matter of mining: within data mining it stays open.
      {"DMI-ALLOWED", permit, permit, ask, ask, ask},
      {"DMI-PROHIBITED-AIMLTRAINING", deny, deny, ask, ask, ask},
      {"DMI-PROHIBITED-GENAIMLTRAINING", ask, deny, ask, ask, ask},
      {"DMI-PROHIBITED-EXCEPTSEARCHENGINEINDEXING", deny, deny, deny, permit, ask},
      {"DMI-PROHIBITED", deny, deny, deny, deny, ask},
      {"DMI-PROHIBITED-SEECONSTRAINT", ask, ask, ask, ask, ask},
      {"DMI-PROHIBITED-SEEEMBEDDEDRIGHTSEXPR", ask, ask, ask, ask, ask},
      {"DMI-PROHIBITED-SEELINKEDRIGHTSEXPR", ask, ask, ask, ask, ask},
  };
  for (const auto& row : rows) {
    for (const std::string prefix : {"", "http://ns.useplus.org/ldf/vocab/"}) {
      CAPTURE(prefix + row.value);
      const Signalled signal("plus", prefix + row.value);
      CHECK(signal.answer({"ai-training"}) == row.training);
      CHECK(signal.answer({"gen-ai"}) == row.generative);
      CHECK(signal.answer({"data-mining"}) == row.mining);
      CHECK(signal.answer({"search"}) == row.search);
      CHECK(signal.answer({"aggregate"}) == row.rest);
      CHECK(signal.answer({"profile"}) != permit);
    }
  }
}

TEST_CASE("plus: a value nobody knows is asked about, and two values are both heard") {
  for (const char* value : {"DMI-PROHIBITED-DANCING", "DMI-", "PROHIBITED", "dmi-allowed", "x\x01y",
                            "\xff", "DMI-PROHIBITED-", "DMI-PROHIBITED-EXCEPT"}) {
    CAPTURE(value);
    CHECK(Signalled("plus", value).permits_nothing());
    CHECK(Signalled("plus", fmt::format("DMI-ALLOWED {}", value)).permits_nothing());
  }
  CHECK(Signalled("plus", "DMI-ALLOWED DMI-PROHIBITED-AIMLTRAINING").answer({"gen-ai"}) ==
        Answer::deny);
}

TEST_CASE("plus: a prohibition more never permits more") {
  const std::vector<std::string> values = {"UNSPECIFIED",
                                           "ALLOWED",
                                           "PROHIBITED",
                                           "PROHIBITED-AIMLTRAINING",
                                           "PROHIBITED-GENAIMLTRAINING",
                                           "PROHIBITED-SEECONSTRAINT"};
  for (const auto& one : values) {
    const Signalled before("plus", "DMI-" + one);
    for (const auto& other : values) {
      if (other == "ALLOWED") continue;
      CAPTURE(one + " " + other);
      CHECK(Signalled("plus", "DMI-" + one + " DMI-" + other).is_within(before));
    }
  }
  CHECK(Signalled("plus", "DMI-PROHIBITED").permits_nothing());
}

TEST_CASE("plus: hostile texts") { check_hostile("plus"); }

}  // namespace
}  // namespace usufruct
