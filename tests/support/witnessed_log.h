#pragma once

#include <string>
#include <vector>

#include "ledger/hash_levels.h"
#include "ledger/log_list.h"
#include "ledger/witness_request.h"
#include "tests/support/records.h"

namespace usufruct {

/// A log with nothing but hashes, whose operator may fork it: for what speaks to witnesses.
class WitnessedLog {
 public:
  explicit WitnessedLog(std::string origin = std::string(test_origin), std::uint64_t seed = 1)
      : origin_(std::move(origin)), key_(key_from(seed)) {}

  void grow_to(std::uint64_t size, std::string_view history = "a") {
    while (levels_.size().value < size) {
      levels_.append(hash_leaf(as_view(fmt::format("{} {}", history, levels_.size().value))));
    }
  }
  Digest root(std::uint64_t size) const { return *root_of(levels_, {size}); }
  Checkpoint checkpoint(std::uint64_t size) const { return {origin_, {size}, root(size), {}}; }
  SignedCheckpoint signed_checkpoint(std::uint64_t size) const {
    return *sign_checkpoint(checkpoint(size), key_);
  }
  std::string note(std::uint64_t size) const { return signed_checkpoint(size).note; }
  Proof proof(std::uint64_t from, std::uint64_t to) const {
    return *prove_consistency(levels_, {{from}, {to}});
  }
  /// The body of an add-checkpoint request.
  std::string body(std::uint64_t from, std::uint64_t to) const {
    return print_add_checkpoint({{from}, proof(from, to), note(to)});
  }
  ListedLog listed() const {
    return {*note_verifier(origin_, NoteKeyType::ed25519, key_.verify_key()), origin_};
  }
  const std::string& origin() const { return origin_; }
  const SigningKey& key() const { return key_; }

 private:
  std::string origin_;
  SigningKey key_;
  HashLevels levels_;
};

}  // namespace usufruct
