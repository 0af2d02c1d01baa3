#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/keyfile.h"
#include "ledger/view/graph.h"
#include "trustee/vault.h"

namespace usufruct {

/// A folder in which the whole of Usufruct works without a server:
///
///     usufruct.yaml     origin and public key of the log
///     log.key           what the log signs with (0600)
///     log.guard         the last checkpoint it signed, apart from the store
///     ledger/           the store
///     vault/            the data, unreadable
///     keys/<name>.key   key files of the parties that work here
///     documents/        what records refer to by digest: `<sha256>.<ext>`
///     packages/         releases, sealed to their recipients: `<sha256>.age`
///     traces/           what their custodian keeps of them, sealed to it (trustee/trace_file.h)
///     receipts/         a `.tlog-proof` for each record submitted one by one, with its envelope
///     labels/<name>     names for record ids, for people; local, not on the ledger
///
/// Paths and small files only; the ledger itself is opened by LocalClient.
class Workspace {
 public:
  struct Options {
    std::string origin;  ///< of the log, as on its checkpoints: a name with no space
  };
  /// Makes one in a folder that does not exist or is empty. `conflict` otherwise.
  static Result<Workspace> create(const std::filesystem::path& root, const Options& options,
                                  Chance& chance);
  /// Opens one. `not_found` when the folder holds none.
  static Result<Workspace> open(const std::filesystem::path& root);
  /// The workspace a folder lies in: itself, or the nearest above it.
  static Result<Workspace> find(const std::filesystem::path& from);

  const std::filesystem::path& root() const { return root_; }
  const std::string& origin() const { return origin_; }
  /// The log's verifier key as C2SP writes it: `origin+hash+base64`.
  const std::string& log_vkey() const { return log_vkey_; }
  /// What becomes of a checkpoint without a quorum of its witnesses: `require` (not published) or
  /// `prefer` (published). From the workspace's file; `require` where it says nothing.
  const std::string& witness_mode() const { return witness_mode_; }

  std::filesystem::path ledger() const { return root_ / "ledger"; }
  std::filesystem::path log_key() const { return root_ / "log.key"; }
  std::filesystem::path former_log_key() const { return root_ / "log.key.former"; }
  std::filesystem::path log_guard() const { return root_ / "log.guard"; }
  std::filesystem::path statements() const { return root_ / "statements"; }
  std::filesystem::path documents() const { return root_ / "documents"; }
  std::filesystem::path packages() const { return root_ / "packages"; }
  std::filesystem::path traces() const { return root_ / "traces"; }
  std::filesystem::path receipts() const { return root_ / "receipts"; }
  Vault vault() const { return Vault(root_ / "vault"); }

  std::filesystem::path key_path(std::string_view name) const;
  std::vector<std::string> key_names() const;
  /// A party's keys by the name of its file; `not_found` says which names there are.
  Result<KeyPair> key(std::string_view name, const PassphraseSource& passphrase) const;
  Result<PublicKeys> public_key(std::string_view name) const;

  /// Whether a label can be given: a plain name (letters, digits, `-`, `_`, `.`) that does not look
  /// like the beginning of a record id.
  Result<void> check_label(std::string_view label) const;
  /// Gives a record a name here.
  Result<void> set_label(std::string_view label, const RecordId& id) const;
  std::optional<RecordId> label(std::string_view label) const;
  std::optional<std::string> label_of(const RecordId& id) const;

  /// What a person may write for a record: a label, a whole id, or the first 6 or more digits of
  /// one. For a party also the name of a key file. `not_found`, or `conflict` when several begin
  /// so.
  Result<RecordId> resolve(std::string_view text, const Graph& graph) const;

  /// Writes down that the log has another key; this object goes on with the one before.
  Result<void> set_log_vkey(const std::string& vkey) const;

  /// Keeps a document by digest and says which.
  Result<Digest> keep_document(View bytes, std::string_view extension) const;

 private:
  Result<void> check_key(std::string_view name) const;

  Workspace(std::filesystem::path root, std::string origin, std::string log_vkey,
            std::string witness_mode);

  std::filesystem::path root_;
  std::string origin_;
  std::string log_vkey_;
  std::string witness_mode_;
};

}  // namespace usufruct
