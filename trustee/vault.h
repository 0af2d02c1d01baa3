#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "crypto/age.h"
#include "crypto/base/chance.h"
#include "crypto/share.h"
#include "crypto/stream.h"
#include "ledger/record/record.h"

namespace usufruct {

/// Where the data lie, unreadable. For each deposit, in a folder named by the SHA-256 of its sealed
/// data, which the Version record names; so no deposit ever replaces another:
///
///     vault/<sealed>/data.sealed        the table, under the content key (crypto/seal.h)
///     vault/<sealed>/pepper.sealed      the dataset's pepper, under the content key
///     vault/<sealed>/share-<n>.age      share n, sealed to trustee n
///     vault/<sealed>/given/<request>/<n>.age   share n, sealed to the custodian for one request
///     vault/peppers/<dataset>.age       the pepper, sealed to the owner, who records consents
///
/// Nothing in it opens without k trustees. Formats: specs/release.md, "The vault".
class Vault {
 public:
  explicit Vault(std::filesystem::path root) : root_(std::move(root)) {}

  /// Seals a table: a fresh secret, dealt k-of-n, share i to the i-th recipient. Returns what the
  /// Version record says of custody. An interrupted deposit leaves nothing that counts; depositing
  /// the same root again replaces it only when the ledger does not know it yet: that is the
  /// caller's check.
  Result<Custody> deposit(const std::filesystem::path& table,
                          std::span<const AgeRecipient> trustees, std::size_t threshold,
                          const Secret<32>& pepper, Chance& chance) const;

  /// Makes and keeps a dataset's pepper for its owner; and reads it again with the owner's key.
  Result<Secret<32>> create_pepper(const RecordId& dataset, const AgeRecipient& owner,
                                   Chance& chance) const;
  Result<Secret<32>> pepper(const RecordId& dataset, const AgeIdentity& owner) const;

  /// The trustee's own share, opened and checked against the commitments.
  Result<Share> share(const Digest& deposit, std::size_t seat, const AgeIdentity& trustee,
                      std::span<const Commitment> commitments) const;

  /// Hands a share to the custodian, for one request only.
  Result<void> give(const Digest& deposit, const RecordId& request, const Share& share,
                    const AgeRecipient& custodian, Chance& chance) const;
  /// The shares handed over for a request; each is bound to it.
  Result<std::vector<Share>> given(const Digest& deposit, const RecordId& request,
                                   const AgeIdentity& custodian) const;

  /// Opens the table with k shares: checks the sealed bytes, then writes the table to the sink.
  /// Fewer shares: `denied`.
  Result<void> open(const Custody& custody, std::span<const Share> shares, ByteSink& table) const;
  /// The pepper as it lies beside the table.
  Result<Secret<32>> open_pepper(const Custody& custody, std::span<const Share> shares) const;
  /// Tries with whatever shares there are, threshold or not: what an attacker could do. With fewer
  /// than k it is `unverified`, because the key it makes opens nothing.
  Result<void> force(const Digest& deposit, std::span<const Share> shares) const;

 private:
  std::filesystem::path folder(const Digest& deposit) const;

  std::filesystem::path root_;
};

/// The commitments of a custody as points; the law has checked that they parse.
Result<std::vector<Commitment>> commitments_of(const Custody& custody);

}  // namespace usufruct
