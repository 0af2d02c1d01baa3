#pragma once

#include <optional>
#include <string>

#include "ledger/head_guard.h"

namespace usufruct {

/// A guard that forgets when the process ends, and fails when told to.
class MemoryGuard final : public HeadGuard {
 public:
  Result<std::optional<std::string>> load() const override { return saved; }
  Result<void> replace(const std::optional<std::string>& expected, std::string_view next) override {
    if (fails) return unavailable("a planned failure to guard");
    if (saved != expected) return conflict("the guard holds another checkpoint");
    saved = next;
    return {};
  }
  std::optional<std::string> saved;
  bool fails = false;
};

}  // namespace usufruct
