#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trustee/anonymise/measure/attack.h"
#include "trustee/anonymise/measure/measure.h"

namespace usufruct::anonymise {

/// All that is told of a release to those who decide on it.
struct ReportFacts {
  std::string title;        ///< of the dataset
  Measurement measurement;  ///< of the written bytes, for the floor it names
  AttackTrial attacks{};    ///< may be empty: none was tried
  std::string algorithm{};  ///< what made the classes, for people
  double loss_bound = 0;    ///< no recoding of its kind loses less
  bool proven_optimal = false;
  std::uint64_t rows_without_consent = 0;  ///< of the table, not in anything here
};

/// What a trustee needs to know, in words: three to nine sentences. What holds or is missed, the
/// risk, what was left of the data, what is not promised. No text of a row is ever in it; column
/// names are.
struct Verdict {
  bool holds = false;
  std::vector<std::string> sentences;

  bool operator==(const Verdict&) const = default;
};
Verdict verdict_of(const ReportFacts& facts);

/// For people: `28,816`, `4.5 %`.
std::string with_commas(std::uint64_t number);
std::string percent(double share);

}  // namespace usufruct::anonymise
