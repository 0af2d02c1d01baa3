#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ledger/export.h"
#include "ledger/signed.h"
#include "ledger/view/graph.h"
#include "trustee/workspace.h"

namespace usufruct {

/// What the ledger answered to a record.
struct Submitted {
  RecordId id;
  std::uint64_t index = 0;
  Time time;               ///< ledger time
  std::string tlog_proof;  ///< the receipt: C2SP tlog-proof, verified offline
};

/// How everything above the ledger speaks to it, whether it is a folder here or a node elsewhere.
class Client {
 public:
  virtual ~Client() = default;

  /// Submits records in order; each is admitted by the law or refused, and the answers are in the
  /// same order. What is answered with a receipt is durable and covered by a published checkpoint.
  virtual std::vector<Result<Submitted>> submit(std::vector<Verified> records) = 0;
  Result<Submitted> submit(Verified record);

  /// Everything recorded so far, what was submitted through this client included: valid as long as
  /// the client. No visit may be under way while something is submitted.
  virtual const Graph& graph() const = 0;
  /// Whether every answer of graph() so far was whole: ask before acting on one. The first error,
  /// if not.
  virtual Result<void> health() const = 0;
  /// The newest signed checkpoint: a note.
  virtual std::string checkpoint() const = 0;
};

/// A workspace's own ledger, in this process. One process at a time writes: a second is refused
/// with `conflict`. Its witnesses, where it has some, are asked as by a log that is served: without
/// their quorum a record is in the log, and answered `unavailable`, if the workspace requires it.
class LocalClient final : public Client {
 public:
  static Result<std::unique_ptr<LocalClient>> open(const Workspace& workspace, const Clock& clock);
  ~LocalClient() override;

  using Client::submit;
  std::vector<Result<Submitted>> submit(std::vector<Verified> records) override;
  const Graph& graph() const override;
  Result<void> health() const override;
  std::string checkpoint() const override;

  /// Writes the public face of the log, in the layout of C2SP tlog-tiles, to a folder: all an
  /// auditor needs beside the log's public key.
  Result<void> export_to(const std::filesystem::path& folder,
                         const ExportOptions& options = {}) const;

 private:
  struct Parts;
  explicit LocalClient(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace usufruct
