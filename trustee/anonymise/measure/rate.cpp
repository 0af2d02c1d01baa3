#include "trustee/anonymise/measure/rate.h"

#include <algorithm>
#include <cmath>

namespace usufruct::anonymise {

namespace {

constexpr double z = 1.959963984540054;  // of 95 %, both sides

Rate around(double value, double half) {
  const auto clip = [](double each) { return std::clamp(each, 0.0, 1.0); };
  return {clip(value), clip(value - half), clip(value + half)};
}

}  // namespace

Rate wilson_rate(std::uint64_t successes, std::uint64_t attempts) {
  if (attempts == 0) return {0, 0, 1};
  const auto n = static_cast<double>(attempts);
  const auto s = static_cast<double>(successes);
  return around((s + z * z / 2) / (n + z * z),
                z / (n + z * z) * std::sqrt(s * (n - s) / n + z * z / 4));
}

Rate risk_of(const Rate& main, const std::optional<Rate>& control) {
  if (!control) return main;
  const double left = 1 - control->value;
  if (left <= 0) return {0, 0, 1};
  const double by_main = (main.high - main.low) / 2 / left;
  const double by_control = (control->high - control->low) / 2 * (1 - main.value) / (left * left);
  return around((main.value - control->value) / left, std::hypot(by_main, by_control));
}

}  // namespace usufruct::anonymise
