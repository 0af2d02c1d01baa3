#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct::terms {

/// The digits after the point that a currency has (ISO 4217): 2 but for those that have 0 or 3.
int minor_digits(std::string_view currency);

/// An amount as people write it, in minor units: `12.50` of EUR is 1250. At most 15 digits, none
/// finer than the currency has. `malformed` otherwise.
Result<std::int64_t> parse_amount(std::string_view text, std::string_view currency);
std::string print_amount(std::int64_t minor_units, std::string_view currency);
/// `EUR 12.50`, as people are told of it.
std::string print_price(std::int64_t minor_units, std::string_view currency);

/// Three capital letters.
bool is_currency(std::string_view text);

}  // namespace usufruct::terms
