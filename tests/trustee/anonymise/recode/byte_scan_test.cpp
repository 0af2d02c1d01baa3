#include "trustee/anonymise/recode/byte_scan.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

namespace {

using namespace usufruct::anonymise;

}  // namespace

TEST_CASE("byte scan: sums and what is near are what adding one by one finds") {
  CHECK(rc::check([] {
    const auto columns = static_cast<std::size_t>(*rc::gen::inRange(1, 7));
    const auto items = static_cast<std::size_t>(*rc::gen::inRange(1, 1500));
    ByteScan scan(columns, items);
    std::vector<ByteScan::Table> tables(columns);
    std::vector<unsigned> sums(items, 0);
    std::uint64_t state = *rc::gen::arbitrary<std::uint64_t>();
    const auto draw = [&](unsigned below) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      return static_cast<unsigned>(state >> 33) % below;
    };
    for (std::size_t i = 0; i < items; ++i) {
      sums[i] = draw(9) == 0 ? 255 : draw(40);
      scan.set_penalty(i, static_cast<std::uint8_t>(sums[i]));
    }
    for (std::size_t c = 0; c < columns; ++c) {
      const unsigned codes = 1 + draw(256);
      for (auto& entry : tables[c]) entry = static_cast<std::uint8_t>(draw(90));
      for (std::size_t i = 0; i < items; ++i) {
        const auto code = static_cast<std::uint8_t>(draw(codes));
        scan.set(c, i, code);
        sums[i] = std::min(255U, sums[i] + tables[c][code]);
      }
    }
    RC_ASSERT(scan.sum(tables) == *std::min_element(sums.begin(), sums.end()));
    const unsigned low = draw(255);
    const unsigned high = std::min(254U, low + draw(60));
    std::vector<std::uint32_t> wanted;
    for (std::uint32_t i = 0; i < items; ++i)
      if (sums[i] >= low && sums[i] <= high) wanted.push_back(i);
    std::vector<std::uint32_t> found;
    scan.collect(static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), items, found);
    RC_ASSERT(found == wanted);
    scan.collect(static_cast<std::uint8_t>(low), static_cast<std::uint8_t>(high), 3, found);
    wanted.resize(std::min<std::size_t>(3, wanted.size()));
    RC_ASSERT(found == wanted);
  }));
}
