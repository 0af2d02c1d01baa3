#pragma once

#include <cstdint>

#include "trustee/http/log_face.h"
#include "trustee/http/metrics.h"
#include "trustee/http/proof_face.h"
#include "trustee/http/record_face.h"

namespace usufruct::http {

/// What a log is doing, for those who watch it.
struct NodeState {
  std::uint64_t log_size = 0;
  std::uint64_t rounds = 0;   ///< written since the start
  std::uint64_t waiting = 0;  ///< envelopes submitted and not answered
  bool is_failed = false;     ///< it stopped writing; see /healthz
};

/// What a node serves, as functions: so that a test, or another store, can stand behind it.
struct NodeParts {
  Published published;
  Submit submit;
  Locate locate;
  std::function<NodeState()> state;
  std::function<void(PrometheusText&)> more{};  ///< what else /metrics says; may be empty
};

/// The whole HTTP face of a log, ready to be a server's handler: the log, records, proofs, and for
/// its operator `/metrics` (Prometheus) and `/healthz`. specs/openapi.yaml lists its routes.
///
/// Borrows workers and metrics. It outlives the server, and stops the workers when it goes, since
/// what they do is its own. What takes records may answer after that, on the workers or not, so it
/// goes before them: make workers, intake, node and server in that order.
class Node {
 public:
  Node(NodeParts parts, Workers& workers, const Metrics& metrics);
  ~Node() { workers_.stop(); }
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const Router& router() const { return router_; }
  Handler handler() const;

 private:
  void add_watching();

  std::function<NodeState()> state_;
  std::function<void(PrometheusText&)> more_;
  Workers& workers_;
  const Metrics& metrics_;
  LogFace log_;
  RecordFace records_;
  ProofFace proofs_;
  Router router_{Cors::everyone};
};

}  // namespace usufruct::http
