#include "trustee/release_claims.h"

#include <doctest/doctest.h>

using namespace usufruct;

TEST_CASE("release claims: discernibility is exact where a double is not") {
  anonymise::Measurement measured;
  measured.rows = 94'906'267;
  measured.class_sizes = {{94'906'267, 1}};
  CHECK(discernibility_of(measured) == 9'007'199'515'875'289);
  measured.rows_suppressed = 3;
  CHECK(discernibility_of(measured) == 9'007'199'515'875'289 + 3ULL * 94'906'270);
  measured.rows = 1ULL << 32;
  measured.class_sizes = {{1ULL << 32, 5}};
  CHECK(discernibility_of(measured) == UINT64_MAX);
}
