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
}

}  // namespace
}  // namespace usufruct
