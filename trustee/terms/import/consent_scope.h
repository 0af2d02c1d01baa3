#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/record/consent.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

/// Words that something is limited to; none: it is not limited.
using Limit = std::optional<std::vector<std::string>>;

/// What both limits allow: of two words of which one contains the other, the narrower.
Limit meet(Scheme scheme, const Limit& left, const Limit& right);

/// What is asked for one or more purposes, and what it is bound by.
struct ConsentScope {
  std::vector<std::string> purposes;
  std::vector<std::string> labels;  ///< of these, which it is called by
  Limit actions;
  Limit recipients;
  Limit storage;
  Limit processing;
  Limit data;
  std::optional<std::uint32_t> retention_days;
  bool is_consent = true;  ///< it rests on consent, as far as is said
  bool is_less = false;    ///< something in prose may say less than the words

  bool operator==(const ConsentScope&) const = default;
};

/// All purposes of both, under the stricter of each condition.
ConsentScope meet(const ConsentScope& left, const ConsentScope& right);

}  // namespace usufruct::terms
