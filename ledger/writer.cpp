#include "ledger/writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/check.h"
#include "ledger/entry.h"
#include "ledger/log_statement.h"
#include "ledger/snapshot.h"
#include "ledger/store/layout.h"

namespace usufruct {
namespace {

constexpr std::string_view untrusted_hint =
    "nothing was changed: keep a copy of the store and audit an exported log before going on";

std::unexpected<Error> untrusted(std::string message) {
  return unverified(std::move(message), std::string(untrusted_hint));
}

Bytes format_of(std::string_view origin) {
  return to_bytes(std::string(layout::format_name) + std::string(origin));
}

std::unexpected<Error> unknown_outcome(const Error& error) {
  return unavailable("the log could not write: " + error.message,
                     "the record may be there or not: open the log again and submit it once more");
}

}  // namespace

Writer::Writer(Store& store, LogKey key, Law law, const Clock& clock, HeadGuard* guard,
               Cosigner* cosigner)
    : store_(store),
      key_(std::move(key)),
      law_(std::move(law)),
      clock_(clock),
      guard_(guard),
      cosigner_(cosigner) {}

std::vector<NoteVerifier> Writer::verifiers() const {
  std::vector<NoteVerifier> verifiers;
  const auto add = [&](const VerifyKey& key) {
    verifiers.push_back({key_.origin, key_id_of(key_.origin, NoteKeyType::ed25519, key),
                         NoteKeyType::ed25519, key});
  };
  add(key_.key.verify_key());
  if (key_.former) add(key_.former->verify_key());
  return verifiers;
}

/// By every key the log has today.
Result<SignedCheckpoint> Writer::sign(const Checkpoint& checkpoint) const {
  auto made = TRY(sign_checkpoint(checkpoint, key_.key));
  if (key_.former) {
    made.note += print_note_signature(
        TRY(sign_note(print_checkpoint(checkpoint), checkpoint.origin, *key_.former)));
  }
  return made;
}

/// A checkpoint that one of the log's keys signed.
Result<SignedCheckpoint> Writer::open_own(std::string_view note) const {
  const auto known = verifiers();
  auto opened = open_checkpoint(note, known.front());
  if (opened || known.size() == 1) return opened;
  auto by_former = open_checkpoint(note, known.back());
  return by_former ? by_former : opened;
}

/// After a change of key: the head under the keys of today, so that both kinds of readers find
/// theirs.
Result<void> Writer::sign_again() {
  auto signed_today = TRY(sign(head_.checkpoint.checkpoint));
  if (signed_today.note == head_.checkpoint.note) return {};
  head_.checkpoint = std::move(signed_today);
  Batch batch;
  put_head(head_, batch);
  CHECK_OK(store_.commit(batch));
  return guard(head_.checkpoint);
}

Result<Writer> Writer::open(Store& store, LogKey key, Law law, const Clock& clock, HeadGuard* guard,
                            Cosigner* cosigner) {
  if (!is_note_name(key.origin)) {
    return malformed(fmt::format("'{}' cannot be the origin of a log", key.origin),
                     "use a name like trust.example/log: no spaces, no '+'");
  }
  Writer writer(store, std::move(key), std::move(law), clock, guard, cosigner);
  const auto head = TRY(load_head(store));
  const auto format = TRY(store.get(layout::format_key));
  if (head.has_value() != format.has_value()) {
    return untrusted(head ? "the store does not say which log it holds"
                          : "the store has lost its head");
  }
  if (!head) {
    CHECK_OK(writer.begin());
  } else if (*format != format_of(writer.key_.origin)) {
    return conflict(fmt::format("the store holds another log than '{}'", writer.key_.origin));
  } else {
    CHECK_OK_IN("opening the log", writer.resume(*head));
  }
  CHECK_OK_IN("opening the log", writer.check_guard());
  CHECK_OK_IN("opening the log", writer.sign_again());
  CHECK_OK_IN("opening the log", writer.find_published());
  return writer;
}

Result<void> Writer::load(TreeSize size, Time time) {
  admission_ = TRY(Admission::open(store_, size, time));
  if (TRY(StoredEntries::is_more_than(store_, size))) {
    return untrusted(
        size.value == 0
            ? "the store has lost its head"
            : fmt::format("the store holds more than the {} entries of its head", size.value));
  }
  return {};
}

Result<void> Writer::begin() {
  CHECK_OK(load({}, {}));
  head_ = {{}, TRY(sign({key_.origin, {}, root_of_empty(), {}}))};
  Batch batch;
  batch.put(std::string(layout::format_key), format_of(key_.origin));
  put_head(head_, batch);
  return store_.commit(batch);
}

Result<void> Writer::resume(const Head& head) {
  head_ = head;
  head_.checkpoint = TRY(open_own(head.checkpoint.note));
  const auto& [origin, size, root, extensions] = head_.checkpoint.checkpoint;
  if (TRY(store_.get(layout::rebuilding_key))) {
    return conflict("the views of the log are not whole: making them again was cut short",
                    "run usufruct log rebuild");
  }
  if (const auto closing = TRY(store_.get(layout::closing_key))) closing_ = as_text(*closing);
  CHECK_OK(load(size, head.time));
  if (admission_->tree().tree().root() != root) {
    return untrusted(fmt::format("the {} entries in the store do not have the root that was signed",
                                 size.value));
  }
  if (size.value == 0) return {};
  const Bytes last = TRY(StoredEntries::entry(store_, {size.value - 1}));
  if (TRY(decode_entry(last)).time != head.time) {
    return untrusted(fmt::format("entry {} has not the ledger time of the head", size.value - 1));
  }
  return {};
}

Result<void> Writer::check_guard() {
  if (guard_ == nullptr) return {};
  guarded_ = TRY(guard_->load());
  const TreeSize size = head_.checkpoint.checkpoint.size;
  if (!guarded_) {
    if (size.value > 0) {
      return untrusted("the guard of the last signed checkpoint is gone");
    }
    return guard(head_.checkpoint);
  }
  const auto last = TRY_IN("guard", open_own(*guarded_)).checkpoint;
  if (last.size > size) {
    return untrusted(fmt::format("the store ends at entry {}, but a checkpoint of {} was signed",
                                 size.value, last.size.value));
  }
  if (TRY(root_of(admission_->tree(), last.size)) != last.root) {
    return untrusted(fmt::format("the store disagrees with the checkpoint of {} that was signed",
                                 last.size.value));
  }
  if (last.size < size) return guard(head_.checkpoint);
  return {};
}

Result<void> Writer::guard(const SignedCheckpoint& checkpoint) {
  if (guard_ == nullptr) return {};
  CHECK_OK(guard_->replace(guarded_, checkpoint.note));
  guarded_ = checkpoint.note;
  return {};
}

/// What others may be shown of a log that was just opened.
Result<void> Writer::find_published() {
  if (const auto kept = TRY(store_.get(layout::published_key))) kept_published_ = as_text(*kept);
  const StoredTree& tree = admission_->tree();
  const StoredEntries& entries = admission_->entries();
  if (cosigner_ == nullptr) return show(head_.checkpoint, tree, entries);
  if (cosigner_->is_cosigned(kept_published_)) {
    auto kept = open_own(kept_published_);
    if (kept && kept->checkpoint == head_.checkpoint.checkpoint) {
      return show(*std::move(kept), tree, entries);
    }
  }
  if (publish()) return {};
  // The witnesses are away: what was published before holds until they come back. A log that never
  // published anything shows that it is empty.
  if (kept_published_.empty()) {
    return show(TRY(sign({key_.origin, {}, root_of_empty(), {}})), tree, entries);
  }
  auto kept = TRY_IN("published checkpoint in the store", open_own(kept_published_));
  const TreeSize size = kept.checkpoint.size;
  if (size > tree.size() || TRY(root_of(tree, size)) != kept.checkpoint.root) {
    return untrusted(fmt::format("the store disagrees with the checkpoint of {} that was published",
                                 size.value));
  }
  return show(std::move(kept), tree, entries);
}

/// Makes a checkpoint what the log shows from now on. Tree and entries are of the head.
Result<void> Writer::show(SignedCheckpoint published, const StoredTree& tree,
                          const StoredEntries& entries) {
  const TreeSize size = published.checkpoint.size;
  if (size == tree.size()) {
    snapshot_ = std::make_shared<Snapshot>(store_, published.note, tree, entries);
  } else {
    snapshot_ =
        std::make_shared<Snapshot>(store_, published.note, TRY(StoredTree::open(store_, size)),
                                   TRY(StoredEntries::open(store_, size)));
  }
  published_ = std::move(published);
  return {};
}

Result<void> Writer::publish() { return publish(admission_->tree(), admission_->entries()); }

Result<void> Writer::publish(const StoredTree& tree, const StoredEntries& entries) {
  if (failed_) return std::unexpected(*failed_);
  if (snapshot_ && is_published()) return {};
  if (cosigner_ == nullptr) return show(head_.checkpoint, tree, entries);
  const TreeSize to = head_.checkpoint.checkpoint.size;
  const auto prove = [&](TreeSize from) { return prove_consistency(tree, {from, to}); };
  const std::string note = TRY_IN("witnesses", cosigner_->cosign(head_.checkpoint, prove));
  auto cosigned = TRY_IN("witnesses", open_own(note));
  if (cosigned.checkpoint != head_.checkpoint.checkpoint) {
    return unverified("witnesses: the checkpoint came back as another one");
  }
  return show(std::move(cosigned), tree, entries);
}

Result<std::string> Writer::close(const std::optional<NoteVerifier>& successor) {
  if (failed_) return std::unexpected(*failed_);
  if (closing_) return conflict("the log is closed already");
  if (!is_published()) {
    return conflict("not all of the log is published yet", "close it when its witnesses answer");
  }
  const Checkpoint& last = head_.checkpoint.checkpoint;
  const std::string note =
      TRY(sign_closing({key_.origin, last.size, last.root, successor}, key_.key));
  Batch batch;
  batch.put(std::string(layout::closing_key), to_bytes(note));
  keep_published(batch);
  CHECK_OK(store_.commit(batch));
  closing_ = note;
  return note;
}

void Writer::keep_published(Batch& batch) const {
  if (cosigner_ == nullptr) {
    if (!kept_published_.empty()) batch.erase(std::string(layout::published_key));
  } else if (kept_published_ != published_.note) {
    put_published(published_, batch);
  }
}

Result<void> Writer::keep_published() {
  if (failed_) return std::unexpected(*failed_);
  Batch batch;
  keep_published(batch);
  if (batch.size() == 0) return {};
  CHECK_OK(store_.commit(batch));
  kept_published_ = cosigner_ == nullptr ? "" : published_.note;
  return {};
}

/// What is about to be written is read and hashed once more, from the very bytes: a bit that
/// flipped since a record was hashed stops the log before it signs.
Result<void> Writer::check_batch(const Draft& draft) const {
  const StoredTree& tree = *draft.tree;
  std::vector<Digest> hashes;
  for (const auto& [key, value] : draft.batch.changes()) {
    if (!value) continue;
    if (key.starts_with('E')) {
      const std::uint64_t index =
          read_u64(as_view(key).subspan(1)) + static_cast<std::uint8_t>(key[9]);
      const std::uint64_t tile = index / tile_width;
      const auto due = TRY(tree.tile({0, tile, width_of(0, tile, tree.size())}));
      const auto content = read_bundle(*value);
      hashes.resize(content.entries.size());
      hash_leaves(content.entries, hashes);
      for (std::size_t i = 0; i < hashes.size(); ++i) {
        const std::size_t place = index % tile_width + i;
        if (place >= due.size() || hashes[i] != due[place]) {
          return untrusted(
              fmt::format("entry {} changed in memory before it was written", index + i));
        }
      }
    } else if (key.starts_with('T')) {
      const auto level = static_cast<unsigned>(static_cast<std::uint8_t>(key[1]));
      const std::uint64_t index = read_u64(as_view(key).subspan(2));
      const auto row = TRY(decode_tile(*value, tile_width));
      if (root_of_hashes(row) != TRY(tree.subtree(tile_height * (level + 1), index))) {
        return untrusted(fmt::format("{} changed in memory before it was written",
                                     print_path(TileId{level, index})));
      }
    }
  }
  return {};
}

/// What is signed is proven to extend what was signed before, as the store has it and not as we
/// remember it.
Result<void> Writer::check_growth(const Checkpoint& after, const Round& round) const {
  const auto stored = TRY(load_head(store_));
  if (!stored || stored->checkpoint.note != head_.checkpoint.note) {
    return untrusted("the head in the store is not the one this log wrote");
  }
  const Checkpoint& before = stored->checkpoint.checkpoint;
  const Growth growth{before.size, after.size};
  return verify_consistency(growth, {before.root, after.root},
                            TRY(prove_consistency(round.levels, growth)));
}

/// Signs the round and makes it durable.
Result<void> Writer::commit(Draft& draft) {
  CHECK_OK(check_batch(draft));
  const StoredTree& tree = *draft.tree;
  const Checkpoint after{key_.origin, tree.size(), tree.tree().root(), {}};
  CHECK_OK(check_growth(after, *draft.round));
  Head head{draft.time, TRY(sign(after))};
  put_head(head, draft.batch);
  keep_published(draft.batch);
  CHECK_OK(store_.commit(draft.batch));
  CHECK_OK(guard(head.checkpoint));
  kept_published_ = cosigner_ == nullptr ? "" : published_.note;
  head_ = std::move(head);
  return {};
}

Result<void> Writer::prove_old(Placement& placement, const StoredTree& tree) const {
  const TreeSize size = published_.checkpoint.size;
  const Bytes entry = TRY(StoredEntries::entry(store_, placement.index));
  placement.time = TRY(decode_entry(entry)).time;
  placement.proof = TRY(prove_inclusion(tree, placement.index, size));
  // Entry and tiles were read again: a bit that flipped on the way goes into no receipt.
  return verify_inclusion(placement.index, size, hash_leaf(entry), *placement.proof,
                          published_.checkpoint.root);
}

/// Gives the placement of an admitted record its checkpoint and, if need be, its proof.
void Writer::complete(Result<Placement>& answer, const Draft& draft) const {
  const TreeSize size = published_.checkpoint.size;
  if (answer->index.value >= size.value) {
    answer = unavailable(
        fmt::format("entry {} is in the log, but its witnesses do not answer", answer->index.value),
        "submit the same record again later: its receipt comes when they have cosigned");
    return;
  }
  const Round& round = *draft.round;
  answer->round = draft.round;
  if (round.levels.covers(answer->index) && size == round.checkpoint.checkpoint.size) return;
  if (auto proven = prove_old(*answer, *draft.tree); !proven) {
    answer = std::unexpected(std::move(proven).error());
  }
}

Draft Writer::admit(std::vector<Verified> records) {
  std::optional<Error> closed;
  if (closing_) {
    closed = Error{Code::conflict, "the log was closed",
                   "submit it to the log that follows: usufruct log statements names it"};
  }
  return admission_->admit(std::move(records), law_, clock_.now(), closed);
}

std::vector<Result<Placement>> Writer::seal(Draft& draft) {
  auto& answers = draft.answers;
  if (failed_) {
    answers.assign(answers.size(),
                   unavailable("the log stopped writing: " + failed_->message, "open it again"));
    return std::move(answers);
  }
  if (draft.failed) {
    failed_ = draft.failed;
  } else if (draft.is_growth()) {
    if (auto written = commit(draft); !written) failed_ = std::move(written).error();
  }
  // Not met, it is asked again later: what waits for it is answered so.
  if (!failed_) (void)publish(*draft.tree, *draft.entries);
  draft.round->checkpoint = published_;
  for (auto& answer : answers) {
    if (failed_) {
      // A refusal too may rest on what the store failed to say.
      answer = unknown_outcome(*failed_);
    } else if (answer) {
      complete(answer, draft);
    }
  }
  return std::move(answers);
}

std::vector<Result<Placement>> Writer::write(std::span<const Verified> records) {
  return write(std::vector<Verified>(records.begin(), records.end()));
}

std::vector<Result<Placement>> Writer::write(std::vector<Verified> records) {
  Draft draft = admit(std::move(records));
  close_round(draft);
  auto answers = seal(draft);
  settle(draft);
  return answers;
}

}  // namespace usufruct
