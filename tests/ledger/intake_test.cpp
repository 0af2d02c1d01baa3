#include "ledger/intake.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include "ledger/store/memory_store.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

using Answers = std::vector<Result<Receipt>>;

/// Submits and waits; an intake that refuses at once gives its error as the only answer.
Answers submit(Intake& intake, std::vector<Bytes> envelopes) {
  std::promise<Answers> promise;
  const auto submitted = intake.submit(
      std::move(envelopes), [&](Answers answers) { promise.set_value(std::move(answers)); });
  if (submitted) return promise.get_future().get();
  Answers refused;
  refused.push_back(std::unexpected(submitted.error()));
  return refused;
}

std::vector<Bytes> envelopes(std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> bytes;
  for (const auto& record : test_records(from, to)) bytes.push_back(record.envelope());
  return bytes;
}

struct Node {
  explicit Node(Law law = permit, IntakeOptions options = {}) : intake_options(options) {
    log = *Log::open(store, test_log_key(), std::move(law), clock);
    intake = std::make_unique<Intake>(*log, intake_options);
  }
  MemoryStore store;
  SystemClock clock;
  IntakeOptions intake_options;
  std::unique_ptr<Log> log;
  std::unique_ptr<Intake> intake;
};

TEST_CASE("intake: each envelope has its own answer, in the order given") {
  Node node;
  auto bytes = envelopes(0, 200);
  bytes[3] = to_bytes("no envelope");
  bytes[70].back() ^= 1;  // a signature that does not hold
  bytes[71].clear();
  bytes[199] = bytes[198];
  const auto answers = submit(*node.intake, bytes);
  REQUIRE(answers.size() == 200);
  for (std::size_t i = 0; i < 200; ++i) {
    CAPTURE(i);
    if (i == 3 || i == 70 || i == 71) {
      CHECK_FALSE(answers[i]);
      continue;
    }
    REQUIRE(answers[i]);
    CHECK(verify_envelope_receipt(*answers[i], bytes[i], test_verifier()));
  }
  CHECK(answers[3].error().code == Code::malformed);
  CHECK(answers[199]->index == answers[198]->index);
  CHECK(node.log->checkpoint().checkpoint.size == TreeSize{196});
  CHECK(node.intake->waiting() == 0);
}

TEST_CASE("intake: what was submitted together is logged in its order, however it was verified") {
  // Admits only the record whose number is its index.
  const Law in_order = [](const Graph&, const Candidate& it) -> Result<void> {
    if (it.verified.record().as<Party>()->name == fmt::format("party {}", it.index)) return {};
    return denied("out of order");
  };
  Node node(in_order);
  std::size_t refused = 0;
  for (const auto& answer : submit(*node.intake, envelopes(0, 3'000))) refused += !answer;
  CHECK(refused == 0);
}

TEST_CASE("intake: refuses at once what it has no room for, and answers all it took") {
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  const Law waiting = [opened](const Graph&, const Candidate&) -> Result<void> {
    opened.wait();
    return {};
  };
  Node node(waiting, {.threads = 1, .waiting_entries_max = 4});
  std::atomic<int> answered = 0;
  const auto count = [&](const Answers& answers) { answered += static_cast<int>(answers.size()); };
  REQUIRE(node.intake->submit(envelopes(0, 3), count));
  CHECK(node.intake->submit(envelopes(3, 5), count).error().code == Code::unavailable);
  REQUIRE(node.intake->submit(envelopes(3, 4), count));
  CHECK(node.intake->waiting() == 4);
  CHECK(node.intake->submit(envelopes(4, 5), count).error().code == Code::unavailable);
  gate.set_value();
  node.intake.reset();
  CHECK(answered == 4);
}

TEST_CASE("intake: nothing, and too much at once") {
  Node node;
  CHECK(submit(*node.intake, {}).empty());
  const auto answers = submit(*node.intake, std::vector<Bytes>(intake_envelopes_max + 1));
  REQUIRE(answers.size() == 1);
  CHECK(answers[0].error().code == Code::malformed);
}

TEST_CASE("intake: many threads at once") {
  Node node;
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (std::uint64_t n = 0; n < 10; ++n) {
        for (const auto& answer :
             submit(*node.intake, envelopes(t * 100 + n * 10, t * 100 + n * 10 + 10))) {
          good += answer.has_value();
        }
      }
    });
  }
  threads.clear();
  CHECK(good == 400);
  CHECK(node.log->checkpoint().checkpoint.size == TreeSize{400});
}

}  // namespace
}  // namespace usufruct
