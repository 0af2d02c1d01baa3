#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/base/time.h"
#include "ledger/store/rocksdb_store.h"
#include "ledger/witness.h"

namespace usufruct {

/// A folder in which a witness lives:
///
///     witness.key    what it signs with (0600), as Go's note package writes a key
///     witness.vkey   its public key, to be given to logs and verifiers
///     logs           the logs it serves, as lists of the witness network are written ("logs/v0")
///     store/         what it has cosigned, and evidence of forks
///     guard          the count of its commits, apart from the store
///
/// Paths and small files only; OpenedWitness opens the rest.
class WitnessFolder {
 public:
  /// `conflict` when something is there already, `malformed` when the name cannot be a key's.
  static Result<WitnessFolder> create(const std::filesystem::path& root, const std::string& name,
                                      Chance& chance);
  /// `not_found` when the folder holds none.
  static Result<WitnessFolder> open(const std::filesystem::path& root);

  const std::filesystem::path& root() const { return root_; }
  const NoteVerifier& verifier() const { return verifier_; }
  std::filesystem::path logs_path() const { return root_ / "logs"; }
  std::filesystem::path store_path() const { return root_ / "store"; }
  std::filesystem::path guard_path() const { return root_ / "guard"; }

  Result<NoteSigner> signer() const;
  Result<std::vector<ListedLog>> logs() const;
  Result<void> write_logs(const std::vector<ListedLog>& logs) const;

 private:
  WitnessFolder(std::filesystem::path root, NoteVerifier verifier);

  std::filesystem::path root_;
  NoteVerifier verifier_;
};

/// A folder's witness, ready to answer. One process at a time: a second is refused with `conflict`.
class OpenedWitness {
 public:
  /// Borrows the clock.
  static Result<OpenedWitness> open(const WitnessFolder& folder, const Clock& clock,
                                    WitnessOptions options = {});
  Witness& witness() const { return *witness_; }

 private:
  OpenedWitness() = default;
  std::unique_ptr<RocksdbStore> store_;
  std::unique_ptr<FileHeadGuard> guard_;
  std::unique_ptr<Witness> witness_;  ///< borrows the two above: the first to go
};

}  // namespace usufruct
