#pragma once

#include <functional>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/record/id.h"
#include "ledger/tlog_proof.h"
#include "trustee/http/router.h"
#include "trustee/http/workers.h"

namespace usufruct::http {

/// The way into the log for envelopes (Intake::submit()): verified, logged in their order, answered
/// once a published checkpoint covers them. An error at once when too much waits already.
using Submit = std::function<Result<void>(std::vector<Bytes> envelopes,
                                          std::function<void(std::vector<Result<Receipt>>)> done)>;

/// Where records come in; specs/log.md §3.1, specs/openapi.yaml.
///
///     POST /v1/records   application/octet-stream               one envelope → its receipt
///                        application/json                       the same as JSON
///                        application/vnd.usufruct.envelopes     many → an answer to each
///
/// The reply comes when the records are durable and published, so it says `200` and means it. The
/// same bytes again get the same receipt. Borrows the workers.
class RecordFace {
 public:
  RecordFace(Submit submit, Workers& workers) : submit_(std::move(submit)), workers_(workers) {}

  void add_to(Router& router);

 private:
  void post(Request request, Reply reply);
  void post_json(Request request, Reply reply);
  void post_one(Bytes envelope, const std::string& id, Reply reply);
  void post_many(const Request& request, Reply reply);

  Submit submit_;
  Workers& workers_;
};

}  // namespace usufruct::http
