#pragma once

#include <optional>
#include <vector>

#include "trustee/terms/analysis.h"
#include "trustee/terms/sayings.h"

namespace usufruct::terms {

/// Questions about all requests of one kind: whether one of them reaches some goals, and which.
/// Borrows the names, the budget, and the goals while it looks.
class Asked {
 public:
  Asked(For whom, const Names& names, Budget& budget)
      : names_(names), budget_(budget), always_(of_every_request(whom, names)) {}

  using Goals = std::vector<const Goal*>;
  static void add_fires(const Saying& saying, Goals& goals);
  static void add_rests(const std::vector<Saying>& sayings, Goals& goals);
  /// One permit fires and all forbids rest.
  static void add_permitted(const Saying& permit, const Sayings& by, Goals& goals);

  /// A request that reaches all of them and has as little else as may be; none when there is none,
  /// or when the budget was spent.
  std::optional<Example> find(Goals goals);
  bool is_spent() const { return budget_.is_spent(); }

 private:
  const Names& names_;
  Budget& budget_;
  std::vector<Goal> always_;
};

}  // namespace usufruct::terms
