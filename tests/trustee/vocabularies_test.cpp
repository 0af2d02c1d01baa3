#include "trustee/vocabularies.h"

#include <doctest/doctest.h>

#include "trustee/quorum.h"
#include "world.h"

namespace usufruct {
namespace {

/// The program's words, with one more kind of research.
Vocabulary other_words() {
  std::vector<std::string> rows = terms::Vocabulary::builtin().words();
  const std::string row = "purpose own:Folklore dpv:AcademicResearch";
  rows.insert(
      std::ranges::lower_bound(
          rows.begin(),
          std::ranges::find_if(rows, [](const auto& one) { return !one.starts_with("purpose "); }),
          row),
      row);
  const auto words = terms::Vocabulary::of_words(rows);
  REQUIRE(words);
  return {.name = "ours", .sha256 = words->digest(), .words = words->words()};
}

TEST_CASE("vocabularies: a request is judged by the words that its terms name") {
  World world;
  world.consent("s1");
  const auto asks = [&] { return *screen(world.graph(), world.request({"own:Folklore"})); };
  const auto before = asks();
  CHECK(before.assessment.answer == terms::Answer::abstain);
  CHECK(before.assessment.vocabulary == terms::Vocabulary::builtin().digest());

  const Vocabulary ours = other_words();
  const RecordId words = world.must("owner", world.draft("owner", ours));
  CHECK(vocabulary_record(world.graph(), *ours.sha256)->id == words);
  CHECK_FALSE(vocabulary_record(world.graph(), Digest{}));
  const std::string hex = to_hex(*ours.sha256);
  for (const auto& digits :
       {hex, "sha256:" + hex, hex.substr(0, 8), "sha256:" + hex.substr(0, 9)}) {
    CAPTURE(digits);
    const auto found = vocabulary_record_like(world.graph(), digits);
    REQUIRE(found);
    CHECK((*found)->id == words);
  }
  for (const auto& digits : {std::string(), hex.substr(0, 7), hex + "0", hex.substr(1),
                             std::string("sha256:"), std::string("00000000")}) {
    CAPTURE(digits);
    CHECK_FALSE(vocabulary_record_like(world.graph(), digits));
  }
  Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
  terms.vocabulary_sha256 = ours.sha256;
  Record record = world.draft("owner", terms);
  record.add(Role::governs, world.last["dataset"]);
  record.add(Role::supersedes, world.last["terms"]);
  record.add(Role::under, words);
  // The same rules in other words: nobody can say that they permit no more.
  for (const auto lie : {TermsComparison::first, TermsComparison::equal, TermsComparison::wider}) {
    body_of<Terms>(record).comparison = lie;
    CHECK(verdict(world.log("owner", record)) == "terms-comparison");
  }
  body_of<Terms>(record).comparison = TermsComparison::undecided;
  world.must("owner", record);
  const auto after = asks();
  CHECK(after.assessment.answer == terms::Answer::permit);
  CHECK(after.assessment.vocabulary == ours.sha256);
}

TEST_CASE("vocabularies: terms name their words, and words are whole") {
  World world;
  world.version();
  const RecordId words = world.vocabulary();
  const auto set = [&](std::optional<Digest> digest, std::optional<RecordId> under) {
    Terms terms{.title = "t"};
    terms.floor.k = 2;
    terms.vocabulary_sha256 = digest;
    Record record = world.draft("owner", terms);
    record.add(Role::governs, world.last["dataset"]);
    if (under) record.add(Role::under, *under);
    return verdict(world.log("owner", record));
  };
  const auto digest = terms::Vocabulary::builtin().digest();
  CHECK(set(digest, std::nullopt) == "ref-count");
  CHECK(set(std::nullopt, words) == "terms-vocabulary");
  CHECK(set(Digest{}, words) == "terms-vocabulary");
  CHECK(set(digest, world.last["dataset"]) == "ref-kind");
  CHECK(set(digest, words) == "admitted");

  const auto record = [&](auto change) {
    Vocabulary vocabulary = other_words();
    change(vocabulary);
    return verdict(world.log("trainer", world.draft("trainer", vocabulary)));
  };
  CHECK(record([](Vocabulary& v) { v.words.pop_back(); }) == "vocabulary-words");
  CHECK(record([](Vocabulary& v) { v.sha256 = Digest{}; }) == "vocabulary-words");
  CHECK(record([](Vocabulary& v) { v.sha256.reset(); }) == "vocabulary-words");
  CHECK(record([](Vocabulary& v) { std::swap(v.words[0], v.words[1]); }) == "vocabulary-words");
  CHECK(record([](Vocabulary&) {}) == "admitted");
}

}  // namespace
}  // namespace usufruct
