#pragma once

#include "ledger/witness.h"
#include "trustee/http/limits.h"
#include "trustee/http/metrics.h"
#include "trustee/http/router.h"
#include "trustee/http/workers.h"

namespace usufruct::http {

/// The HTTP face of a witness (C2SP tlog-witness v1.0.0), ready to be a server's handler; the
/// submission and the monitoring prefix are the server's root:
///
///     POST /add-checkpoint
///     GET  /<hex SHA-256 of the origin>/checkpoint
///     GET  /metrics, /healthz
///
/// Signatures, proofs and the disk are the workers'. Borrows all three; must outlive the server.
class WitnessFace {
 public:
  WitnessFace(Witness& witness, Workers& workers, const Metrics& metrics);
  WitnessFace(const WitnessFace&) = delete;
  WitnessFace& operator=(const WitnessFace&) = delete;

  const Router& router() const { return router_; }
  Handler handler() const;

 private:
  void add_checkpoint(Request request, Reply reply);
  Response health() const;
  Response watch() const;

  Witness& witness_;
  Workers& workers_;
  const Metrics& metrics_;
  Router router_{Cors::everyone};
};

/// The limits of a server that is a witness: its requests are small.
Limits witness_limits();

}  // namespace usufruct::http
