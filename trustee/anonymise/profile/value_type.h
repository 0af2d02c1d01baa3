#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "trustee/anonymise/hierarchy/hierarchy.h"

namespace usufruct::anonymise {

/// What the texts of a column look like, the empty one left out.
enum class ValueType : std::uint8_t {
  none,          ///< there is no text
  whole_number,  ///< `17`
  decimal,       ///< `1.5`
  date,          ///< `1984-03-09`, and what else parse_date() reads
  timestamp,     ///< a date with a time of day
  boolean,       ///< two words: yes and no, true and false, 0 and 1
  postcode,      ///< `02139`, `SW1A 1AA`, `1234 AB`
  email,
  phone,
  url,
  identifier,  ///< a code or running number that nearly every row has for itself
  free_text,   ///< sentences, mostly different
  category,    ///< few texts that many rows share
  text,        ///< anything else
};
std::string_view name_of(ValueType type);

/// The type of all values but one, or all but one in twenty. `values`: distinct, with their rows,
/// all of the column's or a sample; `rows`: of the column, with the empty ones; `distinct`: of the
/// column.
ValueType type_of(std::span<const ValueCount> values, std::uint64_t rows, std::uint64_t distinct);

bool is_email(std::string_view text);
bool is_url(std::string_view text);
/// With a plus, a leading zero, brackets or separators, and 7 to 15 digits.
bool is_phone(std::string_view text);
/// Of a shape that only postcodes have: British, Canadian, Dutch, ZIP+4. Five digits may be
/// anything.
bool is_postcode(std::string_view text);

}  // namespace usufruct::anonymise
