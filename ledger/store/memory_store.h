#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "ledger/store/store.h"

namespace usufruct {

/// A store that forgets when the process ends: for tests, and for trying things out.
class MemoryStore final : public Store {
 public:
  Result<std::optional<Bytes>> get(std::string_view key) const override;
  Result<void> commit(const Batch& batch) override;
  Result<void> scan(std::string_view prefix, const Visit& visit) const override;

 private:
  using Map = std::map<std::string, Bytes, std::less<>>;
  mutable std::mutex mutex_;
  Map map_;  ///< guarded by mutex_; std::string compares as unsigned bytes
};

}  // namespace usufruct
