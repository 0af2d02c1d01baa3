#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "ledger/witness_transport.h"
#include "trustee/http/client.h"

namespace usufruct::http {

struct WitnessTransportOptions {
  std::chrono::milliseconds connect{2'000};
  std::chrono::milliseconds answer{5'000};
  std::filesystem::path ca_file{};  ///< PEM; empty: the machine's own
};

/// Witnesses reached over HTTP: one kept connection for each prefix.
class HttpWitnessTransport final : public WitnessTransport {
 public:
  explicit HttpWitnessTransport(WitnessTransportOptions options = {}) : options_(options) {}
  Result<WitnessReply> add_checkpoint(const std::string& prefix, std::string_view body) override;

 private:
  Result<Client*> client_of(const std::string& prefix);

  const WitnessTransportOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::unique_ptr<Client>> clients_;  ///< guarded by mutex_
};

}  // namespace usufruct::http
