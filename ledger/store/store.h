#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct {

/// Changes that happen together or not at all, in the order given. Keys are bytes, not text.
class Batch {
 public:
  struct Change {
    std::string key;
    std::optional<Bytes> value;  ///< none: the key is erased; that it is not there is no error
  };
  void put(std::string key, Bytes value) { changes_.push_back({std::move(key), std::move(value)}); }
  void erase(std::string key) { changes_.push_back({std::move(key), std::nullopt}); }
  const std::vector<Change>& changes() const { return changes_; }
  std::size_t size() const { return changes_.size(); }

 private:
  std::vector<Change> changes_;
};

/// Where a log is kept: ordered keys and values, atomic batches.
///
/// Calls are safe from several threads at once. Errors: `unavailable` when the disk does not answer
/// or is full; `unverified` when what lies there is damaged. After a failed commit() it is unknown
/// whether the batch will be there when the store is opened again; until then the store may refuse
/// everything.
class Store {
 public:
  virtual ~Store() = default;

  virtual Result<std::optional<Bytes>> get(std::string_view key) const = 0;
  /// Returns when the batch is durable: it survives a crash of the machine.
  virtual Result<void> commit(const Batch& batch) = 0;
  /// Says whether to go on.
  using Visit = std::function<bool(std::string_view key, View value)>;
  /// All keys with a prefix, ascending as unsigned bytes, as they were when the scan began.
  virtual Result<void> scan(std::string_view prefix, const Visit& visit) const = 0;
};

}  // namespace usufruct
