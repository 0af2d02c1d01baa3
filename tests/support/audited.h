#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>

#include "crypto/stream.h"
#include "ledger/audit.h"
#include "ledger/entry.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"

namespace usufruct {

inline bool finds(const AuditReport& report, const std::string& rule,
                  std::optional<std::uint64_t> index) {
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    return finding.rule == rule && finding.index.has_value() == index.has_value() &&
           (!index || finding.index->value == *index);
  });
}

/// A folder with a log of test records, signed by the log's key whatever is in it: what a dishonest
/// operator can publish.
class PublishedLog {
 public:
  /// Changes the bytes of an entry before they are hashed.
  using Change = std::function<void(std::uint64_t index, Bytes& entry)>;

  explicit PublishedLog(std::uint64_t size, const Change& change = nullptr) : size_(size) {
    LogFolder::write(folder_.path(), test_log_key(), size, [&](std::uint64_t i) {
      Bytes entry = encode_entry({1'000 + static_cast<std::int64_t>(i)}, test_record(i).envelope());
      if (change) change(i, entry);
      return entry;
    });
  }

  const std::filesystem::path& path() const { return folder_.path(); }
  AuditReport audit(const AuditOptions& options = {}, const Law& law = permit) const {
    return usufruct::audit(FolderReader(path()), test_verifier(), law, options);
  }
  SignedCheckpoint head() const {
    return *open_checkpoint(*FolderReader(path()).checkpoint(), test_verifier());
  }
  std::uint64_t size() const { return size_; }

  void rewrite(const std::string& file, const std::function<void(Bytes&)>& how) {
    Bytes bytes = *read_file(path() / file, bundle_bytes_max);
    how(bytes);
    CHECK_THAT(write_file(path() / file, bytes).has_value());
  }

 private:
  std::uint64_t size_;
  Scratch folder_;
};

/// Breaks the signature of one entry.
inline PublishedLog::Change forge(std::uint64_t at) {
  return [at](std::uint64_t index, Bytes& entry) {
    if (index == at) entry.back() ^= 1;
  };
}

}  // namespace usufruct
