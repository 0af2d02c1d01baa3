#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/view/graph.h"

// Questions about who holds what, answered from the graph alone. Every function is a pure fold: the
// same graph gives the same answer to the log that admits and to the auditor who replays.

namespace usufruct {

using LoggedPtr = std::shared_ptr<const Logged>;

/// The party a did:key speaks for now: its newest record, or null when nobody registered the key, a
/// newer key took its place, or the party was withdrawn.
LoggedPtr party_of(const Graph& graph, std::string_view did);
/// The party record a did:key was ever registered with, superseded or not.
LoggedPtr party_ever_of(const Graph& graph, std::string_view did);
/// The newest record of the party that `party` is a record of.
LoggedPtr newest_party(const Graph& graph, const RecordId& party);
/// Whether two keys are of one party, across changes of key.
bool same_party(const Graph& graph, std::string_view a, std::string_view b);

/// Whether a withdrawal that the law admitted revokes the record.
bool is_withdrawn(const Graph& graph, const RecordId& id);

/// Whether what a record states holds at a time: [valid_from, valid_to), where 0 is open.
bool holds_at(const Record& record, Time at);

/// The record of the party that a did:key spoke for just before an entry of the log: its newest
/// then. The first ever when there was none before (in a log that the law did not keep).
LoggedPtr party_before(const Graph& graph, std::string_view did, std::uint64_t index);

/// What a version belongs to. The law lets in no version without them.
struct Holding {
  LoggedPtr version;
  LoggedPtr dataset;
  LoggedPtr trust;
};
std::optional<Holding> holding_of(const Graph& graph, const RecordId& version);

/// The newest terms that its owner set for a dataset, withdrawn or not; and those in force: the
/// newest unless withdrawn.
LoggedPtr newest_terms(const Graph& graph, const RecordId& dataset);
LoggedPtr terms_in_force(const Graph& graph, const RecordId& dataset);
/// The datasets that records are derived from: what their `derived_from` names in this log, a
/// version or a release of one; each once. A record in another log cannot be looked up here.
std::vector<LoggedPtr> inputs_of(const Graph& graph, std::span<const Record* const> records);
/// The same of a dataset: what it and its versions name.
std::vector<LoggedPtr> inputs_of(const Graph& graph, const RecordId& dataset);
/// The licences on a dataset or version that nothing superseded or withdrew.
std::vector<LoggedPtr> licences_in_force(const Graph& graph, const RecordId& on);

/// Whether a licence was recorded by the owner or a trustee.
bool is_heard(const Graph& graph, const Holding& holding, const Logged& licence);

/// What binds whoever asks for a version: those at a time, that the owner or a trustee recorded.
/// Anyone may record what licence it found; a stranger's would void every vote.
std::vector<Licence> licences_heard(const Graph& graph, const Holding& holding, Time at);

/// The trustees of a charter, ascending by id: trustee i holds share i + 1.
std::vector<RecordId> trustees_of(const Logged& trust);
/// The place of a party among the trustees, if it is one.
std::optional<std::size_t> seat_of(const Graph& graph, const Logged& trust, std::string_view did);

}  // namespace usufruct
