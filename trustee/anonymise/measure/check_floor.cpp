#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "crypto/base/text.h"
#include "trustee/anonymise/measure/reading.h"

namespace usufruct::anonymise {

namespace {

using measuring::bound_of;

/// Collects what is missed; the first gives the rule.
class Missed {
 public:
  void add(std::string_view rule, std::string what) {
    if (rule_.empty()) rule_ = rule;
    missed_.push_back(std::move(what));
  }
  Result<void> answer() const {
    if (missed_.empty()) return {};
    return denied(join(missed_, "; "), "generalise further, or ask the owner for another floor",
                  rule_);
  }

 private:
  std::vector<std::string> missed_;
  std::string rule_;
};

std::string counted(std::uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}
std::string class_of(std::uint64_t rows) { return "a class of " + counted(rows, "row"); }

/// What a model found and what was asked, as a sentence. A value of a class is told by its size,
/// never by its text.
std::string told(const Finding& each, double bound) {
  const std::string column = printable(each.column);
  const auto rows = static_cast<std::uint64_t>(each.value);
  const auto floor = static_cast<std::uint64_t>(bound);
  switch (each.model) {
    case PrivacyModel::k_anonymity:
      return fmt::format("the smallest class has {} and the floor is k {} ({} short)",
                         counted(rows, "row"), floor, floor - rows);
    case PrivacyModel::personalised_k:
      return fmt::format("{} has somebody who asks for k {} ({} short)", class_of(rows), floor,
                         floor - rows);
    case PrivacyModel::k_map:
      return fmt::format("{} stands for {} people and the floor is k-map {}",
                         class_of(each.class_rows), rows, floor);
    case PrivacyModel::distinct_diversity:
      return fmt::format("a class has {} of '{}' and the floor is {} ({} short)",
                         counted(rows, "value"), column, floor, floor - rows);
    case PrivacyModel::recursive_diversity:
      if (std::isinf(each.value))
        return fmt::format("{} has too few values of '{}' for {}", class_of(each.class_rows),
                           column, name_of(each.model));
      break;
    case PrivacyModel::population_uniqueness:
      return fmt::format("an estimated {:.6f} of the people are unique and the most is {:.6f}",
                         each.value, bound);
    case PrivacyModel::entropy_diversity:
    case PrivacyModel::t_closeness:
    case PrivacyModel::delta_disclosure:
    case PrivacyModel::beta_likeness:
    case PrivacyModel::enhanced_beta_likeness:
      break;
  }
  return fmt::format("{} of '{}' is {:.6f} in {} and the floor is {:.6f}", name_of(each.model),
                     column, each.value, class_of(each.class_rows), bound);
}

/// Two models find other things under another parameter.
bool is_comparable(PrivacyModel model, const Floor& measured, const Floor& asked) {
  switch (model) {
    case PrivacyModel::recursive_diversity:
      return measured.l_recursive == asked.l_recursive;
    case PrivacyModel::enhanced_beta_likeness:
      return measured.beta_enhanced_milli == asked.beta_enhanced_milli;
    case PrivacyModel::k_anonymity:
    case PrivacyModel::personalised_k:
    case PrivacyModel::k_map:
    case PrivacyModel::distinct_diversity:
    case PrivacyModel::entropy_diversity:
    case PrivacyModel::t_closeness:
    case PrivacyModel::delta_disclosure:
    case PrivacyModel::beta_likeness:
    case PrivacyModel::population_uniqueness:
      return true;
  }
  return false;
}

void check_model(const Measurement& measurement, const Floor& floor, PrivacyModel model,
                 Missed& missed) {
  const auto bound = bound_of(model, floor);
  const bool by_rows = model == PrivacyModel::personalised_k;
  std::size_t seen = 0;
  for (const Finding& each : measurement.findings) {
    if (each.model != model || !(bound || by_rows)) continue;
    if (!is_comparable(model, measurement.floor, floor)) continue;
    ++seen;
    // The bound of an enhanced gain depends on the value, that of a personal k on the rows.
    const bool own = by_rows || model == PrivacyModel::enhanced_beta_likeness;
    const double asked = own ? each.bound : *bound;
    if (!measuring::is_met(model, each.value, asked)) missed.add(rule_of(model), told(each, asked));
  }
  const std::size_t wanted = measuring::looks_at_values(model)
                                 ? std::max<std::size_t>(1, measurement.diversity.size())
                                 : 1;
  if (bound && seen != wanted)
    missed.add(rule_of(model),
               fmt::format("the floor asks for {} and it was not measured", name_of(model)));
}

}  // namespace

Result<void> check_floor(const Measurement& measurement, const Floor& floor) {
  Missed missed;
  check_model(measurement, floor, PrivacyModel::k_anonymity, missed);
  const std::uint64_t kept = measurement.rows + measurement.rows_suppressed;
  const std::uint64_t out_max = suppressed_max(floor, kept);
  if (measurement.rows_suppressed > out_max)
    missed.add("floor-suppression",
               fmt::format("{} of {} rows are suppressed and the most is {} ({} over)",
                           measurement.rows_suppressed, kept, out_max,
                           measurement.rows_suppressed - out_max));
  for (const PrivacyModel model : measuring::all_models)
    if (model != PrivacyModel::k_anonymity) check_model(measurement, floor, model, missed);
  return missed.answer();
}

}  // namespace usufruct::anonymise
