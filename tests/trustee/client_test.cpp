#include "trustee/client.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "crypto/did_key.h"
#include "ledger/audit.h"
#include "ledger/export.h"
#include "ledger/tlog_proof.h"
#include "tests/support/scratch.h"
#include "trustee/law.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

struct Place {
  Scratch scratch;
  SeededChance chance{5};
  ManualClock clock{{1'790'000'000'000}};
  Workspace workspace;

  Place() : workspace(*Workspace::create(scratch.path() / "ws", {"example.org/log"}, chance)) {}

  std::unique_ptr<LocalClient> open() {
    auto client = LocalClient::open(workspace, clock);
    INFO((client ? "" : client.error().message));
    REQUIRE(client);
    return *std::move(client);
  }
  /// A new party's record, signed by it.
  Verified party(const std::string& name) {
    const SigningKey key = SigningKey::generate(chance);
    Record record;
    record.issuer = print_did_key(key.verify_key());
    record.issued_at = clock.now();
    record.body = Party{.name = name};
    return *sign(record, key);
  }
};

TEST_CASE("client: who holds its graph sees what is submitted through it") {
  Place place;
  const auto client = place.open();
  const Graph& graph = client->graph();
  REQUIRE(graph.size() == 0);
  for (std::uint64_t count = 1; count <= 3; ++count) {
    const auto submitted = client->submit(place.party(fmt::format("party {}", count)));
    REQUIRE(submitted);
    CHECK(graph.size() == count);
    CHECK(graph.find(submitted->id));
    CHECK(graph.of_kind(Kind::party).size() == count);
    CHECK(&client->graph() == &graph);
  }
}

TEST_CASE("client: what is submitted is there, with a receipt that verifies") {
  Place place;
  const auto client = place.open();
  CHECK(client->graph().size() == 0);
  const Verified ada = place.party("ada");
  const auto logged = client->submit(ada);
  REQUIRE(logged);
  CHECK(logged->id == ada.id());
  CHECK(logged->index == 0);
  CHECK(logged->time == place.clock.now());
  CHECK(client->graph().size() == 1);
  CHECK(client->graph().find(ada.id())->record == ada.record());
  CHECK(client->health());
  const auto receipt = parse_receipt_unverified(logged->tlog_proof);
  REQUIRE(receipt);
  const auto verifier = *parse_vkey(place.workspace.log_vkey());
  CHECK(verify_envelope_receipt(*receipt, ada.envelope(), verifier));
  CHECK_FALSE(verify_envelope_receipt(*receipt, place.party("eve").envelope(), verifier));
}

TEST_CASE("client: the same record again gets the same place") {
  Place place;
  const auto client = place.open();
  const Verified ada = place.party("ada");
  const auto first = client->submit(ada);
  place.clock.advance_ms(5000);
  REQUIRE(client->submit(place.party("ben")));
  const auto again = client->submit(ada);
  REQUIRE(first);
  REQUIRE(again);
  CHECK(again->index == first->index);
  CHECK(again->time == first->time);
  CHECK(client->graph().size() == 2);
  const auto both = client->submit({ada, ada});
  REQUIRE(both.size() == 2);
  CHECK(both[0]->index == 0);
  CHECK(both[1]->index == 0);
}

TEST_CASE("client: the law refuses one and lets the others in, in order") {
  Place place;
  const auto client = place.open();
  const SigningKey stranger = SigningKey::generate(place.chance);
  Record record;
  record.issuer = print_did_key(stranger.verify_key());
  record.body = Vocabulary{.name = "v"};
  const auto answers =
      client->submit({place.party("ada"), *sign(record, stranger), place.party("ben")});
  REQUIRE(answers.size() == 3);
  CHECK(answers[0]->index == 0);
  REQUIRE_FALSE(answers[1]);
  CHECK(answers[1].error().code == Code::denied);
  CHECK(answers[1].error().rule == "issuer-registered");
  CHECK(answers[2]->index == 1);
  CHECK(client->submit(std::vector<Verified>{}).empty());
  CHECK(client->graph().size() == 2);
}

TEST_CASE("client: opened again, it knows everything and goes on") {
  Place place;
  const Verified ada = place.party("ada");
  std::string checkpoint;
  {
    const auto client = place.open();
    REQUIRE(client->submit(ada));
    checkpoint = client->checkpoint();
  }
  const auto client = place.open();
  CHECK(client->checkpoint() == checkpoint);
  CHECK(client->graph().find(ada.id()) != nullptr);
  CHECK(client->submit(place.party("ben"))->index == 1);
  CHECK(client->submit(ada)->index == 0);
}

TEST_CASE("client: a second writer is refused, in this process and in another") {
  Place place;
  // Forked before the log has threads, which may hold locks that a child would never get.
  int gate[2];
  REQUIRE(pipe(gate) == 0);
  const pid_t child = fork();
  if (child == 0) {
    char is_open = 0;
    if (read(gate[0], &is_open, 1) != 1) _exit(2);
    const auto other = LocalClient::open(place.workspace, place.clock);
    _exit(!other && other.error().code == Code::conflict ? 0 : 1);
  }
  const auto client = place.open();
  const auto second = LocalClient::open(place.workspace, place.clock);
  CHECK_FALSE(second);
  if (!second) CHECK(second.error().code == Code::conflict);
  CHECK(write(gate[1], "x", 1) == 1);
  int status = -1;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(client->submit(place.party("ada")));
}

TEST_CASE("client: another log's key, a damaged one or none is refused") {
  Place place;
  const fs::path path = place.workspace.log_key();
  const std::string good(as_text(*read_file(path, 4096)));
  const auto code_with = [&](const std::string& text) {
    std::ofstream(path, std::ios::trunc) << text;
    const auto client = LocalClient::open(place.workspace, place.clock);
    return client ? std::optional<Code>() : client.error().code;
  };
  CHECK(code_with("") == Code::malformed);
  CHECK(code_with(good.substr(0, good.size() / 2)) == Code::malformed);
  CHECK(code_with(good + good) == Code::malformed);
  CHECK(code_with(std::string(10'000, 'x')) == Code::malformed);
  const NoteSigner other{"other.example/log", SigningKey::generate(place.chance)};
  CHECK(code_with(std::string(as_text(print_skey(other).view()))) == Code::malformed);
  fs::remove(path);
  CHECK(LocalClient::open(place.workspace, place.clock).error().code == Code::not_found);
  CHECK_FALSE(code_with(good).has_value());
}

TEST_CASE("client: a store older than what was signed is not written to") {
  Place place;
  { REQUIRE(place.open()->submit(place.party("ada"))); }
  const auto copy = place.scratch.path() / "backup";
  fs::copy(place.workspace.ledger(), copy, fs::copy_options::recursive);
  { REQUIRE(place.open()->submit(place.party("ben"))); }
  fs::remove_all(place.workspace.ledger());
  fs::copy(copy, place.workspace.ledger(), fs::copy_options::recursive);
  const auto client = LocalClient::open(place.workspace, place.clock);
  REQUIRE_FALSE(client);
  CHECK(client.error().code == Code::unverified);
}

TEST_CASE("client: what it exports passes the audit") {
  Place place;
  const auto client = place.open();
  for (const auto* name : {"ada", "ben", "chi"}) REQUIRE(client->submit(place.party(name)));
  const auto folder = place.scratch.path() / "public";
  REQUIRE(client->export_to(folder));
  const FolderReader reader(folder);
  const auto report = audit(reader, *parse_vkey(place.workspace.log_vkey()), usufruct_law, {});
  CHECK(report.findings.empty());
  CHECK(report.size == TreeSize{3});
}

}  // namespace
}  // namespace usufruct
