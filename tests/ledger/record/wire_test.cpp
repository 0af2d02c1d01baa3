// The codec against Cap'n Proto's own library: the same bytes from the same record, and of any
// bytes, however broken, both take them or neither does.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "ledger/record/codec.h"
#include "ledger/record/library_codec.h"
#include "random_record.h"

namespace usufruct {
namespace {

bool is_taken_by_library(View bytes) {
  const auto record = library::decode(bytes);
  return record && record->refs_ascend();
}
/// RFC 6962 §2.1.1: how many hashes a path has.
std::size_t path_hashes(std::uint64_t index, std::uint64_t size) {
  if (size == 1) return 0;
  std::uint64_t left = 1;
  while (left * 2 < size) left *= 2;
  return 1 + (index < left ? path_hashes(index, left) : path_hashes(index - left, size - left));
}
bool is_place(const BatchPlace& place) {
  if (place.size == 0) return place == BatchPlace{};
  return place.size <= batch_records_max && place.index < place.size &&
         place.path.size() == 32 * path_hashes(place.index, place.size);
}
bool envelope_is_taken_by_library(View bytes) {
  const auto envelope = library::decode_envelope(bytes);
  if (!envelope || envelope->signatures.empty()) return false;
  for (const auto& signature : envelope->signatures) {
    if (!is_place(signature.batch)) return false;
  }
  return envelope->signatures.size() <= signatures_max &&
         std::ranges::adjacent_find(envelope->signatures, std::greater_equal<>(),
                                    &RecordSignature::signer) == envelope->signatures.end();
}

std::vector<Record> random_records(std::uint64_t rounds) {
  std::vector<Record> records;
  for (std::uint64_t round = 0; round < rounds; ++round) {
    for (const auto& body : one_empty_body_of_each_kind()) {
      records.push_back(RandomFields(records.size()).record(body));
    }
  }
  return records;
}

/// What to say when the two codecs differ on these bytes; nothing when they agree.
template <class Taken, class TakenByLibrary>
std::string difference(View bytes, Taken taken, TakenByLibrary by_library) {
  if (taken(bytes) == by_library(bytes)) return {};
  return fmt::format("{} by the library: {}", by_library(bytes) ? "taken" : "refused",
                     to_hex(bytes));
}

const auto record_is_taken = [](View bytes) { return decode(bytes).has_value(); };
const auto envelope_is_taken = [](View bytes) { return decode_envelope(bytes).has_value(); };

/// One word of a message changed, doubled, left out or exchanged with the next.
template <class Check>
void for_each_broken(const Bytes& good, RandomFields& random, Check check) {
  constexpr std::size_t word = 8;
  for (std::size_t i = 0; i < good.size(); ++i) {
    Bytes bytes = good;
    bytes[i] ^= static_cast<std::uint8_t>(1U << random.below(8));
    check(bytes);
    bytes[i] = static_cast<std::uint8_t>(random.below(256));
    check(bytes);
    bytes[i] = static_cast<std::uint8_t>(good[i] + (random.below(2) == 0 ? 1 : 255));
    check(bytes);
  }
  const auto at = [](auto& bytes, std::size_t offset) {
    return bytes.begin() + static_cast<std::ptrdiff_t>(offset);
  };
  for (std::size_t i = 0; i < good.size(); i += word) {
    Bytes doubled = good;
    doubled.insert(at(doubled, i), at(good, i), at(good, i + word));
    check(doubled);
    Bytes shorter = good;
    shorter.erase(at(shorter, i), at(shorter, i + word));
    check(shorter);
    if (i + 2 * word <= good.size()) {
      Bytes exchanged = good;
      std::swap_ranges(at(exchanged, i), at(exchanged, i + word), at(exchanged, i + word));
      check(exchanged);
    }
    Bytes other = good;
    const std::size_t from = random.below(good.size() / word) * word;
    std::copy_n(at(good, from), word, at(other, i));
    check(other);
    Bytes zero = good;
    std::fill_n(at(zero, i), word, 0);
    check(zero);
  }
}

TEST_CASE("wire: records of every kind are the bytes the library makes, and come back") {
  for (const auto& record : random_records(60)) {
    const auto bytes = encode(record);
    REQUIRE(bytes);
    const auto reference = library::encode(record);
    REQUIRE(reference);
    CAPTURE(to_json(record));
    REQUIRE(to_hex(*bytes) == to_hex(*reference));
    const auto again = decode(*bytes);
    REQUIRE(again);
    CHECK(*again == record);
    CHECK(*library::decode(*bytes) == record);
  }
}

TEST_CASE("wire: broken bytes of a record are taken by both codecs or by neither") {
  RandomFields random(1);
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (const auto& record : random_records(1)) {
    const Bytes good = *encode(record);
    for_each_broken(good, random, [&](const Bytes& bytes) {
      CHECK(difference(bytes, record_is_taken, is_taken_by_library) == "");
      ++(record_is_taken(bytes) ? taken : refused);
    });
  }
  // The test reaches both answers often.
  CHECK(taken > 500);
  CHECK(refused > 5'000);
}

TEST_CASE("wire: envelopes are the bytes the library makes, broken ones refused by both") {
  RandomFields random(2);
  for (std::size_t count = 1; count <= 4; ++count) {
    Envelope envelope;
    envelope.record = *encode(random.record(Consent{}));
    envelope.signatures.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      auto& signature = envelope.signatures[i];
      random("", signature.signer);
      random("", signature.signature);
      signature.signer.bytes[0] = static_cast<std::uint8_t>(i);
      if (i % 2 == count % 2) continue;  // on the record alone
      signature.batch = {.size = 5, .index = static_cast<std::uint32_t>(i)};
      signature.batch.path.assign(32 * path_hashes(i, 5), static_cast<std::uint8_t>(i));
    }
    const Bytes good = *encode(envelope);
    CHECK(to_hex(good) == to_hex(*library::encode(envelope)));
    CHECK(envelope_is_taken(good));
    for_each_broken(good, random, [&](const Bytes& bytes) {
      CHECK(difference(bytes, envelope_is_taken, envelope_is_taken_by_library) == "");
    });
  }
}

TEST_CASE("wire: random words are taken by both codecs or by neither") {
  RandomFields random(3);
  for (int i = 0; i < 2'000; ++i) {
    Bytes bytes(8 * (1 + random.below(12)));
    for (auto& byte : bytes)
      byte = static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(5) : 0);
    bytes[0] = 0;
    bytes[4] = static_cast<std::uint8_t>(random.below(5));
    bytes[6] = static_cast<std::uint8_t>(random.below(5));
    CHECK(difference(bytes, record_is_taken, is_taken_by_library) == "");
    CHECK(difference(bytes, envelope_is_taken, envelope_is_taken_by_library) == "");
  }
}

TEST_CASE("wire: what is refused says where and why") {
  const Bytes good = *encode(Record{.issuer = "did:key:z", .body = Party{.name = "Ada"}});
  Bytes longer = good;
  longer.resize(good.size() + 8);
  CHECK(decode(longer).error().message.find("words are left over at byte") != std::string::npos);
  CHECK(decode(View(good).first(good.size() - 8)).error().message.find("past the end") !=
        std::string::npos);
  Bytes padded = good;
  padded.back() = 1;
  CHECK(decode(padded).error().message.find("padding that is not zero") != std::string::npos);
  CHECK(decode(padded).error().hint.find("specs/records.md") != std::string::npos);
}

TEST_CASE("wire: the items of all lists together have a limit, the same both ways") {
  const Clause empty{.kind = ClauseKind::actor};
  Terms terms;
  terms.rules.assign(2, Rule{.clauses = std::vector<Clause>(4'095, empty)});
  const Record most{.body = terms};
  REQUIRE(encode(most));
  CHECK(decode(*encode(most)));
  terms.rules[0].clauses.push_back(empty);
  const auto more = encode(Record{.body = terms});
  REQUIRE_FALSE(more);
  CHECK(more.error().message == "record: the message has 8193 items, more than 8192");
}

}  // namespace
}  // namespace usufruct
