#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "crypto/base/chance.h"

namespace usufruct::sim {

/// A process ends here and now: thrown through whatever was running.
struct Crash {};

/// What was promised does not hold. Ends the run.
struct Violation {
  std::string what;
};

/// Chance as a simulation speaks of it. One run has one, so that one seed is one history.
class Fate {
 public:
  /// What befalls is told to standard error, if asked for.
  enum class Telling { no, yes };
  explicit Fate(std::uint64_t seed, Telling telling = Telling::no)
      : chance_(seed), is_told_(telling == Telling::yes) {}
  /// In [0, limit); limit is not 0.
  std::uint64_t below(std::uint64_t limit) { return chance_.next() % limit; }
  /// In [low, high].
  std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  bool happens(std::uint32_t per_mille) { return per_mille > 0 && below(1000) < per_mille; }
  bool toss() { return below(2) == 0; }
  /// The same as happens(), with a name for what does.
  bool befalls(std::uint32_t per_mille, std::string_view what) {
    const bool is_so = happens(per_mille);
    if (is_so) tell(what);
    return is_so;
  }
  bool is_told() const { return is_told_; }
  void tell(std::string_view what) const {
    if (is_told_) fmt::print(stderr, "{}\n", what);
  }

 private:
  SeededChance chance_;
  bool is_told_;
};

}  // namespace usufruct::sim
