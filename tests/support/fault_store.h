#pragma once

#include <atomic>
#include <functional>
#include <set>

#include "ledger/store/store.h"

namespace usufruct {

/// A store over another that fails by plan. Commits and reads are counted from 1.
class FaultStore final : public Store {
 public:
  enum class Fault { none, before, after };  ///< fails and did nothing; fails, but it is written
  struct Plan {
    std::function<Fault(int commit)> commit = [](int) { return Fault::none; };
    std::function<bool(int read)> read = [](int) { return false; };
  };
  FaultStore(Store& under, Plan plan) : under_(under), plan_(std::move(plan)) {}

  Result<std::optional<Bytes>> get(std::string_view key) const override {
    if (plan_.read(++reads_)) return unavailable("a planned failure to read");
    return under_.get(key);
  }
  Result<void> scan(std::string_view prefix, const Visit& visit) const override {
    if (plan_.read(++reads_)) return unavailable("a planned failure to scan");
    return under_.scan(prefix, visit);
  }
  Result<void> commit(const Batch& batch) override {
    const Fault fault = plan_.commit(++commits_);
    if (fault == Fault::before) return unavailable("a planned full disk");
    CHECK_OK(under_.commit(batch));
    if (fault == Fault::after) return unavailable("a planned lost answer");
    return {};
  }
  int commits() const { return commits_; }
  int reads() const { return reads_; }

 private:
  Store& under_;
  Plan plan_;
  mutable std::atomic<int> reads_ = 0;
  int commits_ = 0;
};

}  // namespace usufruct
