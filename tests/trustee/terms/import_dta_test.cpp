#include <doctest/doctest.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

/// Metadata with every use field, shaped as the schema 1.0.0 has them.
constexpr std::string_view dta_example = R"({
  "source": {"version": "1.0.0", "title": "Visits", "id": "urn:uuid:1", "issuer": [{"name": "A"}],
    "description": "d"},
  "provenance": {"origin-geography": [{"country": "DE"}], "date": "2026-01-01",
    "generation-method": [{"code": "x"}]},
  "use": {
    "classification": [{"regulation": {"code": "phi"}, "evaluated": false}],
    "consents": [],
    "privacy-enhancing": [{"tool": {"code": "k-anonymity"}, "parameters": "k=5"}],
    "processing-included": [{"country": "DE"}, {"country": "FR"}],
    "processing-excluded": [{"country": "US"}],
    "storage-allowed": [],
    "storage-forbidden": [],
    "license": "CC-BY-4.0",
    "intended-purpose": [{"code": "ai-evaluation", "description": "Evaluation"},
      {"code": "ai-pre-training", "description": "Pre-training"}],
    "copyright": [], "patent": [], "trademark": []
  }
})";

std::string use(std::string_view fields) { return fmt::format("{{\"use\": {{{}}}}}", fields); }
const std::string stated =
    R"("license": "CC0-1.0", "processing-included": ["DE"], "intended-purpose": ["ai-evaluation"])";

Request evaluation(const std::string& place) {
  Request request;
  request.actions = {"ai-evaluation"};
  request.jurisdictions = {place};
  return request;
}

TEST_CASE("dta: what it is intended for, where, and under which licence") {
  const Signalled signal("dta", dta_example);
  CHECK(signal.answer(evaluation("DE")) == Answer::permit);
  CHECK(signal.answer(evaluation("US")) == Answer::deny);
  CHECK(signal.answer(evaluation("CN")) == Answer::deny);
  Request both = evaluation("FR");
  both.actions = {"ai-evaluation", "ai-pre-training"};
  CHECK(signal.answer(both) == Answer::permit);
  both.actions = {"gen-ai"};
  CHECK(signal.answer(both) == Answer::abstain);
  CHECK(signal.terms().rules.front().duties == std::vector<Duty>{{"attribute", "under CC-BY-4.0"}});
}

TEST_CASE("dta: an empty list is no requirement: neither everything nor nothing") {
  for (const char* places : {"", R"(, "processing-included": [], "storage-allowed": [])",
                             R"(, "processing-included": null)"}) {
    const std::string text =
        use(std::string(R"("license": "CC0-1.0", "intended-purpose": ["ai-evaluation"])") + places);
    CAPTURE(text);
    const Signalled signal("dta", text);
    CHECK(signal.told("processing-included: none") == "approximated: no requirement");
    CHECK(signal.answer(evaluation("DE")) == Answer::abstain);
    CHECK(signal.asks("no requirement is stated on where"));
    // Whoever has terms of their own may let those decide.
    CHECK(Signalled("dta", text, {.unstated = terms::Unstated::leave}).answer(evaluation("DE")) ==
          Answer::permit);
  }
  const Signalled none("dta", use(R"("license": "")"));
  CHECK(none.asks("no licence is named"));
  CHECK(none.permits_nothing());
}

TEST_CASE("dta: places that nobody knows widen nothing") {
  const std::string purpose = R"("license": "CC0-1.0", "intended-purpose": ["ai-evaluation"], )";
  for (const char* places :
       {R"("processing-included": [{"country": "XX"}])", R"("processing-included": [{}])",
        R"("processing-included": [{"country": "DE", "state": "Atlantis"}])",
        R"("processing-included": ["DE", "XX"])",
        R"("processing-included": ["DE"], "storage-forbidden": ["XX"])"}) {
    CAPTURE(places);
    CHECK(Signalled("dta", use(purpose + places)).permits_nothing());
  }
  // Part of a country that is no word here: all of it.
  const Signalled part("dta", use(purpose +
                                  R"("processing-included": ["world"],
              "processing-excluded": [{"country": "US", "state": "Nowhere"}])"));
  CHECK(part.answer(evaluation("US")) == Answer::deny);
  CHECK(part.answer(evaluation("DE")) == Answer::permit);
}

TEST_CASE("dta: people, consents and rights of others are asked about") {
  CHECK(Signalled("dta", use(stated)).answer(evaluation("DE")) == Answer::permit);
  for (const char* more :
       {R"("classification": [{"regulation": {"code": "phi"}, "evaluated": true}])",
        R"("classification": ["pii"])", R"("consents": ["https://a/consent"])",
        R"("copyright": ["ask A"])", R"("patent": ["EP1"])", R"("trademark": ["T"])",
        R"("dance": true)"}) {
    CAPTURE(more);
    CHECK(Signalled("dta", use(stated + ", " + more)).answer(evaluation("DE")) == Answer::abstain);
  }
  CHECK(Signalled("dta", use(R"("license": "our own", "processing-included": ["DE"],
                               "intended-purpose": ["ai-evaluation"])"))
            .asks("does the licence permit this: our own"));
  const Signalled other("dta", use(R"("license": "CC0-1.0", "processing-included": ["DE"],
      "intended-purpose": [{"code": "ai-other", "description": "weather"}])"));
  CHECK(other.permits_nothing());
  CHECK(other.asks("not known here: weather"));
}

TEST_CASE("dta: what stands beside what is known is asked about") {
  const std::string places =
      R"("processing-included": ["DE"], "intended-purpose": ["ai-evaluation"])";
  CHECK(Signalled("dta", use(places + R"(, "license": {"code": "CC0-1.0", "url": "https://a"})"))
            .answer(evaluation("DE")) == Answer::permit);
  for (const std::string& fields :
       {R"("license": {"code": "CC0-1.0", "until": "2027"}, )" + places,
        R"("license": [{"until": "2027"}, "CC0-1.0"], )" + places,
        R"("license": ["", "our own"], )" + places,
        R"("license": "CC0-1.0", "copyright": {"holder": "A"}, )" + places,
        R"("license": "CC0-1.0", "patent": [["EP1"]], )" + places,
        std::string(R"("license": "CC0-1.0", "processing-included": [{"country": "DE", "until": 1}],
            "intended-purpose": ["ai-evaluation"])"),
        std::string(R"("license": "CC0-1.0", "processing-included": ["DE"],
            "intended-purpose": [{"code": "ai-evaluation", "for": "A"}])")}) {
    CAPTURE(fields);
    for (const auto unstated : {terms::Unstated::ask, terms::Unstated::leave}) {
      CHECK(Signalled("dta", use(fields), {.unstated = unstated}).answer(evaluation("DE")) ==
            Answer::abstain);
    }
  }
  std::string beside = use(stated);
  CHECK(Signalled("dta", R"({"$schema": "x", )" + beside.substr(1)).answer(evaluation("DE")) ==
        Answer::permit);
  CHECK(Signalled("dta", R"({"restrictions": "x", )" + beside.substr(1)).permits_nothing());
}

TEST_CASE("dta: a requirement more never permits more") {
  const Signalled before("dta", use(stated));
  CHECK_FALSE(before.permits_nothing());
  for (const char* more :
       {R"("processing-excluded": ["DE"])", R"("storage-allowed": ["FR", "DE"])",
        R"("storage-forbidden": ["EU"])", R"("consents": ["x"])", R"("storage-allowed": ["FR"])"}) {
    CAPTURE(more);
    CHECK(Signalled("dta", use(stated + ", " + more)).is_within(before));
  }
  CHECK(Signalled("dta", use(stated + R"(, "processing-excluded": ["world"])")).permits_nothing());
}

TEST_CASE("dta: hostile texts") {
  check_hostile("dta");
  check_cut("dta", use(stated));
  for (const char* text : {"{}", "[]", "x", R"({"use": []})", R"({"use": {"other": 1}})",
                           R"({"use": {"license": "a"}, "use": {"license": "b"}})"}) {
    CAPTURE(text);
    CHECK_FALSE(format_named("dta").read(text, {}));
  }
  for (const char* text : {R"({"use": {"license": {}}})", R"({"use": {"license": [[]]}})",
                           R"({"use": {"intended-purpose": {"code": ["ai-evaluation"]}}})",
                           R"({"use": {"processing-included": "DE", "classification": [[[]]]}})"}) {
    CAPTURE(text);
    CHECK(Signalled("dta", text).permits_nothing());
  }
}

}  // namespace
}  // namespace usufruct
