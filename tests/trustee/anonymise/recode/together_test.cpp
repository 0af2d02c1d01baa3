#include "trustee/anonymise/recode/together.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <vector>

using namespace usufruct::anonymise;

TEST_CASE("together: the most rows that stand together are those of the best subset") {
  CHECK(rc::check([] {
    const auto asked = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 13U));
    const std::vector<std::uint32_t> rows(
        asked.begin(),
        asked.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(10, asked.size())));
    std::uint64_t best = 0;
    for (std::uint32_t set = 0; set < 1U << rows.size(); ++set) {
      std::uint32_t count = 0;
      std::uint32_t highest = 0;
      for (std::size_t i = 0; i < rows.size(); ++i)
        if ((set >> i & 1) != 0) {
          ++count;
          highest = std::max(highest, rows[i]);
        }
      if (highest <= count) best = std::max<std::uint64_t>(best, count);
    }
    std::vector<Asking> asking;
    for (const std::uint32_t k : rows) asking.push_back({k, 1});
    const std::uint64_t most = most_together(rows.size(), asking);
    RC_ASSERT(most == best);
    // Who asks for more stays out, and all others are that many.
    std::uint64_t in = 0;
    for (const std::uint32_t k : rows) in += k <= most ? 1 : 0;
    RC_ASSERT(in == most);
  }));
}

TEST_CASE("together: each group by itself, and tuples without rows ask for nothing") {
  const std::vector<std::uint32_t> group_of{0, 1, 0, 1, 2};
  const std::vector<std::uint64_t> rows{5, 4, 0};
  const std::vector<std::uint32_t> asked{2, 9, 6, 3, 7};
  const std::vector<std::uint64_t> counts{4, 1, 1, 3, 0};
  const auto most = most_together(
      group_of, rows, [&](std::size_t i) { return asked[i]; },
      [&](std::size_t i) { return counts[i]; });
  CHECK(most == std::vector<std::uint64_t>{4, 3, 0});
}
