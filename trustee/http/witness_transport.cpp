#include "trustee/http/witness_transport.h"

#include "ledger/witness_cosigner.h"

namespace usufruct::http {

Result<WitnessReply> HttpWitnessTransport::add_checkpoint(const std::string& prefix,
                                                          std::string_view body) {
  Client& client = *TRY(client_of(prefix));
  const Fetched fetched =
      TRY(client.post("/add-checkpoint", "text/plain; charset=utf-8", as_view(body)));
  return WitnessReply{
      .status = fetched.status,
      .content_type = std::string(fetched.headers.find("content-type").value_or("")),
      .body = std::string(as_text(fetched.body))};
}

/// The map's mutex is not held during a request: a prefix is asked by one thread at a time.
Result<Client*> HttpWitnessTransport::client_of(const std::string& prefix) {
  const std::lock_guard lock(mutex_);
  auto& client = clients_[prefix];
  if (!client) {
    client = TRY(Client::open(prefix, {.ca_file = options_.ca_file,
                                       .connect = options_.connect,
                                       .answer = options_.answer,
                                       .response_bytes_max = cosignature_bytes_max,
                                       .accepts_gzip = false}));
  }
  return client.get();
}

}  // namespace usufruct::http
