#include "ledger/witness_book.h"

#include <fmt/format.h>

#include <span>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct {
namespace {

// Do not change: written to disk.
constexpr std::string_view format_key = "F";
constexpr std::string_view state_key = "N";
constexpr std::string_view cosigned_prefix = "C";
constexpr std::string_view evidence_prefix = "V";
constexpr std::string_view format_name = "usufruct/witness/v1\n";

constexpr std::size_t state_bytes = 8 + 2 * Digest::size_bytes;
constexpr std::string_view must_not_sign =
    "this witness must not sign: its store is an old copy, or damaged; a new key and an empty "
    "store "
    "make a new witness";

std::unexpected<Error> untrusted_witness(std::string message) {
  return unverified(std::move(message), std::string(must_not_sign));
}

std::string hash_key(std::string_view prefix, std::string_view origin) {
  std::string key(prefix);
  key += as_text(sha256(as_view(origin)).view());
  return key;
}

std::string evidence_kind_prefix(std::string_view origin, Suspicion suspicion) {
  return hash_key(evidence_prefix, origin) + static_cast<char>(suspicion);
}

void append_sized(Bytes& to, std::string_view text) {
  append_u64(to, text.size());
  append(to, text);
}

/// time (8), suspicion (1), origin, cosigned, request; each text after its size (8).
Bytes encode_evidence(const Evidence& evidence) {
  Bytes bytes;
  append_u64(bytes, static_cast<std::uint64_t>(evidence.seen.ms));
  bytes.push_back(static_cast<std::uint8_t>(evidence.suspicion));
  append_sized(bytes, evidence.origin);
  append_sized(bytes, evidence.cosigned);
  append_sized(bytes, evidence.request);
  return bytes;
}

Result<std::string> take_sized(View& bytes) {
  if (bytes.size() < 8) return malformed("evidence that is cut short");
  const std::uint64_t size = read_u64(bytes);
  bytes = bytes.subspan(8);
  if (size > bytes.size()) return malformed("evidence that is cut short");
  std::string text(as_text(bytes.first(size)));
  bytes = bytes.subspan(size);
  return text;
}

Result<Evidence> decode_evidence(View bytes) {
  if (bytes.size() < 9) return malformed("evidence that is cut short");
  Evidence evidence;
  evidence.seen.ms = static_cast<std::int64_t>(read_u64(bytes));
  if (bytes[8] != 1 && bytes[8] != 2) return malformed("evidence of an unknown kind");
  evidence.suspicion = Suspicion{bytes[8]};
  bytes = bytes.subspan(9);
  evidence.origin = TRY(take_sized(bytes));
  evidence.cosigned = TRY(take_sized(bytes));
  evidence.request = TRY(take_sized(bytes));
  if (!bytes.empty()) return malformed("evidence with something after it");
  return evidence;
}

Result<Witnessed> decode_witnessed(View bytes) {
  const Note note = TRY(parse_note_unverified(as_text(bytes)));
  const Checkpoint checkpoint = TRY(parse_checkpoint_unverified(note.text));
  return Witnessed{.origin = checkpoint.origin,
                   .head = {checkpoint.size, checkpoint.root},
                   .note = std::string(as_text(bytes))};
}

/// A hash over all commits so far and this one: sizes before texts, so that nothing can be read in
/// two ways.
Digest chain_over(const Digest& before, const Batch& batch) {
  Bytes bytes = to_bytes(before.view());
  for (const auto& change : batch.changes()) {
    CHECK_THAT(change.value);  // a book only grows
    append_sized(bytes, change.key);
    append_sized(bytes, as_text(*change.value));
  }
  return sha256(bytes);
}

}  // namespace

WitnessBook::WitnessBook(Store& store, const NoteVerifier& witness, HeadGuard* guard)
    : store_(store), witness_(witness), guard_(guard), cache_(std::make_unique<Cache>()) {}

Result<WitnessBook> WitnessBook::open(Store& store, const NoteVerifier& witness, HeadGuard* guard) {
  WitnessBook book(store, witness, guard);
  if (guard != nullptr) book.guarded_ = TRY_IN("opening the witness", guard->load());
  const auto state = TRY_IN("opening the witness", store.get(state_key));
  CHECK_OK_IN("opening the witness", state ? book.resume(*state) : book.begin());
  return book;
}

Result<void> WitnessBook::begin() {
  if (guarded_) return untrusted_witness("the store is empty, but the guard remembers commits");
  bool is_empty = true;
  CHECK_OK(store_.scan("", [&](std::string_view, View) { return is_empty = false; }));
  if (!is_empty) return untrusted_witness("the store holds something that is no witness's");
  Batch batch;
  batch.put(std::string(format_key),
            to_bytes(fmt::format("{}{}\n", format_name, print_vkey(witness_))));
  return commit_batch(std::move(batch));
}

Result<void> WitnessBook::resume(View state) {
  if (state.size() != state_bytes) return untrusted_witness("the count of commits is damaged");
  const auto format = TRY(store_.get(format_key));
  if (!format || as_text(*format) != fmt::format("{}{}\n", format_name, print_vkey(witness_))) {
    return untrusted_witness(fmt::format("the store is not that of {}", print_vkey(witness_)));
  }
  count_ = read_u64(state);
  chain_ = TRY(digest_from(state.subspan(8, Digest::size_bytes)));
  return check_guard(TRY(digest_from(state.subspan(8 + Digest::size_bytes))));
}

Result<void> WitnessBook::check_guard(const Digest& before) {
  if (guard_ == nullptr || guarded_ == guarded_text()) return {};
  // Killed between the store and the guard: the last commit answered nobody, so it may stand.
  WitnessBook older(store_, witness_, guard_);
  older.count_ = count_ - 1;
  older.chain_ = before;
  const bool is_one_behind = guarded_ ? *guarded_ == older.guarded_text() : count_ == 1;
  if (is_one_behind) return guard();
  if (!guarded_) return untrusted_witness("the guard of the last commit is gone");
  return untrusted_witness(
      fmt::format("the store is at commit {}, which is not what the guard remembers", count_));
}

std::string WitnessBook::guarded_text() const {
  return fmt::format("{}{}\n{}\n{}\n", format_name, print_vkey(witness_), count_,
                     to_base64(chain_.view()));
}

Result<void> WitnessBook::guard() {
  if (guard_ == nullptr) return {};
  std::string text = guarded_text();
  CHECK_OK(guard_->replace(guarded_, text));
  guarded_ = std::move(text);
  return {};
}

Result<void> WitnessBook::commit_batch(Batch batch) {
  const Digest before = chain_;
  chain_ = chain_over(before, batch);
  ++count_;
  Bytes state;
  append_u64(state, count_);
  append(state, chain_.view());
  append(state, before.view());
  batch.put(std::string(state_key), std::move(state));
  CHECK_OK(store_.commit(batch));
  return guard();
}

Result<void> WitnessBook::put_evidence(const Evidence& evidence, Batch& batch) const {
  const std::string prefix = evidence_kind_prefix(evidence.origin, evidence.suspicion);
  const auto halves = TRY(split_add_checkpoint(evidence.request));
  const std::string key = prefix + std::string(as_text(sha256(as_view(halves.note)).view()));
  std::size_t count = 0;
  bool is_there = false;
  CHECK_OK(store_.scan(prefix, [&](std::string_view other, View) {
    is_there |= other == key;
    return ++count < evidence_per_log_max && !is_there;
  }));
  if (!is_there && count < evidence_per_log_max) batch.put(key, encode_evidence(evidence));
  return {};
}

Result<void> WitnessBook::commit(const std::vector<Witnessed>& cosigned,
                                 const std::vector<Evidence>& evidence) {
  if (failed_) return std::unexpected(*failed_);
  Batch batch;
  for (const auto& one : cosigned) {
    batch.put(hash_key(cosigned_prefix, one.origin), to_bytes(one.note));
  }
  for (const auto& one : evidence) CHECK_OK(put_evidence(one, batch));
  if (batch.size() == 0) return {};
  if (auto committed = commit_batch(std::move(batch)); !committed) {
    failed_ = Error{Code::unavailable,
                    "the witness stopped after an error of its store: " + committed.error().message,
                    "open it again"};
    return std::unexpected(*failed_);
  }
  const std::lock_guard lock(cache_->mutex);
  for (const auto& one : cosigned) cache_->by_origin.insert_or_assign(one.origin, one);
  return {};
}

Result<std::optional<Witnessed>> WitnessBook::last(std::string_view origin) const {
  {
    const std::lock_guard lock(cache_->mutex);
    const auto found = cache_->by_origin.find(origin);
    if (found != cache_->by_origin.end()) return found->second;
  }
  auto stored = TRY(stored_last(origin));
  // Whoever committed in between knows better.
  const std::lock_guard lock(cache_->mutex);
  return cache_->by_origin.try_emplace(std::string(origin), std::move(stored)).first->second;
}

Result<std::optional<Witnessed>> WitnessBook::stored_last(std::string_view origin) const {
  const auto bytes = TRY(store_.get(hash_key(cosigned_prefix, origin)));
  if (!bytes) return std::nullopt;
  const auto note = parse_note_unverified(as_text(*bytes));
  auto witnessed = decode_witnessed(*bytes);
  if (!note || !witnessed || witnessed->origin != origin ||
      !verify_note(*note, std::span(&witness_, 1))) {
    return untrusted_witness(
        fmt::format("what was cosigned last of '{}' is damaged", printable(origin)));
  }
  return std::move(*witnessed);
}

Result<std::vector<Evidence>> read_evidence(const Store& store) {
  std::vector<Evidence> all;
  Result<void> whole;
  CHECK_OK(store.scan(evidence_prefix, [&](std::string_view, View value) {
    auto evidence = decode_evidence(value);
    if (!evidence) whole = std::unexpected(std::move(evidence).error());
    if (whole) all.push_back(std::move(*evidence));
    return whole.has_value();
  }));
  CHECK_OK(whole);
  return all;
}

Result<std::vector<Witnessed>> read_witnessed(const Store& store) {
  std::vector<Witnessed> all;
  Result<void> whole;
  CHECK_OK(store.scan(cosigned_prefix, [&](std::string_view, View value) {
    auto witnessed = decode_witnessed(value);
    if (!witnessed) whole = std::unexpected(std::move(witnessed).error());
    if (whole) all.push_back(std::move(*witnessed));
    return whole.has_value();
  }));
  CHECK_OK(whole);
  return all;
}

}  // namespace usufruct
