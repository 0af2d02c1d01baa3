#include "ledger/record/envelope_json.h"

#include <doctest/doctest.h>

#include "crypto/base/chance.h"
#include "crypto/did_key.h"
#include "ledger/signed.h"

namespace usufruct {
namespace {

std::vector<Bytes> a_batch() {
  SeededChance chance(1);
  const SigningKey key = SigningKey::generate(chance);
  std::vector<Record> records(3);
  for (auto& record : records) {
    record.issuer = print_did_key(key.verify_key());
    record.body = Party{.name = "Ada"};
    record.issued_at.ms = &record - records.data();
  }
  const auto alone = sign(records[0], key);
  const auto batch = sign_batch(records, key);
  std::vector<Bytes> envelopes{alone->envelope()};
  for (const auto& verified : *batch) envelopes.push_back(verified.envelope());
  return envelopes;
}

TEST_CASE("envelope JSON: signatures on a record and on a batch come back to the byte") {
  for (const Bytes& envelope : a_batch()) {
    const auto json = envelope_to_json(envelope);
    REQUIRE(json);
    CAPTURE(*json);
    const auto again = envelope_from_json(*json);
    REQUIRE(again);
    CHECK(*again == envelope);
  }
}

TEST_CASE("envelope JSON: a place in a batch that is not one is malformed") {
  const std::string good = *envelope_to_json(a_batch()[2]);
  const auto with = [&](std::string_view from, std::string_view to) {
    std::string bad = good;
    const auto at = bad.find(from);
    REQUIRE(at != std::string::npos);
    return bad.replace(at, from.size(), to);
  };
  REQUIRE(envelope_from_json(good));
  for (const std::string& bad :
       {with("\"size\":3", "\"size\":0"), with("\"size\":3", "\"size\":-3"),
        with("\"size\":3", "\"size\":65537"), with("\"size\":3", "\"size\":2.5"),
        with("\"size\":3", "\"size\":\"3\""), with("\"index\":1", "\"place\":1"),
        with("\"path\":\"", "\"path\":\"z"), with("\"batch\":{", "\"batch\":{\"more\":1,"),
        with("\"batch\":", "\"bunch\":")}) {
    CAPTURE(bad);
    CHECK(envelope_from_json(bad).error().code == Code::malformed);
  }
}

}  // namespace
}  // namespace usufruct
