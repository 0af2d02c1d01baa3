#include "ledger/witness_cosigner.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "crypto/base/text.h"
#include "ledger/witness_request.h"

namespace usufruct {
namespace {

constexpr std::string_view size_type = "text/x.tlog.size";

std::vector<std::size_t> indices_of(const std::map<std::size_t, std::string>& lines) {
  std::vector<std::size_t> indices;
  for (const auto& [index, line] : lines) indices.push_back(index);
  return indices;
}

std::unexpected<Error> refused(const WitnessReply& reply) {
  return unavailable(
      fmt::format("it answered {}: {}", reply.status, printable(trim(reply.body), 120)));
}

/// The size in a 409; nothing when the answer says none.
std::optional<TreeSize> size_in(const WitnessReply& reply) {
  if (reply.status != 409 || reply.content_type != size_type || !reply.body.ends_with('\n')) {
    return std::nullopt;
  }
  const auto size = parse_decimal(std::string_view(reply.body).substr(0, reply.body.size() - 1));
  if (!size) return std::nullopt;
  return TreeSize{*size};
}

/// The witness's own line among those it returned, verified beneath the checkpoint.
Result<std::string> line_in(const WitnessReply& reply, const std::string& note,
                            const NoteVerifier& witness) {
  if (reply.status != 200) return refused(reply);
  if (reply.body.size() > cosignature_bytes_max) return malformed("its answer is too large");
  const auto lines = TRY_IN("its answer", parse_note_signatures(reply.body));
  const Note whole = TRY_IN("its answer", parse_note_unverified(note + reply.body));
  CHECK_OK_IN("its answer", verify_note(whole, std::span(&witness, 1)));
  const auto line = std::ranges::find_if(lines, [&](const NoteSignature& one) {
    return one.name == witness.name && one.key_id == witness.key_id;
  });
  if (line == lines.end()) return unverified("its answer has no line of its own");
  return print_note_signature(*line);
}

}  // namespace

WitnessCosigner::WitnessCosigner(Policy policy, WitnessTransport& transport, const Clock& clock,
                                 CosignerOptions options)
    : policy_(std::move(policy)),
      transport_(transport),
      clock_(clock),
      options_(options),
      seats_(policy_.witnesses().size()) {}

Result<std::unique_ptr<WitnessCosigner>> WitnessCosigner::open(Policy policy,
                                                               WitnessTransport& transport,
                                                               const Clock& clock,
                                                               CosignerOptions options) {
  std::vector<std::size_t> reachable;
  for (std::size_t i = 0; i < policy.witnesses().size(); ++i) {
    if (!policy.witnesses()[i].url.empty()) reachable.push_back(i);
  }
  if (const auto missing = policy.missing(reachable); !missing.empty()) {
    return malformed("the witnesses that have a url cannot meet the quorum: " + missing,
                     "a log asks a witness at the url on its line of the policy");
  }
  auto cosigner = std::unique_ptr<WitnessCosigner>(
      new WitnessCosigner(std::move(policy), transport, clock, options));
  const std::lock_guard lock(cosigner->mutex_);
  for (std::size_t i = 0; i < cosigner->seats_.size(); ++i) {
    cosigner->seats_[i].standing.name = cosigner->policy_.witnesses()[i].name;
  }
  for (const std::size_t i : reachable) {
    cosigner->seats_[i].thread = std::thread([raw = cosigner.get(), i] { raw->run(i); });
  }
  return cosigner;
}

WitnessCosigner::~WitnessCosigner() {
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  for (auto& seat : seats_) {
    if (seat.thread.joinable()) seat.thread.join();
  }
}

bool WitnessCosigner::is_cosigned(std::string_view note) const {
  const auto opened = open_cosigned(note, policy_);
  return opened && check_quorum(*opened);
}

Result<std::string> WitnessCosigner::cosign(const SignedCheckpoint& newer,
                                            const ProveGrowth& prove) {
  const auto round = std::make_shared<Round>(Round{.checkpoint = newer, .began = clock_.now()});
  const auto end = std::chrono::steady_clock::now() + options_.deadline;
  Ended ended = Ended::early;
  std::unique_lock lock(mutex_);
  invite(round);
  // At first also the proofs of those that will ask after the round is over.
  serve_proofs(lock, *round, prove);
  changed_.notify_all();
  while (!policy_.is_met(indices_of(round->lines)) && can_be_met(*round)) {
    if (changed_.wait_until(lock, end) == std::cv_status::timeout) {
      ended = Ended::at_deadline;
      break;
    }
    serve_proofs(lock, *round, prove);
  }
  return close(*round, ended);
}

/// Whether the quorum would be met if all that are still asked cosigned.
bool WitnessCosigner::can_be_met(const Round& round) const {
  auto hoped = indices_of(round.lines);
  hoped.insert(hoped.end(), round.pending.begin(), round.pending.end());
  return policy_.is_met(hoped);
}

/// Gives the round to the witnesses that are worth asking, or to all when there is no quorum
/// without and the mode requires one.
void WitnessCosigner::invite(const RoundPtr& round) {
  const auto give = [&](std::size_t index) {
    seats_[index].next = round;
    round->pending.insert(index);
    const TreeSize size = seats_[index].standing.size.value_or(TreeSize{});
    if (size.value > 0 && size < round->checkpoint.checkpoint.size)
      round->wanted.insert(size.value);
  };
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    const Seat& seat = seats_[i];
    if (!seat.thread.joinable() || seat.retry_at > round->began) continue;
    give(i);
    // It gets the round when it is free, but nobody waits for that.
    if (seat.is_late) round->pending.erase(i);
  }
  if (can_be_met(*round) || options_.mode == WitnessMode::prefer) return;
  for (std::size_t i = 0; i < seats_.size(); ++i) {
    if (seats_[i].thread.joinable()) give(i);
  }
}

void WitnessCosigner::serve_proofs(std::unique_lock<std::mutex>& lock, Round& round,
                                   const ProveGrowth& prove) {
  while (!round.wanted.empty()) {
    const std::uint64_t from = *round.wanted.begin();
    round.wanted.erase(round.wanted.begin());
    lock.unlock();
    auto proof = prove({from});
    lock.lock();
    round.proofs.insert_or_assign(from, std::move(proof));
    changed_.notify_all();
  }
}

Result<std::string> WitnessCosigner::close(Round& round, Ended ended) {
  round.is_over = true;
  changed_.notify_all();
  if (ended == Ended::at_deadline) {
    for (const std::size_t index : round.pending) {
      seats_[index].is_late = true;
      seats_[index].standing.last_error = "it has not answered yet";
    }
  }
  std::string note = round.checkpoint.note;
  for (const auto& [index, line] : round.lines) note += line;
  const auto missing = policy_.missing(indices_of(round.lines));
  if (missing.empty()) {
    ++counts_.met;
    return note;
  }
  if (options_.mode == WitnessMode::prefer) {
    ++counts_.open;
    return note;
  }
  ++counts_.refused;
  std::string why;
  for (const auto& seat : seats_) {
    if (seat.standing.last_error.empty()) continue;
    why += fmt::format("; {}: {}", printable(seat.standing.name, 80), seat.standing.last_error);
  }
  return unavailable(fmt::format("the quorum has not cosigned the checkpoint of {}: {}{}",
                                 round.checkpoint.checkpoint.size.value, missing, why),
                     "it is asked for again with the next one");
}

/// A witness's thread: one request after the other, always for the newest round.
void WitnessCosigner::run(std::size_t index) {
  std::unique_lock lock(mutex_);
  Seat& seat = seats_[index];
  while (true) {
    changed_.wait(lock, [&] { return is_stopping_ || seat.next; });
    if (is_stopping_) return;
    const RoundPtr round = std::exchange(seat.next, nullptr);
    lock.unlock();
    auto line = ask(index, round);
    lock.lock();
    settle(index, *round, std::move(line));
    changed_.notify_all();
  }
}

void WitnessCosigner::settle(std::size_t index, Round& round, Result<std::string> line) {
  Seat& seat = seats_[index];
  seat.is_late = false;
  if (std::exchange(seat.is_skipped, false)) {
    round.pending.erase(index);
    if (!round.is_over) seat.standing.last_error = line.error().message;
    return;
  }
  round.pending.erase(index);
  if (line) {
    seat.failures = 0;
    seat.retry_at = {};
    ++seat.standing.cosigned;
    seat.standing.last_error.clear();
    seat.standing.size = round.checkpoint.checkpoint.size;
    if (!round.is_over) round.lines.emplace(index, std::move(*line));
    return;
  }
  const auto doublings = std::min<std::uint64_t>(seat.failures++, 30);
  const std::int64_t pause = std::min(options_.backoff_ms << doublings, options_.backoff_ms_max);
  seat.retry_at = round.began.plus_ms(pause);
  ++seat.standing.failed;
  seat.standing.last_error = std::move(line).error().message;
}

/// The witness's line for the round's checkpoint; asks twice when the witness names another size.
Result<std::string> WitnessCosigner::ask(std::size_t index, const RoundPtr& round) {
  TreeSize from{};
  {
    const std::lock_guard lock(mutex_);
    from = seats_[index].standing.size.value_or(TreeSize{});
  }
  // A size beyond this round's is that of a newer one, or of a log we are not.
  if (from > round->checkpoint.checkpoint.size) from = {};
  auto reply = TRY(post(index, round, from));
  if (const auto size = size_in(reply); size && *size != from) {
    {
      const std::lock_guard lock(mutex_);
      seats_[index].standing.size = *size;
    }
    if (*size > round->checkpoint.checkpoint.size) {
      return conflict(fmt::format("it has cosigned {} already", size->value));
    }
    reply = TRY(post(index, round, *size));
  }
  if (size_in(reply) == round->checkpoint.checkpoint.size) {
    return conflict(fmt::format("it has cosigned another checkpoint of {}",
                                round->checkpoint.checkpoint.size.value));
  }
  return line_in(reply, round->checkpoint.note, policy_.witnesses()[index].verifier);
}

Result<WitnessReply> WitnessCosigner::post(std::size_t index, const RoundPtr& round,
                                           TreeSize from) {
  const AddCheckpoint request{.old_size = from,
                              .proof = TRY(proof_from(index, round, from)),
                              .note = round->checkpoint.note};
  return transport_.add_checkpoint(policy_.witnesses()[index].url, print_add_checkpoint(request));
}

/// Has the log's own thread make the proof: what it reads is its alone, and only during the round.
Result<Proof> WitnessCosigner::proof_from(std::size_t index, const RoundPtr& round, TreeSize from) {
  if (from.value == 0 || from == round->checkpoint.checkpoint.size) return Proof{};
  std::unique_lock lock(mutex_);
  if (!round->proofs.contains(from.value)) round->wanted.insert(from.value);
  changed_.notify_all();
  changed_.wait(
      lock, [&] { return is_stopping_ || round->is_over || round->proofs.contains(from.value); });
  const auto found = round->proofs.find(from.value);
  if (found != round->proofs.end() && found->second) return found->second;
  seats_[index].is_skipped = true;
  if (found != round->proofs.end()) return found->second;
  return unavailable("the round was over before it was asked");
}

std::vector<WitnessStanding> WitnessCosigner::standings() const {
  const std::lock_guard lock(mutex_);
  std::vector<WitnessStanding> standings;
  for (const auto& seat : seats_) standings.push_back(seat.standing);
  return standings;
}

CosignerCounts WitnessCosigner::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

}  // namespace usufruct
