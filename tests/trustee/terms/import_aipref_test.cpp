#include <doctest/doctest.h>

#include "tests/support/signalled.h"
#include "trustee/terms/import/structured_field.h"

namespace usufruct {
namespace {

using terms::Answer;

TEST_CASE("aipref: y permits, n forbids, and what is not spoken of is asked about") {
  const Signalled signal("aipref", "train-ai=y, search=n");
  CHECK(signal.answer({"gen-ai"}) == Answer::permit);
  CHECK(signal.answer({"search"}) == Answer::deny);
  CHECK(signal.answer({"index"}) == Answer::deny);
  CHECK(signal.answer({"ai-augment"}) == Answer::abstain);
  CHECK(signal.answer({"gen-ai", "aggregate"}) == Answer::abstain);
  // It is about models that make content, and says nothing of others.
  CHECK(signal.answer({"non-gen-ai"}) == Answer::abstain);
  CHECK(signal.answer({"ai-training"}) == Answer::abstain);
  CHECK(signal.told("train-ai=y") == "mapped: permits actions gen-ai");
  CHECK(signal.told("search=n") == "approximated: forbids actions index search");
}

TEST_CASE("aipref: of a key that comes twice the last counts; what is no token states nothing") {
  const Signalled last("aipref", "train-ai=y, train-ai=n");
  CHECK(last.answer({"gen-ai"}) == Answer::deny);
  CHECK(last.told("train-ai=y") == "mapped: nothing: the last of its name counts");
  // The draft's own example.
  const Signalled none("aipref", "train-ai=y, train-ai, search=n, search=\"n\"");
  CHECK(none.answer({"gen-ai"}) == Answer::abstain);
  CHECK(none.answer({"search"}) == Answer::abstain);
  CHECK(none.permits_nothing());
  for (const char* value : {"train-ai=Y", "train-ai=\"y\"", "train-ai=1", "train-ai=?1",
                            "train-ai=(y)", "train-ai=yes"}) {
    CAPTURE(value);
    CHECK(Signalled("aipref", value).permits_nothing());
  }
}

TEST_CASE("aipref: what is no dictionary states no preference at all") {
  for (const char* value : {"train-ai=n,", "Train-AI=n", "train-ai=n search=n", "train-ai=n;;",
                            "train-ai=\"n", "train-ai=n, , search=y", "=n", "train-ai= n"}) {
    CAPTURE(value);
    const Signalled signal("aipref", value);
    CHECK(signal.lines().front().fidelity == terms::Fidelity::refused);
    CHECK(signal.lines().front().into == "no preference at all");
    CHECK(signal.answer({"gen-ai"}) == Answer::abstain);
  }
}

TEST_CASE("aipref: an exception of Creative Commons permits under duties, another makes none") {
  const Signalled credit("aipref", "train-ai=n;exceptions=cc-cr");
  REQUIRE(credit.answer({"gen-ai"}) == Answer::permit);
  CHECK(credit.assess({"gen-ai"}).duties ==
        std::vector<Duty>{{"attribute", "as the signal cc-cr"}});
  const Signalled open("aipref", "train-ai=n;exceptions=cc-cr-op");
  CHECK(open.assess({"gen-ai"}).duties ==
        std::vector<Duty>{{"attribute", "as the signal cc-cr-op"},
                          {"open-release", "as the signal cc-cr-op"}});
  CHECK(Signalled("aipref", "train-ai=n;exceptions=all").answer({"gen-ai"}) == Answer::deny);
  CHECK(Signalled("aipref", "train-ai=n;exceptions=rsl:ai").answer({"gen-ai"}) == Answer::deny);
  // What is said beside an exception may take it back, in any order; and it is one word.
  for (const std::string more :
       {"exceptions=cc-cr;until=@1700000000", "until=@1700000000;exceptions=cc-cr",
        "exceptions=cc-cr;x", "a=1;exceptions=cc-cr;b=(2)", "exceptions=\"cc-cr\"",
        "exceptions=cc-cr;exceptions=none", "exceptions=cc-cr;exceptions=rsl:ai"}) {
    CAPTURE(more);
    CHECK(Signalled("aipref", "train-ai=n;" + more).permits_nothing());
  }
  CHECK(Signalled("aipref", "train-ai=n;exceptions=cc-cr;x").answer({"gen-ai"}) == Answer::deny);
  // Of a parameter that comes twice the last counts.
  CHECK(Signalled("aipref", "train-ai=n;exceptions=none;exceptions=cc-cr").answer({"gen-ai"}) ==
        Answer::permit);
  CHECK(Signalled("aipref", "train-ai=y;exceptions=cc-cr").answer({"gen-ai"}) == Answer::abstain);
  // A parameter nobody knows may narrow a yes.
  CHECK(Signalled("aipref", "train-ai=y;until=@1700000000").answer({"gen-ai"}) == Answer::abstain);
  // One of an entry that is written again goes with it.
  CHECK(Signalled("aipref", "train-ai;allow=n, train-ai=y").answer({"gen-ai"}) == Answer::permit);
}

TEST_CASE("aipref: a category nobody knows is asked about") {
  CHECK(Signalled("aipref", "train-ai=y, dance=n").answer({"gen-ai"}) == Answer::abstain);
  const Signalled allowed("aipref", "train-ai=y, dance=y");
  CHECK(allowed.answer({"gen-ai"}) == Answer::permit);
  CHECK(allowed.asks("not known here: dance"));
}

TEST_CASE("aipref: the head of a response is read, of redirects the last one") {
  const Signalled signal("aipref",
                         "HTTP/1.1 301 Moved\r\nContent-Usage: train-ai=y\r\n\r\nHTTP/1.1 200 "
                         "OK\r\ncontent-usage: train-ai=n,\r\n search=y\r\nContent-Usage: "
                         "ai-use=n\r\n\r\nContent-Usage: search=n\r\n");
  CHECK(signal.answer({"gen-ai"}) == Answer::deny);
  CHECK(signal.answer({"search"}) == Answer::permit);
  CHECK(signal.answer({"ai-augment"}) == Answer::deny);
  CHECK_FALSE(format_named("aipref").read("HTTP/1.1 200 OK\nServer: x\n\n", {}));
}

TEST_CASE("aipref: what is unstated can be left to other terms, or forbidden") {
  const Signalled left("aipref", "train-ai=n", {.unstated = terms::Unstated::leave});
  CHECK(left.answer({"gen-ai"}) == Answer::deny);
  CHECK(left.answer({"ai-evaluation"}) == Answer::permit);
  CHECK(left.answer({"ai-training"}) == Answer::abstain);
  const Signalled shut("aipref", "search=y", {.unstated = terms::Unstated::forbid});
  CHECK(shut.answer({"search"}) == Answer::permit);
  CHECK(shut.answer({"gen-ai"}) == Answer::deny);
}

TEST_CASE("aipref: a reservation more never permits more") {
  const std::vector<std::string> parts = {"train-ai=y", "search=y", "ai-use=y", "train-ai=n",
                                          "search=n",   "ai-use=n", "new=n",    "x=y"};
  for (const auto& one : parts) {
    for (const auto& other : parts) {
      const Signalled before("aipref", one + ", " + other);
      for (const char* reserved : {"train-ai=n", "search=n", "ai-use=n", "what=n"}) {
        CAPTURE(one + ", " + other + ", " + reserved);
        CHECK(Signalled("aipref", one + ", " + other + ", " + reserved).is_within(before));
      }
    }
  }
  CHECK(Signalled("aipref", "train-ai=n, search=n, ai-use=n").permits_nothing());
}

TEST_CASE("aipref: hostile texts") {
  check_hostile("aipref");
  check_cut("aipref",
            "train-ai=n;exceptions=cc-cr, search=y;a=\"b\\\"\";c=:aGk=:, ai-use=(a b);q=1.5");
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += fmt::format("k{}=n, ", i);
  const Signalled signal("aipref", many + "search=y");
  CHECK(signal.permits_nothing());
  CHECK(signal.lines().size() < 600);
  CHECK(signal.terms().rules.size() < 60);
}

TEST_CASE("structured field: values of every kind, and what is none") {
  const auto members = terms::parse_dictionary("a=1.5, b=?0;x, c=:aGk=:, d=@12, e=%\"f%c3\", *f");
  REQUIRE(members);
  REQUIRE(members->size() == 6);
  CHECK((*members)[1].value.text == "?0");
  CHECK((*members)[1].parameters.front().first == "x");
  CHECK((*members)[5].key == "*f");
  CHECK((*members)[5].value.kind == terms::FieldKind::boolean);
  CHECK(terms::parse_dictionary("")->empty());
  for (const char* bad : {"a=", "a=1.", "a=1.2345", "a=1234567890123456", "a=?2", "a=:b", "a=%x",
                          "a=(1 2", "a=(1,2)", "A=1", "a=\"\\x\"", "a=\"\x7f\"", "a b", "a=@x"}) {
    CAPTURE(bad);
    CHECK_FALSE(terms::parse_dictionary(bad));
  }
}

}  // namespace
}  // namespace usufruct
