#include "ledger/writer.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/check.h"
#include "ledger/entry.h"
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

Writer::Writer(Store& store, LogKey key, Law law, const Clock& clock, HeadGuard* guard)
    : store_(store), key_(std::move(key)), law_(std::move(law)), clock_(clock), guard_(guard) {}

NoteVerifier Writer::verifier() const {
  const VerifyKey& key = key_.key.verify_key();
  return {key_.origin, key_id_of(key_.origin, NoteKeyType::ed25519, key), NoteKeyType::ed25519,
          key};
}

Result<Writer> Writer::open(Store& store, LogKey key, Law law, const Clock& clock,
                            HeadGuard* guard) {
  if (!is_note_name(key.origin)) {
    return malformed(fmt::format("'{}' cannot be the origin of a log", key.origin),
                     "use a name like trust.example/log: no spaces, no '+'");
  }
  Writer writer(store, std::move(key), std::move(law), clock, guard);
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
  return writer;
}

Result<void> Writer::begin() {
  if (TRY(store_.get(layout::entry_key({0})))) return untrusted("the store has lost its head");
  head_ = {{}, TRY(sign_checkpoint({key_.origin, {}, root_of_empty(), {}}, key_.key))};
  graph_ = std::make_unique<StoreGraph>(store_, TRY(StoredTree::open(store_, {})));
  Batch batch;
  batch.put(std::string(layout::format_key), format_of(key_.origin));
  put_head(head_, batch);
  return store_.commit(batch);
}

Result<void> Writer::resume(const Head& head) {
  head_ = head;
  head_.checkpoint = TRY(open_checkpoint(head.checkpoint.note, verifier()));
  const auto& [origin, size, root, extensions] = head_.checkpoint.checkpoint;
  graph_ = std::make_unique<StoreGraph>(store_, TRY(StoredTree::open(store_, size)));
  if (graph_->tree().tree().root() != root) {
    return untrusted(fmt::format("the {} entries in the store do not have the root that was signed",
                                 size.value));
  }
  if (TRY(store_.get(layout::entry_key({size.value})))) {
    return untrusted(
        fmt::format("the store holds more than the {} entries of its head", size.value));
  }
  if (size.value == 0) return {};
  const auto last = TRY(store_.get(layout::entry_key({size.value - 1})));
  if (!last || TRY(decode_entry(*last)).time != head.time) {
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
  const auto last = TRY_IN("guard", open_checkpoint(*guarded_, verifier())).checkpoint;
  if (last.size > size) {
    return untrusted(fmt::format("the store ends at entry {}, but a checkpoint of {} was signed",
                                 size.value, last.size.value));
  }
  if (TRY(root_of(graph_->tree(), last.size)) != last.root) {
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

Result<Placement> Writer::admit(const Verified& record, Time time, Round& round, Batch& batch) {
  if (const auto index = graph_->index_of(record.id())) return Placement{*index, time, {}, {}};
  const LeafIndex index{graph_->size()};
  CHECK_OK(law_(*graph_, {record, index.value, time}));
  Bytes entry = encode_entry(time, record.envelope());
  const Digest leaf_hash = hash_leaf(entry);
  batch.put(layout::entry_key(index), std::move(entry));
  round.levels.append(leaf_hash);
  graph_->add({record.id(), index.value, time, record.record(), record.signers()}, leaf_hash,
              batch);
  return Placement{index, time, {}, {}};
}

/// Signs the round and makes it durable.
Result<void> Writer::seal(Time time, Round& round, Batch& batch) {
  CHECK_OK(graph_->health());
  // What is signed is proven to extend what was signed before, as the store has it and not as we
  // remember it: a flipped bit in either stops the log here.
  const auto stored = TRY(load_head(store_));
  if (!stored || stored->checkpoint.note != head_.checkpoint.note) {
    return untrusted("the head in the store is not the one this log wrote");
  }
  const Checkpoint& before = stored->checkpoint.checkpoint;
  const Checkpoint after{key_.origin, graph_->tree().size(), graph_->tree().tree().root(), {}};
  const Growth growth{before.size, after.size};
  CHECK_OK(verify_consistency(growth, {before.root, after.root},
                              TRY(prove_consistency(round.levels, growth))));
  Head head{time, TRY(sign_checkpoint(after, key_.key))};
  put_head(head, batch);
  CHECK_OK(store_.commit(batch));
  CHECK_OK(guard(head.checkpoint));
  graph_->settle();
  head_ = std::move(head);
  return {};
}

Result<void> Writer::prove_old(Placement& placement,
                               const std::shared_ptr<const Round>& round) const {
  const auto entry = TRY(store_.get(layout::entry_key(placement.index)));
  if (!entry) {
    return unverified(fmt::format("entry {} is missing from the store", placement.index.value));
  }
  placement.time = TRY(decode_entry(*entry)).time;
  placement.proof =
      TRY(prove_inclusion(graph_->tree(), placement.index, round->checkpoint.checkpoint.size));
  return {};
}

std::vector<Result<Placement>> Writer::write(std::span<const Verified> records) {
  std::vector<Result<Placement>> answers;
  answers.reserve(records.size());
  if (failed_) {
    answers.assign(records.size(),
                   unavailable("the log stopped writing: " + failed_->message, "open it again"));
    return answers;
  }
  const auto round = std::make_shared<Round>(HashLevels(graph_->tree().tree()));
  const std::uint64_t old_size = graph_->size();
  const Time time = std::max(clock_.now(), head_.time);
  Batch batch;
  for (const auto& record : records) answers.push_back(admit(record, time, *round, batch));

  if (graph_->size() > old_size) {
    if (auto sealed = seal(time, *round, batch); !sealed) failed_ = sealed.error();
  } else if (auto healthy = graph_->health(); !healthy) {
    failed_ = healthy.error();
  }
  round->checkpoint = head_.checkpoint;
  for (auto& answer : answers) {
    if (failed_) {
      // A refusal too may rest on what the store failed to say.
      answer = unknown_outcome(*failed_);
    } else if (answer) {
      answer->round = round;
      if (answer->index.value >= old_size) continue;
      if (auto proven = prove_old(*answer, round); !proven) {
        answer = std::unexpected(std::move(proven).error());
      }
    }
  }
  return answers;
}

}  // namespace usufruct
