#include "tests/sim/witnesses.h"

#include <fmt/format.h>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "tests/sim/pool.h"
#include "tests/support/records.h"

namespace usufruct::sim {
namespace {

NoteSigner signer_of(std::size_t number) {
  return {fmt::format("witness.example/{}", number), key_from(100 + number)};
}

const NoteVerifier& verifier_of(std::size_t number) {
  static const auto all = [] {
    std::vector<NoteVerifier> made;
    for (std::size_t i = 0; i < witness_count; ++i) {
      const auto [name, key] = signer_of(i);
      made.push_back(*note_verifier(name, NoteKeyType::cosignature, key.verify_key()));
    }
    return made;
  }();
  return all[number];
}

}  // namespace

SimWitness::SimWitness(std::size_t number, const State& state, const Faults& faults, Fate& fate,
                       const Clock& clock, Canary canary)
    : number_(number),
      verifier_(verifier_of(number)),
      begin_(state),
      disk_(state.store),
      guard_disk_(state.guard),
      faults_(faults),
      fate_(fate),
      clock_(clock),
      canary_(canary) {}

SimWitness::State SimWitness::state() const {
  auto contents = std::make_shared<Disk::Contents>();
  for (auto& [key, value] : disk_.contents()) contents->emplace(key, std::move(value));
  return {contents, guard_disk_};
}

void SimWitness::start() {
  store_ = std::make_unique<FaultyStore>(disk_, FaultyStore::Surroundings{faults_, fate_});
  guard_ = std::make_unique<FaultyGuard>(guard_disk_, faults_, fate_);
  disk_.settle();
  auto opened = Witness::open(*store_, signer_of(number_), clock_, guard_.get());
  if (!opened) {
    if (opened.error().code != Code::unavailable && faults_.flipped_read == 0) {
      if (!has_lied_) throw Violation{"a witness does not start: " + opened.error().message};
      is_dead_ = true;
    }
    return fall();
  }
  witness_ = std::move(*opened);
  witness_->set_logs({{log_verifier(), std::string(test_origin)}});
}

void SimWitness::fall() {
  witness_.reset();
  has_lied_ = has_lied_ || (store_ && store_->has_lied());
  store_.reset();
  guard_.reset();
  if (fate_.happens(faults_.power_cut)) disk_.cut_power(fate_, false);
  if (canary_ == Canary::forgetful_witness) {
    disk_ = Disk(std::make_shared<Disk::Contents>());
    guard_disk_ = {};
  }
}

std::optional<WitnessAnswer> SimWitness::ask(const std::string& body) {
  try {
    if (!witness_ && !is_dead_) start();
    if (!witness_) return std::nullopt;
    auto answer = witness_->add_checkpoint(body);
    // After an error of its disk everything is 503 until it is started again.
    if (answer.status == 503) fall();
    return answer;
  } catch (const Crash&) {
    fall();
    return std::nullopt;
  }
}

SimCosigner::SimCosigner(std::vector<SimWitness>& witnesses, std::size_t quorum,
                         const Faults& faults, Fate& fate, ManualClock& clock)
    : witnesses_(witnesses), faults_(faults), fate_(fate), clock_(clock), known_(witnesses.size()) {
  Policy::Group group{.name = "quorum", .at_least = quorum, .members = {}};
  for (const auto& witness : witnesses) {
    const std::string& name = witness.verifier().name;
    CHECK_THAT(policy_.add_witness({name, witness.verifier(), {}}).has_value());
    group.members.push_back(name);
  }
  CHECK_THAT(policy_.add_group(std::move(group)).has_value());
  CHECK_THAT(policy_.set_quorum("quorum").has_value());
}

std::optional<WitnessAnswer> SimCosigner::send(std::size_t index, const std::string& body) {
  clock_.advance_ms(fate_.between(0, 20));
  if (fate_.happens(faults_.late_message)) late_.push_back(body);
  if (fate_.happens(faults_.lost_message)) return std::nullopt;
  if (!late_.empty() && fate_.happens(faults_.doubled_message)) {
    (void)witnesses_[index].ask(late_[fate_.below(late_.size())]);
  }
  auto answer = witnesses_[index].ask(body);
  if (fate_.happens(faults_.doubled_message)) answer = witnesses_[index].ask(body);
  if (fate_.happens(faults_.lost_message)) return std::nullopt;
  return answer;
}

Result<std::string> SimCosigner::ask(std::size_t index, const SignedCheckpoint& newer,
                                     const ProveGrowth& prove) {
  for (int attempt = 0; attempt < 2; ++attempt) {
    const TreeSize old = std::min(known_[index], newer.checkpoint.size);
    const Proof proof = old.value == 0 || old == newer.checkpoint.size ? Proof{} : TRY(prove(old));
    const auto answer = send(index, print_add_checkpoint({old, proof, newer.note}));
    if (!answer) return unavailable("no answer");
    if (answer->status == 200) {
      known_[index] = newer.checkpoint.size;
      // Now and then: each costs as much as all the rest of a round.
      if (fate_.below(8) == 0) {
        const Note whole = TRY(parse_note_unverified(newer.note + answer->body));
        CHECK_OK(verify_note(whole, std::span(&witnesses_[index].verifier(), 1)));
      }
      return answer->body;
    }
    if (answer->status != 409) {
      return unavailable(fmt::format("answered {}: {}", answer->status, trim(answer->body)));
    }
    known_[index].value = TRY(parse_decimal(trim(answer->body)));
  }
  return unavailable("answered 409");
}

bool SimCosigner::is_cosigned(std::string_view note) const {
  const auto opened = open_cosigned(note, policy_);
  return opened && check_quorum(*opened);
}

Result<std::string> SimCosigner::cosign(const SignedCheckpoint& newer, const ProveGrowth& prove) {
  std::string note = newer.note;
  std::vector<std::size_t> cosigned;
  if (fate_.happens(faults_.crash)) throw Crash{};
  for (std::size_t i = 0; i < witnesses_.size(); ++i) {
    const auto line = ask(i, newer, prove);
    if (!line) {
      fate_.tell(fmt::format("witness {}: {}", i, line.error().message));
      continue;
    }
    note += *line;
    cosigned.push_back(i);
  }
  if (fate_.happens(faults_.crash)) throw Crash{};
  if (const auto missing = policy_.missing(cosigned); !missing.empty()) return unavailable(missing);
  return note;
}

}  // namespace usufruct::sim
