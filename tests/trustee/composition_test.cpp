#include "trustee/composition.h"

#include <doctest/doctest.h>

#include <map>
#include <utility>
#include <vector>

#include "crypto/base/chance.h"

namespace usufruct {
namespace {

constexpr std::uint32_t absent = ShownClasses::absent;

TEST_CASE("composition: a row that only this release has pairs with others like it") {
  struct Case {
    std::vector<std::uint32_t> there, here;
    std::uint64_t alone, smallest;
  };
  const std::vector<Case> cases = {
      {{1, 1, 2, 2}, {1, 1, 2, 2}, 0, 2},  // the same classes: nothing new
      {{1, 1, 1, 1}, {1, 1, 2, 2}, 0, 2},  // a finer one
      {{1, 1, 2, 2}, {1, 2, 1, 2}, 4, 1},  // each pair once
      {{1, 1, 1, 2, 2}, {1, 1, 1, 1, 1}, 0, 2},
      {{1, 1}, {7, 7, 7, 7, 7}, 0, 2},          // three rows are new, together
      {{1, 1, absent, 1}, {7, 7, 7, 7}, 1, 1},  // one row is new
      {{1, 1, 1, 1}, {absent, 7, 7, 7}, 0, 3},  // one row is gone
      {{}, {absent, absent}, 0, 0},
  };
  for (const auto& [there, here, alone, smallest] : cases) {
    CAPTURE(here);
    const auto found = side_by_side(there, here);
    CHECK(found.alone == alone);
    CHECK(found.smallest == smallest);
  }
}

TEST_CASE("composition: pairs are those of a slow count, and never larger than the classes") {
  SeededChance chance(11);
  for (int round = 0; round < 200; ++round) {
    const std::size_t rows = 1 + chance.next() % 60;
    std::vector<std::uint32_t> there(chance.next() % (rows + 5)), here(rows);
    for (auto* side : {&there, &here})
      for (auto& group : *side)
        group = chance.next() % 4 == 0 ? absent : static_cast<std::uint32_t>(chance.next() % 5);
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> pairs;
    for (std::size_t row = 0; row < rows; ++row)
      if (here[row] != absent) ++pairs[{row < there.size() ? there[row] : absent, here[row]}];
    std::uint64_t alone = 0;
    std::uint64_t smallest = 0;
    for (const auto& [pair, count] : pairs) {
      alone += count == 1 ? 1 : 0;
      smallest = smallest == 0 ? count : std::min(smallest, count);
    }
    const auto found = side_by_side(there, here);
    CHECK(found.alone == alone);
    CHECK(found.smallest == smallest);
  }
}

TEST_CASE("composition: rows may come in any order") {
  ShownClasses classes;
  const std::vector<anonymise::WrittenRow> rows = {{9, 4, 1}, {9, 0, 2}, {9, 2, 1}};
  classes.take(rows);
  CHECK(classes.of_rows() == std::vector<std::uint32_t>{2, absent, 1, absent, 1});
}

}  // namespace
}  // namespace usufruct
