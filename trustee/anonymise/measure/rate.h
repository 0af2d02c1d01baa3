#pragma once

#include <cstdint>
#include <optional>

namespace usufruct::anonymise {

/// A rate with its 95 % interval, all within [0, 1].
struct Rate {
  double value = 0;
  double low = 0;
  double high = 0;

  bool operator==(const Rate&) const = default;
};

/// How often something succeeded, by Wilson (1927): the value is the middle of the score interval,
/// so it is never 0 or 1. For no attempts: 0, within [0, 1].
Rate wilson_rate(std::uint64_t successes, std::uint64_t attempts);

/// What an attack on people of the release gains over one on people who are not in it:
/// (main - control)/(1 - control), clipped; its interval by the errors of both. Without a control
/// the main rate itself.
Rate risk_of(const Rate& main, const std::optional<Rate>& control);

}  // namespace usufruct::anonymise
