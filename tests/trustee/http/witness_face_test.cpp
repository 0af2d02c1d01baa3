#include "trustee/http/witness_face.h"

#include <doctest/doctest.h>

#include "crypto/hash.h"
#include "ledger/policy.h"
#include "ledger/store/memory_store.h"
#include "ledger/witness_cosigner.h"
#include "tests/support/witnessed_log.h"
#include "tests/trustee/http/served.h"
#include "trustee/http/client.h"
#include "trustee/http/witness_transport.h"

namespace usufruct::http {
namespace {

/// A witness of one log behind a real server.
struct ServedWitness {
  ServedWitness(std::uint64_t seed, const WitnessedLog& log)
      : witness(*Witness::open(store, {fmt::format("w{}.example", seed), key_from(seed)}, clock)),
        face(*witness, workers, metrics) {
    witness->set_logs({log.listed()});
    server = *Server::start({.limits = witness_limits()}, face.handler(), clock, metrics, access);
  }
  MemoryStore store;
  SystemClock clock;
  std::unique_ptr<Witness> witness;
  Workers workers{2, 64};
  Metrics metrics;
  AccessLog access{{}};
  WitnessFace face;
  std::unique_ptr<Server> server;
};

struct Answer {
  int status;
  std::string type;
  std::string body;
  bool operator==(const Answer&) const = default;
};

Answer post(const Server& server, std::string_view body) {
  auto client = *Client::open(server.url());
  const auto fetched = client->post("/add-checkpoint", "text/plain", as_view(body));
  REQUIRE(fetched);
  return {fetched->status, std::string(fetched->headers.find("content-type").value_or("")),
          std::string(as_text(fetched->body))};
}

TEST_CASE("witness face: every status with its body and type over HTTP") {
  WitnessedLog log;
  log.grow_to(30);
  const ServedWitness served(40, log);
  const auto ask = [&](std::string_view body) { return post(*served.server, body); };
  const std::string text = "text/plain; charset=utf-8";
  WitnessedLog other("other.example/log", 9);
  other.grow_to(3);
  WitnessedLog forger(std::string(test_origin), 9);
  forger.grow_to(3);
  CHECK(ask(other.body(0, 3)) == Answer{404, text, "unknown log 'other.example/log'\n"});
  CHECK(ask(forger.body(0, 3)) == Answer{403, text, "no known key signed the note\n"});
  CHECK(ask("old 9\n\n" + log.note(7)) ==
        Answer{400, text, "old size 9 is larger than the checkpoint's 7\n"});
  CHECK(ask("") == Answer{400, text, "no empty line before the checkpoint\n"});
  const auto cosigned = ask(log.body(0, 7));
  CHECK(cosigned.status == 200);
  CHECK(cosigned.type == text);
  CHECK(cosigned.body.starts_with("— w40.example "));
  CHECK(ask(log.body(0, 9)) == Answer{409, "text/x.tlog.size", "7\n"});
  CHECK(ask(print_add_checkpoint({{7}, {}, log.note(9)})).status == 422);
  CHECK(ask(std::string(add_checkpoint_bytes_max + 1, 'x')).status == 413);
  auto client = *Client::open(served.server->url());
  const auto shown = client->get("/" + to_hex(sha256(as_view(test_origin))) + "/checkpoint");
  CHECK(as_text(shown->body) == log.note(7) + cosigned.body);
  CHECK(client->get("/" + std::string(64, '0') + "/checkpoint")->status == 404);
  CHECK(client->get("/add-checkpoint")->status == 405);
  CHECK(as_text(client->get("/healthz")->body) == "ok\n");
  const Bytes metrics = client->get("/metrics")->body;
  CHECK(as_text(metrics).find("usufruct_witness_cosigned_total 1\n") != std::string::npos);
  CHECK(as_text(metrics).find("usufruct_witness_conflicts_total 1\n") != std::string::npos);
}

TEST_CASE("witness face: a log is cosigned over HTTP, with one witness killed in the middle") {
  WitnessedLog log;
  log.grow_to(100);
  auto first = std::make_unique<ServedWitness>(40, log);
  auto second = std::make_unique<ServedWitness>(41, log);
  Policy policy = policy_of(log.listed().verifier);
  REQUIRE(policy.add_witness({"a", first->witness->verifier(), first->server->url()}));
  REQUIRE(policy.add_witness({"b", second->witness->verifier(), second->server->url()}));
  REQUIRE(policy.add_group({"both", 2, {"a", "b"}}));
  REQUIRE(policy.set_quorum("both"));
  const SystemClock clock;
  HttpWitnessTransport transport;
  const auto open = [&](WitnessMode mode) {
    return *WitnessCosigner::open(policy, transport, clock,
                                  {.mode = mode, .deadline = std::chrono::seconds(20)});
  };
  auto cosigner = open(WitnessMode::require);
  const auto cosign = [&](std::uint64_t size) {
    return cosigner->cosign(log.signed_checkpoint(size), [&](TreeSize from) -> Result<Proof> {
      return log.proof(from.value, size);
    });
  };
  for (std::uint64_t size = 1; size < 20; ++size) {
    const auto note = cosign(size);
    REQUIRE(note);
    CHECK(open_cosigned(*note, policy)->missing.empty());
  }
  second.reset();
  const auto refused = cosign(30);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Code::unavailable);
  cosigner = open(WitnessMode::prefer);
  const auto note = cosign(31);
  REQUIRE(note);
  CHECK(note->starts_with(log.note(31)));
  CHECK(cosigner->counts().open == 1);
  REQUIRE(policy.set_quorum("a"));
  cosigner = open(WitnessMode::require);
  CHECK(open_cosigned(*cosign(32), policy)->missing.empty());
}

}  // namespace
}  // namespace usufruct::http
