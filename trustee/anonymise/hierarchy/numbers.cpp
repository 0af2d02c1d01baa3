#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/builders.h"

namespace usufruct::anonymise {

std::int64_t floor_to(std::int64_t value, std::int64_t width) {
  const std::int64_t down = value % width;
  return value - (down < 0 ? down + width : down);
}

Result<Numbers> read_numbers(Values values, int decimals_min) {
  Numbers numbers;
  numbers.values = read_values<Number>(values, read_number);
  auto& read = numbers.values.read;
  if (read.empty())
    return malformed(fmt::format("none of {} values is a number; the first is '{}'", values.size(),
                                 printable(values.front().value, 60)),
                     "build by frequency, prefixes or dates");
  numbers.decimals = decimals_min;
  for (const auto& one : read) numbers.decimals = std::max(numbers.decimals, one.reading.decimals);
  // As many decimals as every number can have at once: the largest has the fewest.
  for (const auto& one : read)
    numbers.decimals =
        std::min(numbers.decimals, scale_down_to(one.reading, numbers.decimals).decimals);
  for (auto& one : read) one.reading = scale_down_to(one.reading, numbers.decimals);
  std::stable_sort(read.begin(), read.end(),
                   [](const auto& a, const auto& b) { return a.reading.units < b.reading.units; });
  return numbers;
}

}  // namespace usufruct::anonymise
