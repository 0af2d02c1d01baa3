#pragma once

#include <signal.h>
#include <unistd.h>

#include "ledger/head_guard.h"
#include "ledger/store/store.h"

namespace usufruct {

/// Ends the process, as kill -9 does, at the n-th step that changes a disk: before and after each
/// commit of the store and each save of the guard. 0: never.
class KillSwitch {
 public:
  explicit KillSwitch(std::uint64_t at) : at_(at) {}
  void step() {
    if (++steps_ == at_) ::kill(::getpid(), SIGKILL);
  }

 private:
  std::uint64_t at_;
  std::uint64_t steps_ = 0;
};

class KillingStore final : public Store {
 public:
  KillingStore(Store& under, KillSwitch& end) : under_(under), end_(end) {}
  Result<std::optional<Bytes>> get(std::string_view key) const override { return under_.get(key); }
  Result<void> scan(std::string_view prefix, const Visit& visit) const override {
    return under_.scan(prefix, visit);
  }
  Result<void> commit(const Batch& batch) override {
    end_.step();
    auto committed = under_.commit(batch);
    end_.step();
    return committed;
  }

 private:
  Store& under_;
  KillSwitch& end_;
};

class KillingGuard final : public HeadGuard {
 public:
  KillingGuard(HeadGuard& under, KillSwitch& end) : under_(under), end_(end) {}
  Result<std::optional<std::string>> load() const override { return under_.load(); }
  Result<void> replace(const std::optional<std::string>& expected, std::string_view next) override {
    end_.step();
    auto replaced = under_.replace(expected, next);
    end_.step();
    return replaced;
  }

 private:
  HeadGuard& under_;
  KillSwitch& end_;
};

}  // namespace usufruct
