#include "ledger/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <thread>

#include "ledger/audit_fork.h"
#include "ledger/audit_records.h"
#include "ledger/audit_tiles.h"
#include "ledger/audit_views.h"
#include "ledger/bundle_check.h"
#include "ledger/view/memory_graph.h"
#include "ledger/work_ahead.h"

namespace usufruct {
namespace {

constexpr std::size_t portions_ahead_per_thread = 16;
constexpr std::size_t portions_ahead_min = 32;

std::uint64_t portions_of(TreeSize size) {
  return size.value / tile_width + (size.value % tile_width != 0 ? 1 : 0);
}

class Audit {
 public:
  Audit(const Reader& reader, const NoteVerifier& log, const Law& law, const AuditOptions& options)
      : reader_(reader), log_(log), law_(law), options_(options) {}

  AuditReport run() {
    const auto start = std::chrono::steady_clock::now();
    report_.depth = options_.depth;
    if (open()) replay_all();
    report_.graph_bytes = graph_ ? graph_->size_bytes() : 0;
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  /// False when there is no checkpoint to judge by.
  bool open() {
    const auto note = reader_.checkpoint();
    if (!note) return find(note.error(), {}, "checkpoint"), false;
    shown_.note = *note;
    auto opened = open_checkpoint(*note, log_);
    if (!opened) return find(opened.error(), {}, "checkpoint"), false;
    shown_ = *std::move(opened);
    report_.origin = shown_.checkpoint.origin;
    report_.size = shown_.checkpoint.size;
    report_.root = shown_.checkpoint.root;
    report_.trusted = std::min(options_.trusted, report_.size);
    return true;
  }

  void replay_all() {
    again_.emplace(reader_, report_.size);
    graph_.emplace(
        [this](LeafIndex index, const Digest& leaf) { return again_->read(index, leaf); },
        report_.root);
    against_ = options_.against;
    std::ranges::sort(against_, {}, [](const auto& it) { return it.checkpoint.size; });
    replay();
    if (!report_.is_cut) finish();
    if (!report_.is_cut && options_.view != nullptr) compare_view();
  }

  void replay() {
    const AuditScope scope{report_.size, report_.trusted, options_.depth};
    const std::size_t cores = std::max(1U, std::thread::hardware_concurrency());
    const std::size_t threads = options_.threads == 0 ? cores : options_.threads;
    WorkAhead<AuditPortion> ahead(
        {.threads = threads,
         .items_max = std::max(portions_ahead_min, threads * portions_ahead_per_thread)},
        [&](std::uint64_t at) { return judge_portion(reader_, at, scope, known_); },
        [](const AuditPortion& portion) { return size_of(portion); });
    ahead.run(portions_of(report_.size), [&](AuditPortion& portion) {
      portion_ = &portion;
      settle(portion);
      portion_ = nullptr;
      if (options_.progress) {
        options_.progress({portion.leaf(portion.id.width).value}, report_.size);
      }
      return !report_.is_cut;
    });
  }

  /// Which leaf hashes to go on with, what is odd about the bundle, and then each entry in its
  /// place.
  void settle(AuditPortion& portion) {
    if (portion.tile_error) {
      find(*portion.tile_error, portion.leaf(0), "tile", print_path(portion.tile()));
    }
    if (portion.bundle_error) {
      find(*portion.bundle_error, portion.leaf(portion.hashes.size()), "bundle",
           print_path(portion.id));
    }
    const std::vector<Digest> due = choose(portion);
    BundleCheck check;
    if (due != portion.hashes) {
      check = check_bundle(portion.hashes, due);
      for (const auto& [position, rule] : check.oddities) report_oddity(portion, position, rule);
    }
    compare_along(portion, due);
    if (due.size() == tile_width) {
      tiles_.append_full(portion.root ? *portion.root : root_of_hashes(due));
    } else {
      tiles_.append_last(due);
    }
    if (options_.depth == AuditDepth::hashes) return;
    for (auto& judged : portion.found) {
      if (judged.verified) graph_->prefetch(judged.verified->id(), judged.verified->record());
    }
    for (std::size_t i = 0; i < due.size() && !report_.is_cut; ++i) {
      const auto at = check.entry_of.empty() ? std::optional(i) : check.entry_of[i];
      if (!graph_->has_room(0)) return find_no_room(portion.leaf(i));
      if (!at) {
        graph_->add_unreadable(due[i]);
        continue;
      }
      entry_ = portion.found[*at].bytes;
      const bool is_changed = portion.hashes[*at] != due[i];
      replay(portion.leaf(i), portion.found[*at], due[i], is_changed);
      entry_ = {};
    }
  }

  /// The leaf hashes the log committed to. When tile and entries disagree, what stands above
  /// decides: the next level for a full tile, the checkpoint for the last one.
  std::vector<Digest> choose(const AuditPortion& portion) {
    const auto& hashes = portion.hashes;
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
           portion.leaf(static_cast<std::size_t>(first)), "tile-hash", print_path(portion.tile()));
      return hashes;
    }
    return portion.due;
  }

  bool fits(const AuditPortion& portion, const std::vector<Digest>& hashes) const {
    if (portion.id.width < tile_width) {
      Tree tree = tiles_.tree();
      for (const auto& hash : hashes) tree.append(hash);
      return tree.root() == report_.root;
    }
    const std::uint64_t above = portion.id.index / tile_width;
    const unsigned width = width_of(1, above, report_.size);
    const auto tile = reader_.tile({1, above, width});
    const auto parents = tile ? decode_tile(*tile, width) : std::unexpected(tile.error());
    return parents && (*parents)[portion.id.index % tile_width] == root_of_hashes(hashes);
  }

  void report_oddity(const AuditPortion& portion, unsigned position, const std::string& rule) {
    std::optional<RecordId> id;
    if (position < portion.found.size()) {
      id = portion.found[position].id();
      entry_ = portion.found[position].bytes;
    }
    std::string message;
    if (rule == "entry-changed") message = "it does not hash to its leaf";
    if (rule == "entry-missing") message = "nothing in its bundle hashes to its leaf";
    if (rule == "entry-inserted") message = "it is no leaf of the log";
    if (rule == "entry-order") message = "it stands after entries that come later";
    add({Code::unverified, portion.leaf(position), id, rule,
         fmt::format("entry {}: {}", portion.leaf(position).value, message)});
    entry_ = {};
  }

  /// Checkpoints of other places whose last entry is in this portion.
  void compare_along(const AuditPortion& portion, const std::vector<Digest>& due) {
    const std::uint64_t first = portion.leaf(0).value;
    for (; next_against_ < against_.size(); ++next_against_) {
      const auto& elsewhere = against_[next_against_];
      const std::uint64_t size = elsewhere.checkpoint.size.value;
      if (size > first + due.size()) return;
      Tree tree = tiles_.tree();
      for (std::size_t i = 0; first + i < size; ++i) tree.append(due[i]);
      compare(elsewhere, tree.root());
    }
  }

  void compare(const SignedCheckpoint& elsewhere, const Digest& root) {
    if (elsewhere.checkpoint.root == root) {
      ++report_.compared;
      return;
    }
    const Fork fork = show_fork(reader_, shown_, elsewhere);
    const bool is_same_size = elsewhere.checkpoint.size == report_.size;
    add({Code::unverified, std::nullopt, std::nullopt, "fork",
         is_same_size
             ? fmt::format("the log signed two checkpoints of size {} with different roots",
                           report_.size.value)
             : fmt::format("the log signed a checkpoint of size {} that is on another history than "
                           "this one of size {}",
                           elsewhere.checkpoint.size.value, report_.size.value)},
        {{"checkpoint-elsewhere", to_bytes(elsewhere.note)},
         {"proof", to_bytes(print_proof_request(fork))}});
  }

  void replay(LeafIndex index, JudgedEntry& judged, const Digest& leaf_hash, bool is_changed) {
    const auto id = judged.id();
    if (judged.error) {
      const bool is_signature = judged.error->code == Code::unverified;
      find(*judged.error, index, is_signature ? "signature" : "entry", {}, id);
    }
    if (!id || !judged.time) return graph_->add_unreadable(leaf_hash);
    if (*judged.time < time_) {
      find(Error{Code::unverified, fmt::format("its ledger time {} is before {}",
                                               print_time(*judged.time), print_time(time_))},
           index, "ledger-time", {}, id);
    }
    time_ = std::max(time_, *judged.time);
    if (const auto first = graph_->index_of(*id)) {
      find(Error{Code::conflict, fmt::format("the same record is entry {}", first->value)}, index,
           "duplicate", {}, id);
    } else if (judged.verified && law_) {
      judge_by_law(index, judged);
    }
    Logged logged = take_logged(judged);
    logged.index = index.value;
    logged.time = *judged.time;
    ++report_.entries_by_kind[static_cast<std::size_t>(logged.record.kind())];
    if (!graph_->has_room(logged.record.refs.size())) return find_no_room(index);
    graph_->add(std::move(logged), leaf_hash,
                is_changed ? MemoryGraph::Keep::always : MemoryGraph::Keep::while_used);
  }

  Logged take_logged(JudgedEntry& judged) {
    if (!judged.verified) return *std::move(judged.unverified);
    report_.signatures += judged.verified->signers().size();
    const RecordId id = judged.verified->id();
    auto [record, signers] = std::move(*judged.verified).take();
    return {id, 0, {}, std::move(record), std::move(signers)};
  }

  void judge_by_law(LeafIndex index, const JudgedEntry& judged) {
    const RecordId& id = judged.verified->id();
    try {
      const auto admitted = law_(*graph_, {*judged.verified, index.value, *judged.time});
      // What the law was told of records that could not be read again is no verdict.
      const auto health = graph_->health();
      if (!health && !is_unhealthy_) {
        is_unhealthy_ = true;
        find(health.error(), index, "bundle", {}, id);
      }
      if (!admitted) find(admitted.error(), index, admitted.error().rule, {}, id);
    } catch (const std::exception& error) {
      // A record that breaks the law's code must not hide what comes after it.
      find(Error{Code::unverified, fmt::format("the law failed: {}", error.what())}, index,
           "law-failed", {}, id);
    }
  }

  /// The tiles that are not full, the root, and checkpoints of larger logs.
  void finish() {
    tiles_.finish();
    const Digest root = tiles_.tree().root();
    if (root != report_.root) {
      find(Error{Code::unverified,
                 fmt::format("the entries have root {}, the checkpoint says {}",
                             to_base64(root.view()), to_base64(report_.root.view()))},
           {}, "root");
    }
    for (; next_against_ < against_.size(); ++next_against_) {
      const auto& elsewhere = against_[next_against_];
      if (elsewhere.checkpoint.size == report_.size) {
        compare(elsewhere, root);  // the log is empty: there was no portion to compare along
        continue;
      }
      add({Code::unverified, LeafIndex{report_.size.value}, std::nullopt, "rolled-back",
           fmt::format("the log signed a checkpoint of size {}, and here are only {} entries",
                       elsewhere.checkpoint.size.value, report_.size.value)},
          {{"checkpoint-elsewhere", to_bytes(elsewhere.note)}});
    }
    if (options_.trusted > report_.size) {
      add({Code::unverified, LeafIndex{report_.size.value}, std::nullopt, "rolled-back",
           fmt::format("{} entries were audited before, and here are only {}",
                       options_.trusted.value, report_.size.value)});
    }
  }

  void compare_view() {
    compare_graphs(*options_.view, *graph_, [this](const ViewDifference& difference) {
      add({Code::unverified, difference.index, difference.id, difference.rule, difference.message});
      return !report_.is_cut;
    });
  }

  void find_no_room(LeafIndex index) {
    find(Error{Code::unavailable, "the log is too large to be audited in memory",
               "check its hashes alone"},
         index, "too-large");
    report_.is_cut = true;
  }

  void find(const Error& error, std::optional<LeafIndex> index, std::string rule,
            std::string_view where = {}, std::optional<RecordId> id = {}) {
    std::string place(where);
    if (place.empty() && index) place = fmt::format("entry {}", index->value);
    if (!place.empty()) place += ": ";
    add({error.code, index, id, std::move(rule), place + error.message});
  }

  void find_tile(const TileId& id, LeafIndex first, std::string rule, const Error& error,
                 View bytes) {
    add({error.code, first, std::nullopt, std::move(rule),
         fmt::format("{}: {}", print_path(id), error.message)},
        {{"tile", to_bytes(bytes)}});
  }

  void add(Finding finding, std::vector<EvidenceFile> evidence = {}) {
    if (report_.findings.size() >= options_.findings_max) {
      report_.is_cut = true;
      return;
    }
    if (options_.evidence) {
      add_evidence(evidence);
      options_.evidence(finding, evidence);
    }
    report_.findings.push_back(std::move(finding));
  }

  void add_evidence(std::vector<EvidenceFile>& evidence) const {
    evidence.push_back({"checkpoint", to_bytes(shown_.note)});
    if (!entry_.empty()) evidence.push_back({"entry", to_bytes(entry_)});
    if (portion_ == nullptr) return;
    const auto tile = std::ranges::find(evidence, "tile", &EvidenceFile::name);
    if (tile == evidence.end() && !portion_->due.empty()) {
      evidence.push_back({"tile", encode_tile(portion_->due)});
    }
    if (!portion_->bundle.empty()) evidence.push_back({"bundle", portion_->bundle});
  }

  const Reader& reader_;
  const NoteVerifier& log_;
  const Law& law_;
  const AuditOptions& options_;
  AuditReport report_;
  SignedCheckpoint shown_;
  BatchSignatures known_;
  std::vector<SignedCheckpoint> against_;  ///< ascending by size
  std::size_t next_against_ = 0;
  std::optional<RecordsAgain> again_;
  std::optional<MemoryGraph> graph_;
  AuditTiles tiles_{reader_,
                    [this](const TileId& id, LeafIndex first, std::string rule, const Error& error,
                           View bytes) { find_tile(id, first, std::move(rule), error, bytes); }};
  Time time_{0};
  bool is_unhealthy_ = false;
  const AuditPortion* portion_ = nullptr;  ///< being settled: what evidence is taken from
  View entry_;                             ///< the same, of one entry
};

}  // namespace

AuditReport audit(const Reader& reader, const NoteVerifier& log, const Law& law,
                  const AuditOptions& options) {
  return Audit(reader, log, law, options).run();
}

}  // namespace usufruct
