#include "trustee/http/node.h"

#include <utility>

namespace usufruct::http {

Node::Node(NodeParts parts, Workers& workers, const Metrics& metrics)
    : state_(std::move(parts.state)),
      more_(std::move(parts.more)),
      workers_(workers),
      metrics_(metrics),
      log_(parts.published, workers),
      records_(std::move(parts.submit), workers),
      proofs_(parts.published, std::move(parts.locate), workers) {
  log_.add_to(router_);
  records_.add_to(router_);
  proofs_.add_to(router_);
  add_watching();
}

Handler Node::handler() const {
  return [this](Request request, Reply reply) { router_(std::move(request), std::move(reply)); };
}

void Node::add_watching() {
  router_.add("GET", "/healthz", [this](Request request, const PathValues&, Reply reply) {
    if (!state_().is_failed) return reply.send(text_response(200, "ok\n"));
    const auto failed = unavailable("the log stopped writing; reading goes on",
                                    "see its messages, and start it again");
    reply.send(error_response(failed.error(), request.id));
  });
  router_.add("GET", "/metrics", [this](Request, const PathValues&, Reply reply) {
    const NodeState state = state_();
    PrometheusText text;
    text.gauge("usufruct_log_entries", "entries under the published checkpoint",
               static_cast<double>(state.log_size));
    text.counter("usufruct_log_rounds_total", "rounds written since the start", state.rounds);
    text.gauge("usufruct_log_waiting", "envelopes submitted and not answered",
               static_cast<double>(state.waiting));
    text.gauge("usufruct_log_failed", "1 when the log stopped writing", state.is_failed ? 1 : 0);
    metrics_.print_to(text);
    if (more_) more_(text);
    Response response{.body = Body(text.text())};
    response.headers.add("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.headers.add("cache-control", "no-store");
    reply.send(std::move(response));
  });
}

}  // namespace usufruct::http
