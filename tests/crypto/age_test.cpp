#include "crypto/age.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "crypto/age_header.h"
#include "crypto/random.h"
#include "tests/support/folder.h"

namespace usufruct {
namespace {

constexpr std::size_t sizes[] = {0, 1, 65'535, 65'536, 65'537, 131'072, (1 << 20) + 3};

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 131 >> 7);
  return bytes;
}

AgeIdentity identity_of(std::uint64_t seed) {
  SeededChance chance(seed);
  return AgeIdentity::generate(chance);
}

Bytes seal(const Bytes& plain, const std::vector<AgeRecipient>& recipients) {
  SeededChance chance(99);
  return age_encrypt(plain, recipients, chance).value();
}

Code refusal(View sealed, const AgeIdentity& identity) {
  const auto opened = age_decrypt(sealed, identity);
  REQUIRE_FALSE(opened);
  return opened.error().code;
}

/// The sealed file cut after its header.
struct Parts {
  std::string header;
  Bytes payload;
};
Parts parts_of(const Bytes& sealed) {
  const std::string text(as_text(sealed));
  const std::size_t end = text.find('\n', text.find("\n--- ") + 1) + 1;
  return {text.substr(0, end), to_bytes(View(sealed).subspan(end))};
}
Bytes whole_of(const Parts& parts) {
  Bytes bytes = to_bytes(parts.header);
  append(bytes, parts.payload);
  return bytes;
}

// The recipient of age's README.
TEST_CASE("age: keys print and parse") {
  constexpr std::string_view text =
      "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";
  CHECK(print_age_recipient(parse_age_recipient(text).value()) == text);
  const auto identity = identity_of(1);
  const auto printed = identity.print();
  CHECK(as_text(printed.view()).starts_with("AGE-SECRET-KEY-1"));
  CHECK(AgeIdentity::parse(as_text(printed.view())).value().recipient() == identity.recipient());
}

TEST_CASE("age: other texts are no keys, and no message quotes a secret") {
  const std::string good = print_age_recipient(identity_of(1).recipient());
  std::string upper = good;
  for (char& c : upper) c = static_cast<char>(std::toupper(c));
  for (const std::string& bad : {std::string(), good.substr(0, 61), good + "q", upper,
                                 std::string("AGE1"), std::string(10'000, 'q')}) {
    CHECK(parse_age_recipient(bad).error().code == Code::malformed);
  }
  const auto printed = identity_of(1).print();
  std::string secret(as_text(printed.view()));
  secret.back() = secret.back() == 'Q' ? 'P' : 'Q';
  const auto parsed = AgeIdentity::parse(secret);
  REQUIRE_FALSE(parsed);
  CHECK(parsed.error().message.find(secret.substr(20, 6)) == std::string::npos);
  CHECK(AgeIdentity::parse("age-secret-key-1qqqqqqqq").error().code == Code::malformed);
  CHECK(AgeIdentity::parse(good).error().code == Code::malformed);
}

TEST_CASE("age: each recipient opens it, a stranger does not") {
  const auto one = identity_of(1);
  const auto two = identity_of(2);
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const Bytes plain = pattern(size);
    const Bytes sealed = seal(plain, {one.recipient(), two.recipient()});
    CHECK(age_decrypt(sealed, one).value() == plain);
    CHECK(age_decrypt(sealed, two).value() == plain);
    CHECK(refusal(sealed, identity_of(3)) == Code::denied);
  }
}

TEST_CASE("age: no recipient, too many, or one of low order is malformed") {
  SeededChance chance(1);
  CHECK(age_encrypt(View{}, {}, chance).error().code == Code::malformed);
  const std::vector<AgeRecipient> many(age_recipients_max + 1, identity_of(1).recipient());
  CHECK(age_encrypt(View{}, many, chance).error().code == Code::malformed);
  for (const std::string_view hex :
       {"0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"}) {
    const auto low = age_recipient_from(parse_hex(hex).value()).value();
    CHECK(age_encrypt(View{}, std::array{low}, chance).error().code == Code::malformed);
  }
}

TEST_CASE("age: every changed byte of the header is refused") {
  const auto identity = identity_of(1);
  const Parts good = parts_of(seal(pattern(10), {identity.recipient()}));
  for (std::size_t i = 0; i < good.header.size(); ++i) {
    CAPTURE(i);
    Parts bad = good;
    bad.header[i] = static_cast<char>(bad.header[i] ^ 1);
    CHECK_FALSE(age_decrypt(whole_of(bad), identity));
    bad.header.resize(i);
    CHECK(refusal(as_view(bad.header), identity) == Code::malformed);
  }
}

TEST_CASE("age: unknown recipients are ignored, but authenticated") {
  const auto identity = identity_of(1);
  Parts bad = parts_of(seal(pattern(10), {identity.recipient()}));
  bad.header.insert(bad.header.find("-> "), "-> grease some words\nAAAA\n");
  CHECK(refusal(whole_of(bad), identity) == Code::unverified);
  MemorySource source(as_view(bad.header));
  const auto header = read_age_header(source).value();
  CHECK(header.stanzas[0].words == std::vector<std::string>{"grease", "some", "words"});
  CHECK(header.stanzas[0].body == Bytes(3, 0));
}

TEST_CASE("age: headers that break the format are malformed") {
  const auto identity = identity_of(1);
  const std::string code(43, 'A');
  const std::string share = to_base64_unpadded(Bytes(32, 9));
  const std::string body = to_base64_unpadded(Bytes(32, 9));
  const std::string low = to_base64_unpadded(Bytes(32, 0));
  const std::string start = "age-encryption.org/v1\n";
  const std::string end = fmt::format("--- {}\n", code);
  const std::string stanza = fmt::format("-> X25519 {}\n{}\n", share, body);
  REQUIRE(refusal(as_view(start + stanza + end), identity) == Code::denied);
  const std::string cases[] = {
      std::string(),
      std::string("age-encryption.org/v2\n").append(stanza).append(end),
      std::string("age-encryption.org/v1\r\n").append(stanza).append(end),
      std::string("-----BEGIN AGE ENCRYPTED FILE-----\n"),
      start + end,
      start + stanza + fmt::format("---{}\n", code),
      start + stanza + fmt::format("---  {}\n", code),
      start + stanza + fmt::format("--- {} \n", code),
      start + stanza + fmt::format("--- {}=\n", code),
      start + stanza + fmt::format("--- {}B\n", code.substr(1)),
      start + stanza + "x\n" + end,
      start + fmt::format("-> X25519 {} x\n{}\n", share, body) + end,
      start + fmt::format("-> X25519\n{}\n", body) + end,
      start + fmt::format("->  X25519 {}\n{}\n", share, body) + end,
      start + fmt::format("-> X25519 {} \n{}\n", share, body) + end,
      start + fmt::format("-> X25519 {}\n{}\n", share.substr(1), body) + end,
      start + fmt::format("-> X25519 {}=\n{}\n", share, body) + end,
      start + fmt::format("-> X25519 {}\n{}\n", low, body) + end,
      start + fmt::format("-> X25519 {}\n{}\n", share, body.substr(3)) + end,
      start + fmt::format("-> X25519 {}\n{}=\n", share, body) + end,
      start + fmt::format("-> grease\n{}\n", std::string(64, 'A')) + end,
      start + fmt::format("-> grease\n{}\n", std::string(65, 'A')) + end,
      start + "-> gr\xc3\xa9\n\n" + end,
      start + "-> \n\n" + end,
      start + "-> scrypt AAAA 10\nAAAA\n" + stanza + end};
  for (const std::string& bad : cases) {
    CAPTURE(bad);
    CHECK(refusal(as_view(bad), identity) == Code::malformed);
  }
}

TEST_CASE("age: a header without an end does not fill the memory") {
  Bytes endless = to_bytes("age-encryption.org/v1\n-> ");
  endless.resize(age_header_bytes_max + 100, 'a');
  CHECK(refusal(endless, identity_of(1)) == Code::malformed);
  std::string many = "age-encryption.org/v1\n";
  for (std::size_t i = 0; i <= age_recipients_max; ++i) many += "-> a\n\n";
  CHECK(refusal(as_view(many), identity_of(1)) == Code::malformed);
}

TEST_CASE("age: chunks cut off, moved, repeated, added or changed are unverified") {
  const auto identity = identity_of(1);
  const Parts good = parts_of(seal(pattern(3 * 65'536), {identity.recipient()}));
  const auto made_of = [&](std::initializer_list<std::size_t> order) {
    Parts parts{good.header, to_bytes(View(good.payload).first(16))};
    for (const auto i : order) {
      append(parts.payload, View(good.payload).subspan(16 + i * 65'552, 65'552));
    }
    return whole_of(parts);
  };
  REQUIRE(age_decrypt(made_of({0, 1, 2}), identity));
  for (const auto& bad : {made_of({}), made_of({0}), made_of({0, 1}), made_of({1, 2}),
                          made_of({1, 0, 2}), made_of({0, 0, 1, 2}), made_of({0, 1, 2, 2})}) {
    CHECK(refusal(bad, identity) == Code::unverified);
  }
  const Bytes sealed = whole_of(good);
  for (const std::size_t cut : {1UL, 16UL, 17UL, 65'551UL, 65'553UL, 3 * 65'552UL + 1}) {
    CHECK(refusal(View(sealed).first(sealed.size() - cut), identity) == Code::unverified);
  }
  Bytes longer = sealed;
  longer.push_back(0);
  CHECK(refusal(longer, identity) == Code::unverified);
  Bytes changed = sealed;
  changed[good.header.size() + 3] ^= 1;  // the nonce
  CHECK(refusal(changed, identity) == Code::unverified);
  changed = sealed;
  changed.back() ^= 0x80;
  CHECK(refusal(changed, identity) == Code::unverified);
}

TEST_CASE("age: only authenticated chunks reach the sink") {
  const auto identity = identity_of(1);
  const Bytes plain = pattern(65'536 + 10);
  Bytes sealed = seal(plain, {identity.recipient()});
  sealed.back() ^= 1;
  MemorySource source(sealed);
  MemorySink sink;
  CHECK(age_decrypt(source, sink, identity).error().code == Code::unverified);
  CHECK(std::ranges::equal(sink.bytes(), View(plain).first(65'536)));
}

TEST_CASE("age: a secret stays guarded and bounded") {
  const auto identity = identity_of(1);
  const Bytes sealed = seal(to_bytes("a share"), {identity.recipient()});
  CHECK(as_text(age_decrypt_secret(sealed, identity, 7).value().view()) == "a share");
  CHECK(age_decrypt_secret(sealed, identity, 6).error().code == Code::malformed);
}

TEST_CASE("age: any bytes come back") {
  const auto identity = identity_of(1);
  CHECK(rc::check([&](const Bytes& plain) {
    RC_ASSERT(age_decrypt(seal(plain, {identity.recipient()}), identity).value() == plain);
  }));
}

bool run(const std::string& command) { return std::system(command.c_str()) == 0; }

TEST_CASE("age: the stock program opens ours, and we open its files") {
  if (!run("age --version >/dev/null 2>&1 && age-keygen --version >/dev/null 2>&1")) {
    std::cerr << "SKIPPED age: the stock program: age is not installed\n";
    return;
  }
  SystemChance chance;
  const TemporaryFolder folder;
  const std::string at = folder.path().native();
  const auto ours = AgeIdentity::generate(chance);
  const auto printed = ours.print();
  REQUIRE(write_file(folder / "ours", printed.view(), {.mode = 0600}));
  REQUIRE(
      run(fmt::format("age-keygen -o {0}/theirs 2>/dev/null && age-keygen -y {0}/theirs "
                      ">{0}/theirs.pub && age-keygen -y {0}/ours >{0}/ours.pub",
                      at)));
  const Bytes line = read_file(folder / "theirs.pub", 100).value();
  const auto theirs = parse_age_recipient(as_text(View(line).first(line.size() - 1))).value();
  CHECK(read_file(folder / "ours.pub", 100).value() ==
        to_bytes(print_age_recipient(ours.recipient()) + "\n"));
  for (const std::size_t size : sizes) {
    CAPTURE(size);
    const Bytes plain = pattern(size);
    REQUIRE(write_file(folder / "plain", plain));
    auto source = FileSource::open(folder / "plain").value();
    auto sink = FileSink::create(folder / "sealed").value();
    CHECK(age_encrypt(source, sink, std::array{ours.recipient(), theirs}, chance).value() == size);
    REQUIRE(sink.commit());
    CHECK(run(fmt::format("age -d -i {0}/theirs {0}/sealed >{0}/opened", at)));
    CHECK(read_file(folder / "opened", 2 << 20).value() == plain);
    REQUIRE(run(fmt::format("age -R {0}/theirs.pub -R {0}/ours.pub -o {0}/other {0}/plain", at)));
    const Bytes other = read_file(folder / "other", 2 << 20).value();
    CHECK(age_decrypt(other, ours).value() == plain);
  }
}

TEST_CASE("age: bytes sealed as they come open as those sealed at once") {
  const auto identity = identity_of(3);
  for (const std::size_t size : sizes) {
    for (const std::size_t piece : {std::size_t{1'000}, std::size_t{65'536}, size + 1}) {
      CAPTURE(size);
      CAPTURE(piece);
      const Bytes plain = pattern(size);
      SeededChance chance(99);
      MemorySink sealed;
      auto sealing = AgeSealing::begin(sealed, std::array{identity.recipient()}, chance).value();
      for (std::size_t at = 0; at < size; at += piece)
        REQUIRE(sealing.write(View(plain).subspan(at, std::min(piece, size - at))));
      // Without its end it does not open.
      CHECK_FALSE(age_decrypt(sealed.bytes(), identity));
      REQUIRE(sealing.finish());
      CHECK(sealed.bytes() == seal(plain, {identity.recipient()}));
      CHECK(age_decrypt(sealed.bytes(), identity).value() == plain);
    }
  }
}

}  // namespace
}  // namespace usufruct
