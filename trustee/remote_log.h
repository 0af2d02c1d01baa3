#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/note.h"
#include "ledger/checkpoint.h"
#include "ledger/tlog_proof.h"
#include "trustee/http/client.h"

namespace usufruct {

/// A log on a node elsewhere, written to over HTTP. Nothing the node says is believed: checkpoint
/// and receipts are checked against the log's key. One thread at a time.
///
///     auto log = TRY(RemoteLog::open("https://log.example.org", TRY(parse_vkey(vkey))));
///     for (auto& receipt : TRY(log.submit(envelopes))) …
class RemoteLog {
 public:
  /// Asks nothing yet.
  static Result<RemoteLog> open(std::string_view url, NoteVerifier log,
                                http::ClientOptions options = {});

  /// The newest checkpoint, its signature checked.
  Result<SignedCheckpoint> checkpoint();
  /// Submits envelopes in their order, as many to a request as go into one. An answer to each: its
  /// receipt, verified, or the node's refusal. An error of the whole when the node cannot be
  /// reached or answers nonsense; then some may be logged, and submitting all again is safe.
  Result<std::vector<Result<Receipt>>> submit(std::span<const Bytes> envelopes);

 private:
  RemoteLog(std::unique_ptr<http::Client> client, NoteVerifier log)
      : client_(std::move(client)), log_(std::move(log)) {}
  Result<void> submit_some(std::span<const Bytes> envelopes, std::vector<Result<Receipt>>& answers);
  Result<Receipt> verified(std::string_view text, View envelope) const;

  std::unique_ptr<http::Client> client_;
  NoteVerifier log_;
};

}  // namespace usufruct
