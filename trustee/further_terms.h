#pragma once

#include <vector>

#include "trustee/holdings.h"
#include "trustee/terms/evaluate.h"

namespace usufruct {

/// A record of terms that holds for a dataset besides its owner's (specs/terms.md §5).
struct FurtherRecord {
  LoggedPtr record;
  terms::LayerKind layer = terms::LayerKind::charter;
  std::shared_ptr<const terms::Vocabulary> vocabulary;  ///< the words they are written in
};

/// All that are in force for a dataset at a time, ascending by id: what its trust asks of all it
/// holds and restates of a law, and what communities ask whose labels it, or what it was made from,
/// bears. Labels travel: data derived from labelled data bear them too. `denied` when the data are
/// made from so many datasets that not all were looked at.
Result<std::vector<FurtherRecord>> further_terms(const Graph& graph, const Holding& holding,
                                                 Time at);

/// A dataset, those it is made from, and those that they are made from; itself first. `denied` when
/// there are more than datasets_looked_at_max.
Result<std::vector<LoggedPtr>> with_all_inputs(const Graph& graph, const LoggedPtr& dataset);
inline constexpr std::size_t datasets_looked_at_max = 1'000;

/// The same as what judges them wants it. Borrows.
std::vector<terms::FurtherTerms> borrowed(const std::vector<FurtherRecord>& further);

/// The newest terms of a trust that restate a law (or its charter's own, for ""), and the newest of
/// a community on a dataset, withdrawn or not; or null.
LoggedPtr newest_terms_of_trust(const Graph& graph, const RecordId& trust, std::string_view law);
LoggedPtr newest_terms_of_community(const Graph& graph, const RecordId& dataset,
                                    std::string_view community_did);

/// Laws that one trust may restate at once.
inline constexpr std::size_t laws_max = 16;
std::size_t laws_restated(const Graph& graph, const RecordId& trust);

}  // namespace usufruct
