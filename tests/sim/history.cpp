#include "tests/sim/history.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/audit.h"
#include "ledger/entry.h"
#include "ledger/view/memory_graph.h"
#include "ledger/view/store_graph.h"
#include "tests/support/records.h"

namespace usufruct::sim {
namespace {

/// The value, or the end of the run.
template <class T>
T must(std::string_view what, Result<T> result) {
  if (!result) throw Violation{fmt::format("{}: {}", what, result.error().message)};
  return *std::move(result);
}

void require(bool condition, std::string_view what) {
  if (!condition) throw Violation{std::string(what)};
}

std::string show(const std::vector<Edge>& edges) {
  std::string text;
  for (const auto& [index, role, from] : edges) {
    text += fmt::format(" {} as {} at {}", print_short(from), static_cast<int>(role), index);
  }
  return text;
}

/// The entries of a log, read through its public face and hashed again into a graph of its own.
MemoryGraph replay(const Reader& reader, TreeSize size, const Pool& pool) {
  MemoryGraph graph;
  Time last;
  for (std::uint64_t at = 0; at < size.value; at += tile_width) {
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(size.value - at, tile_width));
    const Bytes bundle = must("bundle", reader.bundle({at / tile_width, width}));
    std::uint64_t index = at;
    for (const View bytes : must("bundle", decode_bundle(bundle, width))) {
      const Entry entry = must("entry", decode_entry(bytes));
      require(entry.time >= last, "ledger time falls");
      last = entry.time;
      const Verified* known = pool.find(entry.envelope);
      require(known != nullptr, "an entry is no record that was submitted");
      require(!graph.find(known->id()), "a record is logged twice");
      graph.add({known->id(), index++, entry.time, known->record(), known->signers()},
                hash_leaf(bytes));
    }
  }
  return graph;
}

}  // namespace

void History::saw(const std::string& note) {
  if (notes_.contains(note)) return;
  const auto [checkpoint, text] = must("checkpoint", open_checkpoint(note, log_verifier()));
  notes_.insert(note);
  const auto [known, is_new] = roots_.emplace(checkpoint.size.value, checkpoint.root);
  if (is_new || known->second == checkpoint.root) return;
  throw Violation{fmt::format("two roots of size {} were shown", checkpoint.size.value)};
}

void History::acknowledged(std::size_t number, const Receipt& receipt) {
  const Bytes& envelope = pool_[number].envelope();
  if (!notes_.contains(receipt.checkpoint)) {
    saw(receipt.checkpoint);
    must("receipt", verify_envelope_receipt(receipt, envelope, log_verifier()));
  }
  const auto note = must("receipt", parse_note_unverified(receipt.checkpoint));
  const auto checkpoint = must("receipt", parse_checkpoint_unverified(note.text));
  const Digest leaf = hash_leaf(encode_entry(must("receipt", time_of(receipt)), envelope));
  const auto root =
      must("receipt", root_from_inclusion(receipt.index, checkpoint.size, leaf, receipt.proof));
  require(root == checkpoint.root, "a receipt does not prove its record");
  const auto [place, is_new] = places_.emplace(number, receipt.index.value);
  require(is_new || place->second == receipt.index.value, "a record was acknowledged twice, apart");
}

void History::hold(const Reader& face, const Store& store, Depth depth) const {
  const auto views = must("views", StoreGraph::open(store));
  const TreeSize size{views->size()};
  const MemoryGraph replayed = replay(face, size, pool_);
  for (const auto& [seen, root] : roots_) {
    if (replayed.root_at(seen) != root || views->root_at(seen) != root) {
      throw Violation{fmt::format("the checkpoint of {} that was shown is not of this log", seen)};
    }
  }
  for (const auto& [number, index] : places_) {
    const auto logged = replayed.find(pool_[number].id());
    if (!logged || logged->index != index) {
      throw Violation{fmt::format("entry {}, which was acknowledged, is lost", index)};
    }
  }
  for (std::size_t n = base_size_ > 40 ? base_size_ - 40 : 0; n < pool_.size(); ++n) {
    const RecordId& id = pool_[n].id();
    const auto logged = replayed.find(id);
    const auto index = views->index_of(id);
    require(logged ? index && index->value == logged->index : !index, "the index of ids is wrong");
    const auto edges = replayed.edges_to(id);
    const auto stored = views->edges_to(id);
    if (show(edges) != show(stored)) {
      throw Violation{fmt::format("references to record {}: replayed{}; in the views{}", n,
                                  show(edges), show(stored))};
    }
    const auto& [issuer, kind] = std::pair(pool_[n].record().issuer, pool_[n].record().kind());
    if (n + 3 < pool_.size()) continue;
    require(replayed.issued_by(issuer, kind) == views->issued_by(issuer, kind),
            "the index of issuers is wrong");
    require(replayed.of_kind(kind) == views->of_kind(kind), "the index of kinds is wrong");
  }
  must("views", [&]() -> Result<int> {
    CHECK_OK(views->health());
    return 0;
  }());
  if (depth == Depth::quick) return;
  const auto report = audit(face, log_verifier(), permit);
  if (!report.is_clean()) throw Violation{"audit: " + report.findings.front().message};
}

}  // namespace usufruct::sim
