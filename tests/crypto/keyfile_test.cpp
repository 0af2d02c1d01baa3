#include "crypto/keyfile.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "crypto/stream.h"
#include "tests/support/folder.h"

namespace usufruct {
namespace {

constexpr PassphraseCost cheap{.memory_kib = 64, .passes = 1};

KeyPair keys_of(std::uint64_t seed) {
  SeededChance chance(seed);
  const ManualClock clock(parse_time("2026-11-23T20:15:00.250Z").value());
  return generate_keys("Ada Lovelace", clock, chance).value();
}

SecretBytes secret_of(std::string_view text) { return SecretBytes::copy_of(as_view(text)); }

PassphraseSource answer(std::string_view text) {
  return [text]() -> Result<SecretBytes> { return secret_of(text); };
}
Result<SecretBytes> never_asked() {
  FAIL("asked for a passphrase");
  return SecretBytes();
}

std::string text_of(const std::filesystem::path& path) {
  return std::string(as_text(read_file(path, 10'000).value()));
}

/// Writes the text as a key file and reads it.
Result<KeyPair> read_text(const std::filesystem::path& path, const std::string& text,
                          const PassphraseSource& passphrase) {
  CHECK_OK(write_file(path, as_view(text), {.mode = 0600}));
  return read_key_file(path, passphrase);
}

std::string with(std::string text, std::string_view what, std::string_view instead) {
  const std::size_t at = text.find(what);
  REQUIRE(at != text.npos);
  return text.replace(at, what.size(), instead);
}

void check_same(const KeyPair& a, const KeyPair& b) {
  CHECK(public_keys(a) == public_keys(b));
  CHECK(a.created == b.created);
  CHECK(equal_constant_time(a.signing.seed().view(), b.signing.seed().view()));
  CHECK(equal_constant_time(a.receiving.secret().view(), b.receiving.secret().view()));
}

TEST_CASE("keyfile: an open one comes back, owner-only, and is never overwritten") {
  const TemporaryFolder folder;
  SeededChance chance(1);
  const auto keys = keys_of(1);
  REQUIRE(write_key_file(folder / "key", keys, std::nullopt, chance));
  check_same(read_key_file(folder / "key", never_asked).value(), keys);
  CHECK(text_of(folder / "key").starts_with("usufruct key file v1\nname: Ada Lovelace\n"));
  CHECK(text_of(folder / "key").find("created: 2026-11-23T20:15:00Z\n") != std::string::npos);
  CHECK(read_key_file_public(folder / "key").value() == public_keys(keys));
  CHECK(write_key_file(folder / "key", keys_of(2), std::nullopt, chance).error().code ==
        Code::conflict);
  check_same(read_key_file(folder / "key", never_asked).value(), keys);
}

TEST_CASE("keyfile: a protected one opens with its passphrase alone") {
  const TemporaryFolder folder;
  SeededChance chance(2);
  const auto keys = keys_of(1);
  REQUIRE(write_key_file(folder / "key", keys, secret_of("correct horse"), chance, cheap));
  check_same(read_key_file(folder / "key", answer("correct horse")).value(), keys);
  CHECK(read_key_file_public(folder / "key").value() == public_keys(keys));
  for (const std::string_view wrong : {"", "correct hors", "Correct horse", "correct horse "}) {
    const auto refused = read_key_file(folder / "key", answer(wrong));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::denied);
    CHECK(refused.error().message.find("or the key file is damaged") != std::string::npos);
  }
  const auto absent = read_key_file(
      folder / "key", []() -> Result<SecretBytes> { return unavailable("no terminal"); });
  CHECK(absent.error().code == Code::unavailable);
}

TEST_CASE("keyfile: the default cost is paid") {
  const TemporaryFolder folder;
  SeededChance chance(3);
  REQUIRE(write_key_file(folder / "key", keys_of(1), secret_of("p"), chance));
  CHECK(text_of(folder / "key").find("memory-kib: 262144\npasses: 3\n") != std::string::npos);
  CHECK(read_key_file(folder / "key", answer("p")));
}

TEST_CASE("keyfile: one that others can touch is denied, with the remedy") {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  SeededChance chance(4);
  REQUIRE(write_key_file(folder / "key", keys_of(1), std::nullopt, chance));
  for (const unsigned mode : {0644U, 0640U, 0660U, 0601U, 0620U, 0700U}) {
    CAPTURE(mode);
    fs::permissions(folder / "key", fs::perms{mode});
    const auto refused = read_key_file(folder / "key", never_asked);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::denied);
    CHECK(refused.error().hint == "chmod 600 " + (folder / "key").native());
  }
  fs::permissions(folder / "key", fs::perms{0400U});
  CHECK(read_key_file(folder / "key", never_asked));
  fs::create_symlink(folder / "key", folder / "link");
  CHECK(read_key_file(folder / "link", never_asked));
  CHECK(read_key_file(folder / "none", never_asked).error().code == Code::not_found);
  fs::create_directory(folder / "folder");
  CHECK(read_key_file(folder / "folder", never_asked).error().code == Code::malformed);
}

TEST_CASE("keyfile: an open secret that is not of its public keys is unverified") {
  const TemporaryFolder folder;
  SeededChance chance(5);
  REQUIRE(write_key_file(folder / "a", keys_of(1), std::nullopt, chance));
  REQUIRE(write_key_file(folder / "b", keys_of(2), std::nullopt, chance));
  const auto secret = [](const std::string& text) { return text.substr(text.find("secret: ")); };
  const std::string a = text_of(folder / "a");
  const std::string mixed = with(a, secret(a), secret(text_of(folder / "b")));
  CHECK(read_text(folder / "c", mixed, never_asked).error().code == Code::unverified);
}

TEST_CASE("keyfile: no part of a protected one can be exchanged") {
  const TemporaryFolder folder;
  SeededChance chance(6);
  REQUIRE(write_key_file(folder / "key", keys_of(1), secret_of("p"), chance, cheap));
  const std::string good = text_of(folder / "key");
  const auto& other = print_age_recipient(keys_of(2).receiving.recipient());
  const auto& own = print_age_recipient(keys_of(1).receiving.recipient());
  for (const auto& bad :
       {with(good, "Ada", "Eve"), with(good, own, other), with(good, "2026", "2025"),
        with(good, "passes: 1", "passes: 2"), with(good, "memory-kib: 64", "memory-kib: 65")}) {
    CHECK(read_text(folder / "bad", bad, answer("p")).error().code == Code::denied);
  }
}

TEST_CASE("keyfile: other texts are malformed, and greedy ones are not obeyed") {
  const TemporaryFolder folder;
  SeededChance chance(7);
  REQUIRE(write_key_file(folder / "key", keys_of(1), secret_of("p"), chance, cheap));
  const std::string good = text_of(folder / "key");
  for (const auto& bad : {std::string(),
                          good.substr(0, good.size() - 1),
                          good.substr(0, good.size() / 2),
                          good + "x",
                          good + "\n",
                          with(good, "v1", "v2"),
                          with(good, "argon2id", "md5"),
                          with(good, "memory-kib: 64", "memory-kib: 1048577"),
                          with(good, "memory-kib: 64", "memory-kib: 7"),
                          with(good, "memory-kib: 64", "memory-kib: 99999999999999999999"),
                          with(good, "passes: 1", "passes: 11"),
                          with(good, "passes: 1", "passes: 0"),
                          with(good, "passes: 1", "passes: 01"),
                          with(good, "name: Ada Lovelace\n", ""),
                          with(good, "name: Ada", "name:  Ada"),
                          with(good, "Ada", "A\x01"),
                          with(good, "Ada", "\xff"),
                          with(good, "salt: ", "salt: A"),
                          with(good, "secret: ", "secret: AAAA"),
                          with(good, "\n", "\r\n"),
                          std::string(key_file_bytes_max + 1, 'a')}) {
    CAPTURE(bad);
    CHECK(read_text(folder / "bad", bad, never_asked).error().code == Code::malformed);
  }
}

TEST_CASE("keyfile: names that cannot be one, costs that cannot be paid") {
  const TemporaryFolder folder;
  SeededChance chance(8);
  const ManualClock clock(Time{0});
  for (const std::string& bad : {std::string(), std::string("a\nb"), std::string(" a"),
                                 std::string("\xff"), std::string(201, 'a')}) {
    CHECK(generate_keys(bad, clock, chance).error().code == Code::malformed);
  }
  for (const PassphraseCost cost : {PassphraseCost{7, 1}, PassphraseCost{(1 << 20) + 1, 1},
                                    PassphraseCost{64, 0}, PassphraseCost{64, 11}}) {
    CHECK(write_key_file(folder / "key", keys_of(1), secret_of("p"), chance, cost).error().code ==
          Code::malformed);
  }
  CHECK(write_key_file(folder / "key", keys_of(1), secret_of(""), chance).error().code ==
        Code::malformed);
  CHECK_FALSE(std::filesystem::exists(folder / "key"));
}

TEST_CASE("keyfile: public keys print and parse") {
  const auto keys = public_keys(keys_of(1));
  const std::string text = print_public_keys(keys);
  CHECK(parse_public_keys(text).value() == keys);
  for (const auto& bad : {std::string(), text.substr(0, text.size() - 1), text + "more\n",
                          with(text, "did:key:z6Mk", "did:key:z6Lk"), with(text, "name", "Name"),
                          std::string(5000, 'a')}) {
    CHECK(parse_public_keys(bad).error().code == Code::malformed);
  }
}

}  // namespace
}  // namespace usufruct
