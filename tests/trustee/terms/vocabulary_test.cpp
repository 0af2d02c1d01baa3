#include "trustee/terms/vocabulary.h"

#include <doctest/doctest.h>

#include <algorithm>

namespace usufruct {
namespace {

TEST_CASE("vocabulary: what is apart from some words, and what others call them") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  const std::vector<std::string> research = {"dpv:ResearchAndDevelopment"};
  const auto apart = vocabulary.words_apart_from(terms::Scheme::purpose, research);
  // Every word either overlaps what was taken away or is a kind of what is left.
  for (const auto& term : vocabulary.terms(terms::Scheme::purpose)) {
    const bool taken = vocabulary.overlaps(terms::Scheme::purpose, term.id, research.front());
    const bool left = std::ranges::any_of(apart, [&](const auto& word) {
      return vocabulary.contains(terms::Scheme::purpose, word, term.id);
    });
    CAPTURE(term.id);
    CHECK(taken != left);
  }
  REQUIRE(vocabulary.find_same_as(terms::Scheme::action, "cawg.data_mining"));
  CHECK(vocabulary.find_same_as(terms::Scheme::action, "cawg.data_mining")->id == "data-mining");
  CHECK_FALSE(vocabulary.find_same_as(terms::Scheme::action, "cawg.no_such"));
  // A foreign word may come to several of ours, or to what is only near it.
  const auto search = vocabulary.meaning_of(terms::Scheme::action, "plus:SEARCHENGINEINDEXING");
  CHECK(search.words == std::vector<std::string>{"index", "search"});
  CHECK(search.is_exact);
  CHECK_FALSE(vocabulary.meaning_of(terms::Scheme::action, "aipref:search").is_exact);
  CHECK(vocabulary.meaning_of(terms::Scheme::duty, "cawg.data_mining").words.empty());
}

using Rows = std::vector<std::string>;

TEST_CASE("vocabulary: its words make it again, and nothing else does") {
  const auto& ours = terms::Vocabulary::builtin();
  const auto again = terms::Vocabulary::of_words(ours.words());
  REQUIRE(again);
  CHECK(again->digest() == ours.digest());
  CHECK(again->words() == ours.words());
  CHECK(again->contains(terms::Scheme::purpose, "dpv:ResearchAndDevelopment",
                        "dpv:AcademicResearch"));
  REQUIRE(again->find_licence("CC-BY-NC-4.0"));
  CHECK(again->find_licence("CC-BY-NC-4.0")->forbid_purposes ==
        Rows{"dpv:CommercialPurpose", "dpv:Marketing", "dpv:SellProducts"});
  const auto refused = [](Rows rows) { return !terms::Vocabulary::of_words(rows).has_value(); };
  CHECK_FALSE(refused({}));
  CHECK_FALSE(refused({"purpose a", "purpose b a"}));
  CHECK(refused({"purpose b a", "purpose a"}));    // out of order
  CHECK(refused({"purpose a", "purpose a"}));      // twice
  CHECK(refused({"action a", "purpose b"}));       // schemes out of order
  CHECK(refused({"purpose b a"}));                 // no such parent
  CHECK(refused({"purpose a b", "purpose b a"}));  // a circle
  CHECK(refused({"purpose a a"}));
  CHECK(refused({"purpose  a"}));
  CHECK(refused({"purpose a "}));
  CHECK(refused({"purpose"}));
  CHECK(refused({""}));
  CHECK(refused({"purpose a\n"}));
  CHECK(refused({"purpose \xff"}));
  CHECK(refused({"colour red"}));
  CHECK(refused({"licence X forbid-purposes"}));  // one part of four
  // One text of several rows would be the words of two vocabularies.
  const Rows licence = {"licence X forbid-purposes", "licence X forbid-actions",
                        "licence X ask-actions", "licence X duties a"};
  CHECK_FALSE(refused(licence));
  Rows joined = licence;
  joined.back() += "\nlicence-exception E";
  CHECK(refused(joined));
  Rows long_list = licence;
  for (std::size_t i = 0; i < terms::licence_words_max; ++i) {
    long_list.back() += fmt::format(" b{:02}", i);
  }
  CHECK(refused(long_list));
  CHECK(refused({"licence X colour"}));
  CHECK(refused({"licence X"}));
  Rows many;
  for (std::size_t i = 0; i <= terms::words_max; ++i) many.push_back(fmt::format("flag {:05}", i));
  CHECK(refused(many));
  many.pop_back();
  CHECK_FALSE(refused(many));
}

TEST_CASE("vocabulary: a word is found by what it is called, and codes by nothing that is near") {
  const auto& ours = terms::Vocabulary::builtin();
  const auto read = terms::Vocabulary::of_words(ours.words());  // without texts
  REQUIRE(read);
  for (const auto* vocabulary : {&ours, &*read}) {
    const auto nearest = [&](std::string_view word) {
      return vocabulary->nearest(terms::Scheme::jurisdiction, word).value_or("");
    };
    CHECK(nearest("USA") == "US");
    CHECK(nearest("uk") == "GB");
    CHECK(nearest("de") == "DE");
    CHECK(nearest("Germany") == "DE");
    CHECK(nearest("Allemagne") == nearest("allemagne"));
    CHECK(nearest("德国") == "DE");
    CHECK(nearest("Germny") == "DE");
    CHECK(nearest("european-unoin") == "EU");
    for (const auto* word : {"UX", "XQ", "USX", "ZZZ", "Atlantis and beyond", ""}) {
      CAPTURE(word);
      CHECK(nearest(word).empty());
    }
  }
}

TEST_CASE("vocabulary: a long chain of kinds closes in good time") {
  Rows chain{"purpose 00000"};
  for (std::size_t i = 1; i < terms::words_max; ++i) {
    chain.push_back(fmt::format("purpose {:05} {:05}", i, i - 1));
  }
  const auto closed = terms::Vocabulary::of_words(chain);
  REQUIRE(closed);
  CHECK(closed->contains(terms::Scheme::purpose, "00000", "01999"));
  CHECK_FALSE(closed->contains(terms::Scheme::purpose, "01999", "00000"));
}

}  // namespace
}  // namespace usufruct
