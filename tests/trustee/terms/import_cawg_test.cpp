#include <doctest/doctest.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

/// The specification's own example, as JSON.
constexpr std::string_view cawg_example = R"({"entries": {
  "cawg.ai_inference": {"use": "allowed"},
  "cawg.ai_generative_training": {"use": "notAllowed"},
  "cawg.data_mining": {"use": "constrained",
    "constraint_info": "may only be mined on days whose names end in 'y'"}
}})";

std::string entries(const std::vector<std::pair<std::string, std::string>>& uses) {
  std::string text;
  for (const auto& [key, use] : uses) {
    text += fmt::format(R"({}"{}": {{"use": "{}"}})", text.empty() ? "" : ", ", key, use);
  }
  return "{\"entries\": {" + text + "}}";
}

TEST_CASE("cawg: the specification's example") {
  const Signalled signal("cawg", cawg_example);
  CHECK(signal.answer({"ai-augment"}) == Answer::permit);
  CHECK(signal.answer({"gen-ai"}) == Answer::deny);
  CHECK(signal.answer({"data-mining"}) == Answer::abstain);
  CHECK(signal.answer({"ai-evaluation"}) == Answer::abstain);
  // It does not speak of training without generation.
  CHECK(signal.answer({"non-gen-ai"}) == Answer::abstain);
  CHECK(signal.answer({"search"}) == Answer::abstain);
  CHECK(signal.asks("is this constraint met: may only be mined on days"));
}

TEST_CASE("cawg: each entry speaks for itself") {
  const Signalled inference(
      "cawg", entries({{"cawg.data_mining", "notAllowed"}, {"cawg.ai_inference", "allowed"}}));
  CHECK(inference.answer({"ai-augment"}) == Answer::permit);
  CHECK(inference.answer({"ai-evaluation"}) == Answer::deny);
  CHECK(inference.answer({"gen-ai"}) == Answer::deny);
  // Mining allowed, and no word of what has entries of its own.
  const Signalled mining("cawg", entries({{"cawg.data_mining", "allowed"}}));
  CHECK(mining.answer({"ai-evaluation"}) == Answer::permit);
  CHECK(mining.answer({"gen-ai"}) == Answer::abstain);
  CHECK(mining.answer({"non-gen-ai"}) == Answer::abstain);
  CHECK(mining.answer({"ai-augment"}) == Answer::abstain);
  CHECK(mining.answer({"profile"}) == Answer::abstain);
  // Training that is not for generation, alone.
  const Signalled plain("cawg", entries({{"cawg.ai_training", "allowed"}}));
  CHECK(plain.answer({"non-gen-ai"}) == Answer::permit);
  CHECK(plain.answer({"gen-ai"}) == Answer::abstain);
  CHECK(plain.answer({"ai-fine-tuning"}) == Answer::abstain);
  // Both kinds are all there is.
  const Signalled both("cawg", entries({{"cawg.ai_training", "notAllowed"},
                                        {"cawg.ai_generative_training", "notAllowed"}}));
  CHECK(both.answer({"ai-fine-tuning"}) == Answer::deny);
}

TEST_CASE("cawg: constrained without a word of how is not allowed") {
  CHECK(Signalled("cawg", entries({{"cawg.ai_inference", "constrained"}})).answer({"ai-augment"}) ==
        Answer::deny);
}

TEST_CASE("cawg: earlier labels, whole assertions and manifests") {
  CHECK(Signalled("cawg", entries({{"c2pa.ai_generative_training", "notAllowed"}}))
            .answer({"gen-ai"}) == Answer::deny);
  CHECK(Signalled("cawg", R"({"label": "cawg.training-mining", "data": )" +
                              entries({{"cawg.ai_inference", "allowed"}}) + "}")
            .answer({"ai-augment"}) == Answer::permit);
  const Signalled two(
      "cawg", R"({"title": "x", "assertions": [{"label": "c2pa.actions", "data": {"actions": []}},
      {"label": "cawg.training-mining", "data": )" +
                  entries({{"cawg.ai_inference", "allowed"}}) +
                  R"(}, {"label": "c2pa.training-mining__1", "data": )" +
                  entries({{"c2pa.ai_inference", "notAllowed"}}) + "}]}");
  CHECK(two.answer({"ai-augment"}) == Answer::deny);
}

TEST_CASE("cawg: allowed under a constraint is constrained") {
  for (const std::string info :
       {R"("constraint_info": "ask us")", R"("constraints_info": "ask us")",
        R"("constraint_info": "", "constraints_info": "ask us")",
        R"("constraint_info": ["ask us"])", R"("constraint_info": {"a": "ask us"})",
        R"("constraint_info": 5)"}) {
    CAPTURE(info);
    const Signalled signal(
        "cawg", R"({"entries": {"cawg.ai_inference": {"use": "allowed", )" + info + "}}}");
    CHECK(signal.answer({"ai-augment"}) == Answer::abstain);
    CHECK(signal.permits_nothing());
  }
  const Signalled both("cawg", R"({"entries": {"cawg.ai_inference": {"use": "constrained",
      "constraint_info": "at night", "constraints_info": "in winter"}}})");
  CHECK(both.asks("is this constraint met: at night; in winter"));
  // Without a word of it there is none.
  CHECK(Signalled("cawg", R"({"entries": {"cawg.ai_inference": {"use": "allowed",
      "constraint_info": ""}}})")
            .answer({"ai-augment"}) == Answer::permit);
}

TEST_CASE("cawg: entries that are no mapping are refused, whatever else there is") {
  const std::string good = entries({{"cawg.ai_inference", "allowed"}});
  const std::string named = R"({"label": "cawg.training-mining", "data": )";
  for (const std::string bad :
       {R"({"entries": [{"cawg.ai_inference": {"use": "notAllowed"}}]})",
        R"({"entries": "cawg.ai_inference"})", R"({"entries": null})", "{}", "[]", "1"}) {
    CAPTURE(bad);
    CHECK_FALSE(format_named("cawg").read(bad, {}));
    const auto two = format_named("cawg").read(
        R"({"assertions": [)" + named + good + "}, " + named + bad + "}]}", {});
    REQUIRE_FALSE(two);
    CHECK(two.error().message.find("mapping of 'entries'") != std::string::npos);
  }
}

TEST_CASE("cawg: an assertion under its label as a key is one too") {
  const Signalled signal("cawg", R"({"active": {"assertion_store": {"cawg.training-mining": )" +
                                     entries({{"cawg.ai_inference", "allowed"}}) +
                                     R"(, "c2pa.training-mining__1": )" +
                                     entries({{"c2pa.ai_inference", "notAllowed"}}) + "}}}");
  CHECK(signal.answer({"ai-augment"}) == Answer::deny);
}

TEST_CASE("cawg: what stands beside the entries is asked about, what tells of them is told") {
  const std::string allowed = R"({"entries": {"cawg.ai_inference": {"use": "allowed"}}, )";
  CHECK(Signalled("cawg", allowed + R"("until": "2027"})").permits_nothing());
  const Signalled told("cawg", allowed + R"("metadata": {"dateTime": "2026"}})");
  CHECK(told.answer({"ai-augment"}) == Answer::permit);
  CHECK(told.told("metadata") == "approximated: nothing");
}

TEST_CASE("cawg: training is one only where all that is said of it is alike") {
  const std::string allowed =
      entries({{"cawg.ai_generative_training", "allowed"}, {"cawg.ai_training", "allowed"}});
  CHECK(Signalled("cawg", allowed).answer({"ai-fine-tuning"}) == Answer::permit);
  const std::string one = R"({"label": "cawg.training-mining", "data": )";
  const Signalled two("cawg", "[" + one + allowed + "}, " + one +
                                  entries({{"cawg.ai_training", "notAllowed"}}) + "}]");
  CHECK(two.answer({"ai-fine-tuning"}) != Answer::permit);
  CHECK(two.answer({"non-gen-ai"}) == Answer::deny);
}

TEST_CASE("cawg: what nobody knows is asked about") {
  for (const char* text :
       {R"({"entries": {"cawg.ai_inference": {"use": "allowed"},
          "com.example.dance": {"use": "notAllowed"}}})",
        R"({"entries": {"cawg.ai_inference": {"use": "allowed", "until": "2027"}}})",
        R"({"entries": {"cawg.ai_inference": {"use": "sometimes"}}})",
        R"({"entries": {"cawg.ai_inference": "allowed"}})",
        R"({"entries": {"cawg.ai_inference": {"use": ["allowed"]}}})", R"({"entries": {}})"}) {
    CAPTURE(text);
    const Signalled signal("cawg", text);
    CHECK(signal.answer({"ai-augment"}) == Answer::abstain);
    CHECK(signal.permits_nothing());
  }
}

TEST_CASE("cawg: an entry that is not allowed never permits more") {
  const std::vector<std::string> keys = {"cawg.data_mining", "cawg.ai_inference",
                                         "cawg.ai_generative_training", "cawg.ai_training"};
  std::vector<std::pair<std::string, std::string>> none;
  for (const auto& key : keys) none.emplace_back(key, "notAllowed");
  CHECK(Signalled("cawg", entries(none)).permits_nothing());
  for (const auto& one : keys) {
    for (const auto& other : keys) {
      if (one == other) continue;
      const Signalled before("cawg", entries({{one, "allowed"}}));
      CAPTURE(one + " " + other);
      CHECK(
          Signalled("cawg", entries({{one, "allowed"}, {other, "notAllowed"}})).is_within(before));
      CHECK(Signalled("cawg", entries({{one, "notAllowed"}})).is_within(before));
    }
  }
}

TEST_CASE("cawg: hostile texts") {
  check_hostile("cawg");
  check_cut("cawg", cawg_example);
  std::string many = "{\"entries\": {\"cawg.ai_inference\": {\"use\": \"allowed\"}";
  for (int i = 0; i < 2'000; ++i) many += fmt::format(", \"x{}\": {{\"use\": \"notAllowed\"}}", i);
  const Signalled signal("cawg", many + "}}");
  CHECK(signal.permits_nothing());
  CHECK(signal.terms().rules.size() < 60);
}

}  // namespace
}  // namespace usufruct
