#pragma once

#include <string>
#include <vector>

#include "ledger/record/terms.h"
#include "trustee/document/xml.h"
#include "trustee/terms/import/signal.h"

/// What a `license` element of Really Simple Licensing says, and the account of it.
namespace usufruct::terms {

/// Of one kind in a licence: limits, refusals, duties.
inline constexpr std::size_t offer_limits_max = 8;

/// One licence, for whoever takes it. Actions, classes and places are words of ours.
struct RslOffer {
  std::vector<std::string> permitted;
  std::vector<std::string> prohibited;
  bool lists_uses = false;       ///< it says which uses it permits
  bool is_void = false;          ///< it is for nobody, or nowhere, that is known here
  std::vector<Clause> clauses;   ///< of those it is for, where, and the price
  std::vector<Clause> refusals;  ///< classes and places that it is not for
  std::vector<Duty> duties;
  std::vector<std::string> questions;  ///< what is for people to judge
};

RslOffer read_offer(const document::Element& licence, Signal& signal);

}  // namespace usufruct::terms
