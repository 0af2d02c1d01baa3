#include "trustee/http/witness_face.h"

#include <memory>
#include <string>

namespace usufruct::http {
namespace {

constexpr std::string_view prometheus_type = "text/plain; version=0.0.4; charset=utf-8";

Response response_of(WitnessAnswer answer) {
  Response response{.status = answer.status};
  response.headers.add("content-type", answer.content_type);
  response.headers.add("cache-control", "no-store");
  if (answer.status == 503) response.headers.add("retry-after", "1");
  if (answer.status == 429) response.headers.add("retry-after", "60");
  response.body = Body(std::move(answer.body));
  return response;
}

}  // namespace

Limits witness_limits() {
  Limits limits;
  limits.body_bytes = add_checkpoint_bytes_max;
  return limits;
}

WitnessFace::WitnessFace(Witness& witness, Workers& workers, const Metrics& metrics)
    : witness_(witness), workers_(workers), metrics_(metrics) {
  router_.add("POST", "/add-checkpoint", [this](Request request, const PathValues&, Reply reply) {
    add_checkpoint(std::move(request), std::move(reply));
  });
  router_.add("GET", "/metrics",
              [this](Request, const PathValues&, Reply reply) { reply.send(watch()); });
  router_.add("GET", "/healthz",
              [this](Request, const PathValues&, Reply reply) { reply.send(health()); });
  router_.add("GET", "/{hash}/checkpoint",
              [this](Request request, const PathValues& values, Reply reply) {
                // Views into the request, which moves on.
                std::string hash(values.front());
                workers_.answer(std::move(request), std::move(reply),
                                [this, hash = std::move(hash)](const Request&) {
                                  return response_of(witness_.checkpoint(hash));
                                });
              });
}

Handler WitnessFace::handler() const {
  return [this](Request request, Reply reply) { router_(std::move(request), std::move(reply)); };
}

void WitnessFace::add_checkpoint(Request request, Reply reply) {
  // Shared, because what is handed on must be copyable; one of them answers.
  const auto shared = std::make_shared<Reply>(std::move(reply));
  std::move_only_function<void()> work = [this, shared, body = std::move(request.body)] {
    witness_.add_checkpoint(std::string(as_text(body)), [shared](WitnessAnswer answer) {
      shared->send(response_of(std::move(answer)));
    });
  };
  if (!workers_.post(work)) {
    shared->send(response_of({.status = 503, .body = "too much waits already\n"}));
  }
}

Response WitnessFace::health() const {
  if (witness_.is_failed()) return text_response(503, "the witness stopped after an error\n");
  return text_response(200, "ok\n");
}

Response WitnessFace::watch() const {
  const WitnessCounts counts = witness_.counts();
  PrometheusText text;
  text.counter("usufruct_witness_cosigned_total", "checkpoints cosigned", counts.cosigned);
  text.counter("usufruct_witness_conflicts_total", "answers of 409", counts.conflicts);
  text.counter("usufruct_witness_refused_total", "other answers below 500", counts.refused);
  text.counter("usufruct_witness_failed_total", "answers of 503", counts.failed);
  text.counter("usufruct_witness_suspicions_total", "requests kept as evidence of a fork",
               counts.suspicions);
  text.counter("usufruct_witness_commits_total", "commits in the life of the store",
               counts.commits);
  metrics_.print_to(text);
  Response response;
  response.headers.add("content-type", prometheus_type);
  response.body = Body(text.text());
  return response;
}

}  // namespace usufruct::http
