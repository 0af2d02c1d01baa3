#include "trustee/remote_log.h"

#include <doctest/doctest.h>

#include "tests/support/served_log.h"

namespace usufruct {
namespace {

std::vector<Bytes> envelopes(std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> out;
  for (const auto& record : test_records(from, to)) out.push_back(record.envelope());
  return out;
}

}  // namespace

TEST_CASE("remote log: gives each record its receipt, or the node's refusal") {
  ServedLog served(3);
  auto log = RemoteLog::open(served.server().url(), test_verifier());
  REQUIRE(log);
  CHECK(log->checkpoint()->checkpoint.size.value == 3);
  auto some = envelopes(2, 6);
  some[1][some[1].size() - 4] ^= 1;
  const auto receipts = log->submit(some);
  REQUIRE(receipts);
  REQUIRE(receipts->size() == 4);
  CHECK((*receipts)[0]->index.value == 2);
  REQUIRE(!(*receipts)[1]);
  CHECK((*receipts)[1].error().code == Code::unverified);
  CHECK((*receipts)[3]->index.value == 4);
  CHECK(log->checkpoint()->checkpoint.size.value == 5);
}

TEST_CASE("remote log: more than go into one request go into several") {
  ServedLog served(0);
  auto log = RemoteLog::open(served.server().url(), test_verifier());
  const auto receipts = log->submit(envelopes(0, 4100));
  REQUIRE(receipts);
  REQUIRE(receipts->size() == 4100);
  CHECK(receipts->back()->index.value == 4099);
}

TEST_CASE("remote log: a node with another key is not believed") {
  ServedLog served(3);
  const auto other = *note_verifier(test_origin, NoteKeyType::ed25519, key_from(99).verify_key());
  auto log = RemoteLog::open(served.server().url(), other);
  const auto checkpoint = log->checkpoint();
  REQUIRE(!checkpoint);
  CHECK(checkpoint.error().code == Code::unverified);
  const auto receipts = log->submit(envelopes(0, 1));
  REQUIRE(receipts);
  REQUIRE(!receipts->front());
  CHECK(receipts->front().error().code == Code::unverified);
}

TEST_CASE("remote log: a node that is not there is unavailable") {
  std::string url;
  {
    ServedLog served(0);
    url = served.server().url();
  }
  auto log = RemoteLog::open(url, test_verifier());
  const auto receipts = log->submit(envelopes(0, 1));
  REQUIRE(!receipts);
  CHECK(receipts.error().code == Code::unavailable);
}

}  // namespace usufruct
