#include "ledger/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "crypto/base/parallel.h"
#include "ledger/bundle_check.h"
#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/record/codec.h"
#include "ledger/view/memory_graph.h"

namespace usufruct {
namespace {

constexpr std::size_t bundles_at_once = 16;
constexpr std::size_t entries_per_block = 16;

/// An entry on its way from bytes to a verdict; what does not depend on the entries before it is
/// found on all cores.
struct Judged {
  bool is_there = false;
  Bytes bytes;
  Digest hash;
  std::optional<Time> time;
  std::optional<Verified> verified;
  std::optional<Logged> unverified;  ///< a record that reads, but is not what its issuer signed
  std::optional<Error> error;
};

/// One bundle and the level-0 tile over it.
struct Portion {
  BundleId id;
  std::vector<Judged> found;  ///< the entries in the bundle, as they stand there
  std::optional<Error> bundle_error;
  std::vector<Digest> due;  ///< empty when the tile cannot be read
  std::optional<Error> tile_error;
  LeafIndex leaf(std::size_t position) const { return {id.index * tile_width + position}; }
};

void read_unverified(Judged& judged, View envelope_bytes) {
  const auto envelope = decode_envelope(envelope_bytes);
  if (!envelope) return;
  auto record = decode(envelope->record);
  if (!record) return;
  judged.unverified = {id_of(envelope->record), 0, {}, *std::move(record), {}};
  for (const auto& signature : envelope->signatures) {
    judged.unverified->signers.push_back(signature.signer);
  }
}

void judge(Judged& judged) {
  judged.hash = hash_leaf(judged.bytes);
  auto entry = decode_entry(judged.bytes);
  if (!entry) {
    judged.error = std::move(entry).error();
    return;
  }
  judged.time = entry->time;
  auto verified = verify(entry->envelope);
  if (verified) {
    judged.verified = *std::move(verified);
  } else {
    judged.error = std::move(verified).error();
    read_unverified(judged, entry->envelope);
  }
  judged.bytes = {};
}

class Audit {
 public:
  Audit(const Reader& reader, const NoteVerifier& log, const Law& law, const AuditOptions& options)
      : reader_(reader), log_(log), law_(law), options_(options) {}

  AuditReport run() {
    const auto start = std::chrono::steady_clock::now();
    if (open()) {
      replay();
      if (!report_.is_cut) finish();
    }
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  /// False when there is no checkpoint to judge by.
  bool open() {
    const auto note = reader_.checkpoint();
    if (!note) return find(note.error(), {}, "checkpoint"), false;
    const auto opened = open_checkpoint(*note, log_);
    if (!opened) return find(opened.error(), {}, "checkpoint"), false;
    report_.origin = opened->checkpoint.origin;
    report_.size = opened->checkpoint.size;
    report_.root = opened->checkpoint.root;
    return true;
  }

  void replay() {
    const std::uint64_t bundles = (report_.size.value + tile_width - 1) / tile_width;
    for (std::uint64_t first = 0; first < bundles && !report_.is_cut; first += bundles_at_once) {
      const std::uint64_t end = std::min<std::uint64_t>(first + bundles_at_once, bundles);
      std::vector<Portion> portions;
      for (std::uint64_t at = first; at < end; ++at) portions.push_back(read(at));
      judge_all(portions);
      for (auto& portion : portions) {
        if (!report_.is_cut) settle(portion);
      }
      if (options_.progress) options_.progress(tree_.size(), report_.size);
    }
  }

  Portion read(std::uint64_t at) const {
    Portion portion;
    portion.id = {at, width_of(0, at, report_.size)};
    auto bundle = reader_.bundle(portion.id);
    if (bundle) {
      const auto content = read_bundle(*bundle);
      portion.bundle_error = content.broken;
      for (const View entry : content.entries) {
        portion.found.push_back({.is_there = true, .bytes = to_bytes(entry)});
      }
    } else {
      portion.bundle_error = std::move(bundle).error();
    }
    const auto tile = reader_.tile({0, at, portion.id.width});
    auto hashes = tile ? decode_tile(*tile, portion.id.width) : std::unexpected(tile.error());
    if (hashes) {
      portion.due = *std::move(hashes);
    } else {
      portion.tile_error = std::move(hashes).error();
    }
    return portion;
  }

  static void judge_all(std::vector<Portion>& portions) {
    std::vector<Judged*> all;
    for (auto& portion : portions) {
      for (auto& judged : portion.found) all.push_back(&judged);
    }
    for_each_index(all.size(), entries_per_block, [&](std::size_t i) { judge(*all[i]); });
  }

  /// Which leaf hashes to go on with, what is odd about the bundle, and then each entry in its
  /// place.
  void settle(Portion& portion) {
    std::vector<Digest> hashes;
    for (const auto& judged : portion.found) hashes.push_back(judged.hash);
    if (portion.tile_error) {
      find(*portion.tile_error, portion.leaf(0), "tile", print_path(tile_of(portion)));
    }
    if (portion.bundle_error) {
      find(*portion.bundle_error, portion.leaf(hashes.size()), "bundle", print_path(portion.id));
    }
    const std::vector<Digest> due = choose(portion, hashes);
    const BundleCheck check = check_bundle(hashes, due);
    for (const auto& [position, rule] : check.oddities) report_oddity(portion, position, rule);
    for (std::size_t i = 0; i < due.size(); ++i) {
      append(due[i]);
      const auto at = check.entry_of[i];
      if (at) {
        replay(portion.leaf(i), portion.found[*at], due[i]);
      } else {
        graph_.add_unreadable(due[i]);
      }
    }
  }

  static TileId tile_of(const Portion& portion) { return {0, portion.id.index, portion.id.width}; }

  /// The leaf hashes the log committed to. When tile and entries disagree, what stands above
  /// decides: the next level for a full tile, the checkpoint for the last one.
  std::vector<Digest> choose(const Portion& portion, const std::vector<Digest>& hashes) {
    const bool is_whole = hashes.size() == portion.id.width;
    if (portion.due.empty()) {
      auto known = hashes;
      known.resize(portion.id.width);
      return known;
    }
    if (hashes == portion.due) return hashes;
    if (is_whole && fits(portion, hashes) && !fits(portion, portion.due)) {
      const auto first = std::ranges::mismatch(hashes, portion.due).in1 - hashes.begin();
      find(Error{Code::unverified, "its hashes are not those of the entries"},
           portion.leaf(static_cast<std::size_t>(first)), "tile-hash",
           print_path(tile_of(portion)));
      return hashes;
    }
    return portion.due;
  }

  bool fits(const Portion& portion, const std::vector<Digest>& hashes) const {
    if (portion.id.width < tile_width) {
      Tree tree = tree_;
      for (const auto& hash : hashes) tree.append(hash);
      return tree.root() == report_.root;
    }
    const std::uint64_t above = portion.id.index / tile_width;
    const unsigned width = width_of(1, above, report_.size);
    const auto tile = reader_.tile({1, above, width});
    const auto parents = tile ? decode_tile(*tile, width) : std::unexpected(tile.error());
    return parents && (*parents)[portion.id.index % tile_width] == root_of_hashes(hashes);
  }

  void report_oddity(const Portion& portion, unsigned position, const std::string& rule) {
    std::optional<RecordId> id;
    if (position < portion.found.size()) id = id_in(portion.found[position]);
    std::string message;
    if (rule == "entry-changed") message = "it does not hash to its leaf";
    if (rule == "entry-missing") message = "nothing in its bundle hashes to its leaf";
    if (rule == "entry-inserted") message = "it is no leaf of the log";
    if (rule == "entry-order") message = "it stands after entries that come later";
    add({Code::unverified, portion.leaf(position), id, rule,
         fmt::format("entry {}: {}", portion.leaf(position).value, message)});
  }

  static std::optional<RecordId> id_in(const Judged& judged) {
    if (judged.verified) return judged.verified->id();
    if (judged.unverified) return judged.unverified->id;
    return std::nullopt;
  }

  void replay(LeafIndex index, Judged& judged, const Digest& leaf_hash) {
    const auto id = id_in(judged);
    if (judged.error) {
      const bool is_signature = judged.error->code == Code::unverified;
      find(*judged.error, index, is_signature ? "signature" : "entry", {}, id);
    }
    if (!id || !judged.time) return graph_.add_unreadable(leaf_hash);
    if (*judged.time < time_) {
      find(Error{Code::unverified, fmt::format("its ledger time {} is before {}",
                                               print_time(*judged.time), print_time(time_))},
           index, "ledger-time", {}, id);
    }
    time_ = std::max(time_, *judged.time);
    if (const auto first = graph_.find(*id)) {
      find(Error{Code::conflict, fmt::format("the same record is entry {}", first->index)}, index,
           "duplicate", {}, id);
    } else if (judged.verified && law_) {
      const auto admitted = law_(graph_, {*judged.verified, index.value, *judged.time});
      if (!admitted) find(admitted.error(), index, admitted.error().rule, {}, id);
    }
    if (judged.verified) {
      report_.signatures += judged.verified->signers().size();
      judged.unverified = {*id, 0, {}, judged.verified->record(), judged.verified->signers()};
    }
    Logged logged = *std::move(judged.unverified);
    logged.index = index.value;
    logged.time = *judged.time;
    ++report_.entries_by_kind[static_cast<std::size_t>(logged.record.kind())];
    graph_.add(std::move(logged), leaf_hash);
  }

  /// Adds a leaf, and compares each tile above level 0 as it fills.
  void append(const Digest& leaf_hash) {
    std::uint64_t index = tree_.size().value;
    tree_.append(leaf_hash);
    Digest hash = leaf_hash;
    for (unsigned level = 0;; ++level, index /= tile_width) {
      if (edge_.size() <= level) edge_.emplace_back();
      edge_[level].push_back(hash);
      if (edge_[level].size() < tile_width) return;
      hash = root_of_hashes(edge_[level]);
      if (level > 0) compare({level, index / tile_width}, edge_[level]);
      edge_[level].clear();
    }
  }

  void compare(const TileId& id, const std::vector<Digest>& hashes) {
    const std::uint64_t covered = std::uint64_t{1} << (tile_height * id.level);
    const std::uint64_t first = id.index * tile_width * covered;
    const auto tile = reader_.tile(id);
    const auto found = tile ? decode_tile(*tile, id.width) : std::unexpected(tile.error());
    if (!found) return find(found.error(), LeafIndex{first}, "tile", print_path(id));
    for (std::size_t i = 0; i < hashes.size(); ++i) {
      if (hashes[i] == (*found)[i]) continue;
      find(Error{Code::unverified, fmt::format("its hash {} is not that of what lies below", i)},
           LeafIndex{first + i * covered}, "tile-hash", print_path(id));
    }
  }

  /// The tiles that are not full, and the root.
  void finish() {
    for (unsigned level = 1; level < edge_.size(); ++level) {
      const auto width = static_cast<unsigned>(edge_[level].size());
      if (width == 0) continue;
      compare({level, hash_count(level, report_.size) / tile_width, width}, edge_[level]);
    }
    if (tree_.root() == report_.root) return;
    find(Error{Code::unverified,
               fmt::format("the entries have root {}, the checkpoint says {}",
                           to_base64(tree_.root().view()), to_base64(report_.root.view()))},
         {}, "root");
  }

  void find(const Error& error, std::optional<LeafIndex> index, std::string rule,
            std::string_view where = {}, std::optional<RecordId> id = {}) {
    std::string place(where);
    if (place.empty() && index) place = fmt::format("entry {}", index->value);
    if (!place.empty()) place += ": ";
    add({error.code, index, id, std::move(rule), place + error.message});
  }

  void add(Finding finding) {
    if (report_.findings.size() >= options_.findings_max) {
      report_.is_cut = true;
      return;
    }
    report_.findings.push_back(std::move(finding));
  }

  const Reader& reader_;
  const NoteVerifier& log_;
  const Law& law_;
  const AuditOptions& options_;
  AuditReport report_;
  MemoryGraph graph_;
  Tree tree_;
  std::vector<std::vector<Digest>> edge_;
  Time time_;
};

}  // namespace

AuditReport audit(const Reader& reader, const NoteVerifier& log, const Law& law,
                  const AuditOptions& options) {
  return Audit(reader, log, law, options).run();
}

}  // namespace usufruct
