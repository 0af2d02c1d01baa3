#pragma once

#include <string_view>
#include <vector>

#include "ledger/view/graph.h"
#include "trustee/holdings.h"

namespace usufruct {

/// How strongly something is bound to what was withdrawn: the weakest edge on the strongest path. A
/// fixed table per edge (specs/release.md, "Impact").
enum class Strength {
  inform,       ///< made by a model or tool that was reached
  act,          ///< evaluated on, indexed: remove or rebuild that part
  conditional,  ///< an anonymised release, and what was made from it: review decides
  strong,       ///< must act
};
std::string_view name_of(Strength strength);

struct Reached {
  LoggedPtr record;
  Strength strength = Strength::strong;
  RecordId by;            ///< the record one step nearer to the withdrawal
  std::size_t steps = 0;  ///< from the withdrawn record
};

/// Everything downstream of a record, any depth, nothing left out: releases, runs, models, versions
/// derived from them. For a consent: the releases that used that subject's rows, and what followed.
/// Ascending by ledger index. Cost: the edges of what is reached.
std::vector<Reached> impact_of(const Graph& graph, const RecordId& withdrawn);

/// The party that holds what a record stands for: the recipient of a release, the issuer of
/// everything else. Null when it is not registered.
LoggedPtr holder_of(const Graph& graph, const Logged& record);

/// Who must act on something reached, and how, given what was withdrawn.
struct Due {
  RecordId on;
  LoggedPtr owed_by;  ///< party
  ObligationAction action = ObligationAction::review;
};
/// One obligation for each release, run and model reached.
std::vector<Due> obligations_of(const Graph& graph, const std::vector<Reached>& reached,
                                WithdrawalEffect effect);

}  // namespace usufruct
