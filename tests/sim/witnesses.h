#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ledger/cosigner.h"
#include "ledger/policy.h"
#include "ledger/witness.h"
#include "tests/sim/disk.h"

namespace usufruct::sim {

inline constexpr std::size_t witness_count = 3;

/// One witness: the real one, on a disk and with a guard that fail, started again when it has
/// fallen.
class SimWitness {
 public:
  struct State {
    std::shared_ptr<const Disk::Contents> store;
    GuardDisk guard;
  };
  SimWitness(std::size_t number, const State& state, const Faults& faults, Fate& fate,
             const Clock& clock, Canary canary);

  const NoteVerifier& verifier() const { return verifier_; }
  /// None when nobody is there to answer.
  std::optional<WitnessAnswer> ask(const std::string& body);
  State state() const;
  /// A disk that lied has lost what was cosigned: it stays down, as it must.
  bool is_dead() const { return is_dead_; }

 private:
  void start();
  void fall();

  std::size_t number_;
  NoteVerifier verifier_;
  State begin_;
  Disk disk_;
  GuardDisk guard_disk_;
  const Faults& faults_;
  Fate& fate_;
  const Clock& clock_;
  Canary canary_;
  std::unique_ptr<FaultyStore> store_;
  std::unique_ptr<FaultyGuard> guard_;
  std::unique_ptr<Witness> witness_;
  bool has_lied_ = false;
  bool is_dead_ = false;
};

/// Asks witnesses over a network that loses, doubles and delays, and counts their cosignatures by
/// the real policy. In one thread: the product's own (ledger/witness_cosigner.h) has one for each
/// witness.
class SimCosigner final : public Cosigner {
 public:
  SimCosigner(std::vector<SimWitness>& witnesses, std::size_t quorum, const Faults& faults,
              Fate& fate, ManualClock& clock);

  Result<std::string> cosign(const SignedCheckpoint& newer, const ProveGrowth& prove) override;
  bool is_cosigned(std::string_view note) const override;

 private:
  Result<std::string> ask(std::size_t index, const SignedCheckpoint& newer,
                          const ProveGrowth& prove);
  std::optional<WitnessAnswer> send(std::size_t index, const std::string& body);

  std::vector<SimWitness>& witnesses_;
  Policy policy_;
  const Faults& faults_;
  Fate& fate_;
  ManualClock& clock_;
  std::vector<TreeSize> known_;    ///< the size each is believed to have cosigned
  std::vector<std::string> late_;  ///< bodies that were delayed, to arrive some time
};

}  // namespace usufruct::sim
