#include "ledger/record/codec.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>
#include <sys/resource.h>

#include <algorithm>

#include "ledger/record/names.h"
#include "ledger/signed.h"
#include "tests/support/each_kind.h"

namespace usufruct {
namespace {

TEST_CASE("codec: every kind comes back as it went in") {
  std::size_t index = 0;
  for (const auto& body : one_of_each_kind()) {
    const Record record = record_with(body);
    CAPTURE(name_of(record.kind()));
    CHECK(static_cast<std::size_t>(record.kind()) == index++);
    const auto bytes = encode(record);
    REQUIRE(bytes);
    const auto again = decode(*bytes);
    REQUIRE(again);
    CHECK(*again == record);
  }
  CHECK(index == kind_count);
}

TEST_CASE("codec: JSON is lossless") {
  for (const auto& body : one_of_each_kind()) {
    const Record record = record_with(body);
    CAPTURE(to_json(record));
    const auto again = from_json(to_json(record));
    REQUIRE(again);
    CHECK(*again == record);
  }
}

TEST_CASE("codec: JSON with an unknown field is malformed") {
  CHECK_FALSE(from_json(R"({"issuer":"x","colour":"blue","body":{"trust":{}}})"));
  CHECK_FALSE(from_json(""));
  CHECK_FALSE(from_json("[1,2"));
}

TEST_CASE("codec: the bytes of a record are fixed") {
  // Pinned: a change here changes every id ever made.
  Record record;
  record.issuer = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd";
  record.issued_at = {1'700'000'000'000};
  record.body = Party{.name = "Ada"};
  const auto bytes = encode(record);
  REQUIRE(bytes);
  CHECK(bytes->size() % 8 == 0);
  CHECK(print_id(id_of(*bytes)) ==
        "b0f7dc389428775e08e14a2855e43b3d3726069ad7805b85a3ebf356d5117906");
}

TEST_CASE("codec: truncated, lengthened, flipped or empty bytes are malformed") {
  const Bytes good = *encode(record_with(Party{.name = "Ada"}));
  CHECK_FALSE(decode({}));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode(View(good).first(size)));
  }
  Bytes longer = good;
  longer.resize(good.size() + 8);
  CHECK_FALSE(decode(longer));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto other = decode(flipped);
    // A flip may hit a value and give another good record, but never the same one.
    if (other) CHECK(encode(*other) == flipped);
  }
}

TEST_CASE("codec: random bytes never parse to something that encodes otherwise") {
  rc::check("decode is strict", [](const std::vector<std::uint64_t>& words) {
    Bytes bytes;
    for (const auto word : words) append_u64(bytes, word);
    const auto record = decode(bytes);
    if (record) RC_ASSERT(*encode(*record) == bytes);
  });
}

TEST_CASE("codec: refs out of order, bad texts and too much are refused on the way in") {
  Record record = record_with(Party{.name = "Ada"});
  std::swap(record.refs[0], record.refs[1]);
  CHECK_FALSE(encode(record));
  CHECK_FALSE(encode(record_with(Party{.name = "\xff\xfe"})));
  CHECK_FALSE(encode(record_with(Party{.name = std::string("a\0b", 3)})));
  CHECK_FALSE(encode(record_with(Party{.name = "bell\x07"})));
  CHECK_FALSE(encode(record_with(Party{.name = std::string(20'000, 'x')})));
  CHECK_FALSE(encode(record_with(Party{.classes = std::vector<std::string>(5'000, "c")})));
  CHECK_FALSE(
      encode(record_with(Party{.classes = std::vector<std::string>(30, std::string(9'000, 'x'))})));
}

/// A record of terms whose rules, as many as fit, all point to the same list of 4,096 clauses that
/// take no bytes: some 60 KB that would unfold to half a gigabyte.
Bytes bomb() {
  constexpr std::uint64_t rules = 3'900;
  const auto struct_pointer = [](std::uint64_t offset, std::uint64_t data, std::uint64_t pointers) {
    return offset << 2 | data << 32 | pointers << 48;
  };
  const auto list_pointer = [](std::uint64_t offset, std::uint64_t words) {
    return offset << 2 | 1 | (7 | words << 3) << 32;
  };
  std::vector<std::uint64_t> words = {struct_pointer(0, 4, 4),
                                      0,
                                      0,
                                      0,
                                      5,
                                      0,
                                      0,
                                      0,
                                      struct_pointer(0, 0, 1),
                                      list_pointer(0, 2 * rules),
                                      struct_pointer(rules, 0, 2)};
  const std::uint64_t clauses = words.size() + 2 * rules;
  for (std::uint64_t i = 0; i < rules; ++i) {
    words.push_back(0);
    words.push_back(list_pointer(clauses - (words.size() + 1), 0));
  }
  words.push_back(struct_pointer(4096, 0, 0));
  Bytes bytes;
  for (const auto word : words) {
    for (int shift = 0; shift < 64; shift += 8) bytes.push_back(word >> shift & 0xFF);
  }
  return bytes;
}

std::size_t peak_kilobytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss);
}

TEST_CASE("codec: a small record does not unfold to a large one") {
  const Bytes bytes = bomb();
  REQUIRE(bytes.size() < 64'000);
  const std::size_t before = peak_kilobytes();
  const auto record = decode(bytes);
  REQUIRE_FALSE(record);
  CHECK(record.error().code == Code::malformed);
  CHECK(peak_kilobytes() - before < 64 * 1024);
}

TEST_CASE("codec: what may be encoded may be decoded, however empty its items") {
  Terms terms;
  terms.rules.assign(4'096, Rule{});
  const auto rules = encode(record_with(terms));
  REQUIRE(rules);
  CHECK(decode(*rules));
  terms.rules.assign(2, Rule{.clauses = std::vector<Clause>(400)});
  const auto clauses = encode(record_with(terms));
  REQUIRE(clauses);
  CHECK(decode(*clauses));
  const auto classes = encode(record_with(Party{.classes = std::vector<std::string>(3'000, "c")}));
  REQUIRE(classes);
  CHECK(decode(*classes));
}

TEST_CASE("codec: bytes of another message, or a record within a record, are malformed") {
  const Bytes good = *encode(record_with(Party{.name = "Ada"}));
  Bytes twice = good;
  append(twice, good);
  CHECK_FALSE(decode(twice));
  Bytes reordered(good.rbegin(), good.rend());
  CHECK_FALSE(decode(reordered));
  CHECK_FALSE(decode(Bytes(64'008, 0)));
  CHECK_FALSE(decode(Bytes(8, 0xFF)));
  Envelope envelope;
  envelope.record = good;
  envelope.signatures.resize(1);
  const Bytes enveloped = *encode(envelope);
  CHECK_FALSE(decode(enveloped));
  CHECK_FALSE(decode_envelope(good));
}

TEST_CASE("codec: an envelope truncated, lengthened, oversized, random or empty is malformed") {
  Envelope envelope;
  envelope.record = *encode(record_with(Party{.name = "Ada"}));
  envelope.signatures.resize(2);
  envelope.signatures[1].signer.bytes[0] = 1;
  const Bytes good = *encode(envelope);
  REQUIRE(decode_envelope(good));
  CHECK_FALSE(decode_envelope({}));
  for (std::size_t size = 0; size < good.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(decode_envelope(View(good).first(size)));
  }
  Bytes longer = good;
  longer.resize(good.size() + 8);
  CHECK_FALSE(decode_envelope(longer));
  Bytes twice = good;
  append(twice, good);
  CHECK_FALSE(decode_envelope(twice));
  CHECK_FALSE(decode_envelope(Bytes(65'536, 0)));
  Envelope huge = envelope;
  huge.record.resize(66'000);
  CHECK_FALSE(encode(huge));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    Bytes flipped = good;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto other = decode_envelope(flipped);
    if (other) CHECK(encode(*other) == flipped);
  }
  rc::check("decode_envelope is strict", [](const std::vector<std::uint64_t>& words) {
    Bytes bytes;
    for (const auto word : words) append_u64(bytes, word);
    const auto read = decode_envelope(bytes);
    if (read) RC_ASSERT(*encode(*read) == bytes);
  });
}

TEST_CASE("codec: names of enumerators are the schema's, both ways") {
  CHECK(name_of(Role::derived_from) == "derivedFrom");
  CHECK(name_of(Kind::licence) == "licence");
  CHECK(parse_name<Kind>("settlement") == Kind::settlement);
  CHECK(name_of(ColumnRole::quasi_identifier) == "quasiIdentifier");
  CHECK(parse_name<RunType>("finetune") == RunType::finetune);
  const auto wrong = parse_name<RunType>("finetun");
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().hint == "did you mean 'finetune'?");
  for (std::uint16_t i = 0; i < role_count; ++i) {
    CHECK(parse_name<Role>(name_of(static_cast<Role>(i))) == static_cast<Role>(i));
  }
  for (std::uint16_t i = 0; i < clause_kind_count; ++i) {
    CHECK(parse_name<ClauseKind>(name_of(static_cast<ClauseKind>(i))) ==
          static_cast<ClauseKind>(i));
  }
}

}  // namespace
}  // namespace usufruct
