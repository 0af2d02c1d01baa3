#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/did_key.h"
#include "ledger/law.h"
#include "ledger/signed.h"
#include "ledger/writer.h"

namespace usufruct {

inline SigningKey key_from(std::uint64_t seed) {
  SeededChance chance(seed);
  return SigningKey::generate(chance);
}

inline constexpr std::string_view test_origin = "test.example/log";
inline LogKey test_log_key() { return {std::string(test_origin), key_from(1)}; }
inline NoteVerifier test_verifier() {
  return *note_verifier(test_origin, NoteKeyType::ed25519, key_from(1).verify_key());
}

/// The n-th of a row of different signed records; larger with more `padding`.
inline Verified test_record(std::uint64_t n, std::size_t padding = 0) {
  static const SigningKey key = key_from(2);
  Record record;
  record.issuer = print_did_key(key.verify_key());
  record.body = Party{.name = fmt::format("party {}", n), .contact = std::string(padding, 'x')};
  return *sign(record, key);
}

inline std::vector<Verified> test_records(std::uint64_t from, std::uint64_t to) {
  std::vector<Verified> records;
  for (std::uint64_t n = from; n < to; ++n) records.push_back(test_record(n));
  return records;
}

/// A law without rules.
inline Result<void> permit(const Graph&, const Candidate&) { return {}; }

}  // namespace usufruct
