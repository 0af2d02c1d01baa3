#include "ledger/witness.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct {
namespace {

constexpr std::uint64_t day_ms = 86'400'000;
/// A request costs as many parts as a day has milliseconds, so that a day's allowance comes back
/// in whole numbers: each millisecond gives as many parts as there are requests a day.
constexpr std::uint64_t request_parts = day_ms;
static_assert(log_requests_per_day_max <= UINT64_MAX / request_parts / 2);

WitnessAnswer failure(const Error& error) {
  return {.status = 503, .body = fmt::format("{}\n", error.message)};
}

}  // namespace

/// The logs a witness serves: immutable, replaced as a whole.
class Witness::Logs final : public WitnessedKeys {
 public:
  explicit Logs(const std::vector<ListedLog>& listed) {
    for (const auto& log : listed) {
      Row& row = rows_[log.origin];
      if (std::ranges::find(row.keys, log.verifier) == row.keys.end()) {
        row.keys.push_back(log.verifier);
      }
      const bool is_first = row.keys.size() == 1;
      const bool is_bounded = log.requests_per_day && (is_first || row.requests_per_day);
      row.requests_per_day =
          is_bounded ? std::max(log.requests_per_day, row.requests_per_day) : std::nullopt;
      origins_[to_hex(sha256(as_view(log.origin)))] = log.origin;
    }
  }

  std::optional<std::span<const NoteVerifier>> keys_of(std::string_view origin) const override {
    const auto row = rows_.find(origin);
    if (row == rows_.end()) return std::nullopt;
    return row->second.keys;
  }
  std::optional<std::uint64_t> requests_per_day(std::string_view origin) const {
    const auto row = rows_.find(origin);
    return row == rows_.end() ? std::nullopt : row->second.requests_per_day;
  }
  const std::string* origin_of(std::string_view hash) const {
    const auto found = origins_.find(hash);
    return found == origins_.end() ? nullptr : &found->second;
  }

 private:
  struct Row {
    std::vector<NoteVerifier> keys;
    std::optional<std::uint64_t> requests_per_day;
  };
  std::map<std::string, Row, std::less<>> rows_;
  std::map<std::string, std::string, std::less<>> origins_;  ///< by the hash that names them
};

/// A request on its way to its answer.
struct Witness::Pending {
  Submission submission;
  Done done;
  std::string body;
  TreeHead judged_against{};
  std::string cosigned_before{};  ///< the note, for evidence
  Judgement judgement{};
  std::string line{};  ///< our cosignature; never handed out before it is durable
  WitnessAnswer answer{};
};

Witness::Witness(WitnessBook book, NoteSigner signer, NoteVerifier verifier, const Clock& clock,
                 WitnessOptions options)
    : signer_(std::move(signer)),
      verifier_(std::move(verifier)),
      clock_(clock),
      options_(options),
      book_(std::move(book)),
      logs_(std::make_shared<const Logs>(std::vector<ListedLog>{})) {
  counts_.commits = book_.commits();
}

Witness::~Witness() = default;

Result<std::unique_ptr<Witness>> Witness::open(Store& store, NoteSigner signer, const Clock& clock,
                                               HeadGuard* guard, WitnessOptions options) {
  auto verifier =
      TRY(note_verifier(signer.name, NoteKeyType::cosignature, signer.key.verify_key()));
  auto book = TRY(WitnessBook::open(store, verifier, guard));
  return std::unique_ptr<Witness>(
      new Witness(std::move(book), std::move(signer), std::move(verifier), clock, options));
}

void Witness::set_logs(const std::vector<ListedLog>& listed) {
  auto logs = std::make_shared<const Logs>(listed);
  const std::lock_guard lock(mutex_);
  logs_ = std::move(logs);
  allowances_.clear();
}

std::shared_ptr<const Witness::Logs> Witness::logs() const {
  const std::lock_guard lock(mutex_);
  return logs_;
}

/// Takes one request out of a log's allowance, unless it is spent.
bool Witness::takes(const std::string& origin, const Logs& logs) {
  const auto per_day = logs.requests_per_day(origin);
  if (!per_day) return true;
  const std::uint64_t full = *per_day * request_parts;
  const Time now = clock_.now();
  const std::lock_guard lock(mutex_);
  auto [found, is_new] = allowances_.try_emplace(origin, Allowance{full, now});
  Allowance& allowance = found->second;
  // A clock that went back gives nothing.
  const auto passed = static_cast<std::uint64_t>(
      std::clamp<std::int64_t>(now.ms - allowance.at.ms, 0, static_cast<std::int64_t>(day_ms)));
  allowance.left = std::min(full, allowance.left + passed * *per_day);
  allowance.at = std::max(allowance.at, now);
  if (allowance.left < request_parts) return false;
  allowance.left -= request_parts;
  return true;
}

void Witness::add_checkpoint(std::string body, Done done) {
  const auto known = logs();
  auto submission = examine(body, *known);
  if (!submission) {
    count(submission.error());
    return done(std::move(submission.error()));
  }
  if (!takes(submission->origin, *known)) {
    const WitnessAnswer answer{.status = 429, .body = "this log has asked too often\n"};
    count(answer);
    return done(answer);
  }
  auto pending = std::make_unique<Pending>(Pending{
      .submission = std::move(*submission), .done = std::move(done), .body = std::move(body)});
  // Most of the work is done here, beside others: the committing caller only repeats what changed.
  if (const auto judged = judge_now(*pending); !judged) {
    pending->answer = failure(judged.error());
    count(pending->answer);
    return pending->done(std::move(pending->answer));
  }
  const Judgement& judgement = pending->judgement;
  if (judgement.refusal && !judgement.suspicion) {
    count(*judgement.refusal);
    return pending->done(*judgement.refusal);
  }
  push(std::move(pending));
}

WitnessAnswer Witness::add_checkpoint(std::string body) {
  std::promise<WitnessAnswer> promise;
  auto answer = promise.get_future();
  add_checkpoint(std::move(body),
                 [&promise](WitnessAnswer given) { promise.set_value(std::move(given)); });
  return answer.get();
}

/// Judges against what is committed by now, and signs if that is the judgement.
Result<void> Witness::judge_now(Pending& pending) const {
  const auto last = TRY(book_.last(pending.submission.origin));
  pending.judged_against = last ? last->head : TreeHead{};
  pending.cosigned_before = last ? last->note : "";
  pending.judgement = judge(pending.submission, pending.judged_against, options_.split_status);
  if (!pending.judgement.refusal) pending.line = TRY(cosign(pending.submission));
  return {};
}

Result<std::string> Witness::cosign(const Submission& submission) const {
  return print_note_signature(
      TRY(cosign_note(submission.note.text, signer_.name, signer_.key, clock_.now())));
}

void Witness::push(std::unique_ptr<Pending> pending) {
  std::unique_lock lock(mutex_);
  if (queue_.size() >= witness_queue_max) {
    ++counts_.failed;
    lock.unlock();
    return pending->done({.status = 503, .body = "too much waits already\n"});
  }
  queue_.push_back(std::move(pending));
  if (is_committing_) return;
  is_committing_ = true;
  while (!queue_.empty()) {
    const std::size_t taken = std::min(queue_.size(), witness_commit_max);
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(taken);
    std::vector<std::unique_ptr<Pending>> batch(std::make_move_iterator(queue_.begin()),
                                                std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
    lock.unlock();
    commit(batch);
    for (auto& one : batch) {
      count(one->answer);
      one->done(std::move(one->answer));
    }
    lock.lock();
  }
  is_committing_ = false;
}

/// Judges each after the ones before it, makes what they change durable, and leaves their answers
/// with them.
void Witness::commit(std::vector<std::unique_ptr<Pending>>& batch) {
  std::map<std::string, Witnessed, std::less<>> staged;
  std::vector<Evidence> evidence;
  for (auto& one : batch) {
    const Submission& submission = one->submission;
    const auto before = staged.find(submission.origin);
    Result<void> judged;
    if (before != staged.end()) {
      one->cosigned_before = before->second.note;
      one->judged_against = before->second.head;
      one->judgement = judge(submission, one->judged_against, options_.split_status);
    } else if (const auto last = book_.last(submission.origin);
               !last || (*last ? (*last)->head : TreeHead{}) != one->judged_against) {
      judged = judge_now(*one);
    }
    if (judged && one->judgement.suspicion) {
      evidence.push_back({.suspicion = *one->judgement.suspicion,
                          .seen = clock_.now(),
                          .origin = submission.origin,
                          .cosigned = one->cosigned_before,
                          .request = one->body});
    }
    if (judged && !one->judgement.refusal && one->line.empty()) {
      auto line = cosign(submission);
      if (line) one->line = std::move(*line);
      if (!line) judged = std::unexpected(std::move(line).error());
    }
    if (!judged) {
      one->answer = failure(judged.error());
    } else if (one->judgement.refusal) {
      one->answer = *one->judgement.refusal;
    } else {
      staged.insert_or_assign(
          submission.origin,
          Witnessed{submission.origin, submission.head, print_note(submission.note) + one->line});
      one->answer = {.status = 200, .body = one->line};
    }
  }
  std::vector<Witnessed> cosigned;
  for (auto& [origin, witnessed] : staged) cosigned.push_back(std::move(witnessed));
  const auto committed = book_.commit(cosigned, evidence);
  for (auto& one : batch) {
    if (!committed && one->answer.status == 200) one->answer = failure(committed.error());
  }
  const std::lock_guard lock(mutex_);
  counts_.commits = book_.commits();
  if (committed) counts_.suspicions += evidence.size();
  is_failed_ = book_.is_failed();
}

WitnessAnswer Witness::checkpoint(std::string_view origin_hash) const {
  const auto known = logs();
  const std::string* origin = known->origin_of(origin_hash);
  if (origin == nullptr) return {.status = 404, .body = "no such log\n"};
  auto last = book_.last(*origin);
  if (!last) return failure(last.error());
  if (!*last) return {.status = 404, .body = "nothing of this log was cosigned yet\n"};
  return {.status = 200, .body = std::move((*last)->note)};
}

void Witness::count(const WitnessAnswer& answer) {
  const std::lock_guard lock(mutex_);
  if (answer.status == 200)
    ++counts_.cosigned;
  else if (answer.status == 409)
    ++counts_.conflicts;
  else if (answer.status < 500)
    ++counts_.refused;
  else
    ++counts_.failed;
}

WitnessCounts Witness::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

bool Witness::is_failed() const {
  const std::lock_guard lock(mutex_);
  return is_failed_;
}

}  // namespace usufruct
