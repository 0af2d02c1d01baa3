#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crypto/note.h"
#include "ledger/signed.h"

namespace usufruct::sim {

/// Of the log that is simulated. Made once: a new key costs as much as a signature.
const NoteVerifier& log_verifier();

/// Signed records that refer to one another, made once for all runs. Record n is entry n of the
/// logs that runs begin with.
class Pool {
 public:
  explicit Pool(std::size_t count);
  const Verified& operator[](std::size_t number) const { return records_[number]; }
  std::span<const Verified> first(std::size_t count) const { return {records_.data(), count}; }
  std::size_t size() const { return records_.size(); }
  /// The record with this envelope, or null.
  const Verified* find(View envelope) const;

 private:
  std::vector<Verified> records_;
  std::unordered_map<std::string_view, std::size_t> by_envelope_;  ///< into records_
};

}  // namespace usufruct::sim
