#include "trustee/anonymise/table/row_mark.h"

#include <algorithm>
#include <array>

#include "crypto/base/bytes.h"
#include "crypto/hash.h"

namespace usufruct::anonymise {

RowMarker::RowMarker(const ShortHashKey& key, std::size_t columns) : keys_(columns) {
  for (std::size_t column = 0; column < columns; ++column) {
    std::array<std::uint8_t, 4> number{};
    for (std::size_t i = 0; i < number.size(); ++i)
      number[i] = static_cast<std::uint8_t>(column >> (8 * (number.size() - 1 - i)));
    const Digest derived = hmac_sha256(key, number);
    std::copy_n(derived.bytes.begin(), keys_[column].size(), keys_[column].begin());
  }
}

std::uint64_t RowMarker::cell(std::size_t column, std::string_view text) const {
  return short_hash(keys_[column], as_view(text));
}

}  // namespace usufruct::anonymise
