#include "trustee/terms/money.h"

#include <doctest/doctest.h>

#include <cstdint>

namespace usufruct::terms {
namespace {

TEST_CASE("money: amounts are written in major units, with the digits the currency has") {
  CHECK(print_price(1'250, "EUR") == "EUR 12.50");
  CHECK(print_price(5, "EUR") == "EUR 0.05");
  CHECK(print_price(500, "JPY") == "JPY 500");
  CHECK(print_price(1'005, "KWD") == "KWD 1.005");
  for (const auto* text : {"12.50", "0.05", "999999999999.99"}) {
    CHECK(print_amount(*parse_amount(text, "EUR"), "EUR") == text);
  }
  for (const auto* text : {"", "-1", "1.", ".5", "1.005", "1e3", "12345678901234567890"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_amount(text, "EUR"));
  }
}

TEST_CASE("money: what is no amount is still told, with its sign once") {
  CHECK(print_amount(-150, "EUR") == "-1.50");
  CHECK(print_amount(-5, "EUR") == "-0.05");
  CHECK(print_amount(INT64_MIN, "EUR") == "-92233720368547758.08");
}

}  // namespace
}  // namespace usufruct::terms
