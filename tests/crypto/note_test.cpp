#include "crypto/note.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <rapidcheck.h>

#include <algorithm>

#include "crypto/stream.h"

namespace usufruct {
namespace {

// The example in the documentation of golang.org/x/mod/sumdb/note.
constexpr std::string_view go_skey =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view go_vkey =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view go_text =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
constexpr std::string_view go_line =
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n";

std::string go_note() { return fmt::format("{}\n{}", go_text, go_line); }

TEST_CASE("note: signs and verifies as Go's package does") {
  const auto signer = parse_skey(go_skey).value();
  CHECK(as_text(print_skey(signer).view()) == go_skey);
  const auto verifier = parse_vkey(go_vkey).value();
  CHECK(print_vkey(verifier) == go_vkey);
  CHECK(signer.key.verify_key() == verifier.key);
  const Note note{std::string(go_text), {sign_note(go_text, signer.name, signer.key).value()}};
  CHECK(print_note(note) == go_note());
  CHECK(parse_note_unverified(go_note()).value() == note);
  const auto verified = verify_note(note, std::array{verifier});
  REQUIRE(verified);
  CHECK(verified->size() == 1);
  CHECK_FALSE(verified->front().cosigned_at);
}

TEST_CASE("note: a cosignature says when, and covers when") {
  SeededChance chance(3);
  const auto key = SigningKey::generate(chance);
  const auto verifier =
      note_verifier("witness.example/w", NoteKeyType::cosignature, key.verify_key()).value();
  Note note = parse_note_unverified(go_note()).value();
  note.signatures.push_back(
      cosign_note(note.text, verifier.name, key, Time{1'750'000'000'999}).value());
  const auto verified = verify_note(note, std::array{verifier, parse_vkey(go_vkey).value()});
  REQUIRE(verified);
  REQUIRE(verified->size() == 2);
  CHECK((*verified)[0].verifier_index == 1);
  CHECK((*verified)[1].verifier_index == 0);
  CHECK((*verified)[1].cosigned_at == Time{1'750'000'000'000});
  note.signatures[1].blob[7] ^= 1;  // a second later
  CHECK(verify_note(note, std::array{verifier}).error().code == Code::unverified);
  // The same key as a signer of texts has another id, and is not known.
  const auto other = note_verifier("witness.example/w", NoteKeyType::ed25519, key.verify_key());
  CHECK(verify_note(note, std::array{*other}).error().code == Code::unverified);
}

TEST_CASE("note: unknown lines are ignored, a bad line of a known key condemns all") {
  SeededChance chance(4);
  const auto stranger = SigningKey::generate(chance);
  const auto known = parse_vkey(go_vkey).value();
  Note note = parse_note_unverified(go_note()).value();
  const auto strange = sign_note(go_text, "stranger", stranger).value();
  note.signatures.insert(note.signatures.begin(), strange);
  CHECK(verify_note(note, std::array{known}).value().size() == 1);
  note.signatures.push_back(note.signatures[1]);
  CHECK(verify_note(note, std::array{known}).value().size() == 1);
  note.signatures.back().blob[0] ^= 1;
  CHECK(verify_note(note, std::array{known}).error().code == Code::unverified);
  CHECK(verify_note({std::string(go_text), {strange}}, std::array{known}).error().code ==
        Code::unverified);
  CHECK(verify_note(note, {}).error().code == Code::unverified);
  Note changed = parse_note_unverified(go_note()).value();
  changed.text[3] ^= 1;
  CHECK(verify_note(changed, std::array{known}).error().code == Code::unverified);
  for (const std::size_t size : {0U, 63U, 65U}) {
    Note cut = parse_note_unverified(go_note()).value();
    cut.signatures[0].blob.resize(size);
    CHECK(verify_note(cut, std::array{known}).error().code == Code::unverified);
  }
}

TEST_CASE("note: bytes that are not one are malformed") {
  const std::string good = go_note();
  const std::string text(go_text);
  const std::string line(go_line);
  const std::string cases[] = {
      "",
      "\n",
      text,
      text + "\n",
      text + line,
      good.substr(0, good.size() - 1),
      good + "\n",
      good + "x\n",
      good + "- PeterNeumann x08go/Y=\n",
      text + "\n— PeterNeumann\n",
      text + "\n— PeterNeumann x08gow==\n",
      text + "\n— Peter Neumann x08go/ZJ\n",
      text + "\n— Peter+Neumann x08go/ZJ\n",
      text + "\n— Peter\u00a0Neumann x08go/ZJ\n",
      text + "\n—  x08go/ZJ\n",
      text + "\n— PeterNeumann  x08go/ZJ\n",
      text + "\n— PeterNeumann x08go/ZJ \n",
      text + "\n— PeterNeumann x08go/Z\n",
      std::string("a\r\n\n").append(line),
      std::string("a\tb\n\n").append(line),
      std::string("\xff\n\n").append(line),
      text + "\n" + line.substr(0, 20) + std::string(1, '\0') + line.substr(20)};
  for (const std::string& bad : cases) {
    CAPTURE(bad);
    const auto parsed = parse_note_unverified(bad);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == Code::malformed);
  }
}

TEST_CASE("note: the text ends at the last blank line") {
  const auto note = parse_note_unverified(fmt::format("a\n\nb\n\n{}", go_line)).value();
  CHECK(note.text == "a\n\nb\n");
}

TEST_CASE("note: has at most so many signatures and bytes") {
  std::string many = std::string(go_text) + "\n";
  for (std::size_t i = 0; i < note_signatures_max; ++i) many += go_line;
  CHECK(parse_note_unverified(many).value().signatures.size() == note_signatures_max);
  CHECK(parse_note_unverified(many + std::string(go_line)).error().code == Code::malformed);
  CHECK(parse_note_unverified(std::string(note_bytes_max, 'a') + go_note()).error().code ==
        Code::malformed);
}

TEST_CASE("note: what could be taken for something else is not signed") {
  SeededChance chance(5);
  const auto key = SigningKey::generate(chance);
  for (const std::string_view text :
       {"", "no line feed", "a\rb\n", "\xc3\n", "usufruct/record/v1\nbytes\n",
        "cosignature/v1\ntime 1\nx\n"}) {
    CHECK(sign_note(text, "name", key).error().code == Code::malformed);
  }
  for (const std::string_view name : {"", "a b", "a+b", "a\u2028b", "a\nb"}) {
    CHECK(sign_note("a\n", name, key).error().code == Code::malformed);
  }
  CHECK(cosign_note("a\n", "name", key, Time{999}).error().code == Code::malformed);
  CHECK(cosign_note("a\n", "name", key, Time{-5000}).error().code == Code::malformed);
}

TEST_CASE("note: keys with a wrong id, type, length or name are malformed") {
  const std::string good(go_vkey);
  for (const std::string& bad :
       {std::string(), std::string("PeterNeumann"), std::string("PeterNeumann+c74f20a3"),
        good.substr(1), good.substr(0, good.size() - 4), good + "AAAA",
        std::string("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        std::string("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"),
        std::string("PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")}) {
    CAPTURE(bad);
    CHECK(parse_vkey(bad).error().code == Code::malformed);
  }
  const std::string secret(go_skey);
  CHECK(parse_skey(go_vkey).error().code == Code::malformed);
  CHECK(parse_skey(secret.substr(0, secret.size() - 4)).error().code == Code::malformed);
  const auto changed = parse_skey(secret.substr(0, secret.size() - 1) + "A");
  REQUIRE_FALSE(changed);
  CHECK(changed.error().message.find("AYEK") == std::string::npos);
}

TEST_CASE("note: what is printed parses to the same") {
  CHECK(rc::check([](const std::vector<std::string>& lines, const std::vector<Bytes>& blobs) {
    Note note{.text = "start\n", .signatures = {{"first", {1}, {0}}}};
    for (const auto& line : lines) note.text += to_hex(as_view(line)) + "\n";
    for (std::size_t i = 0; i < std::min<std::size_t>(blobs.size(), 20); ++i) {
      if (blobs[i].empty()) continue;
      note.signatures.push_back(
          {fmt::format("é{}", i), {static_cast<std::uint32_t>(i) * 0x1234567U}, blobs[i]});
    }
    RC_ASSERT(parse_note_unverified(print_note(note)).value() == note);
  }));
}

/// The values of every `"key": "…"` in a JSON text whose only escape is \n.
std::vector<std::string> strings_of(std::string_view json, std::string_view key) {
  std::vector<std::string> found;
  const std::string start = fmt::format("\"{}\": \"", key);
  for (std::size_t at = json.find(start); at != json.npos; at = json.find(start, at)) {
    at += start.size();
    std::string value(json.substr(at, json.find('"', at) - at));
    for (std::size_t n = value.find("\\n"); n != value.npos; n = value.find("\\n")) {
      value.erase(n, 1);
      value[n] = '\n';
    }
    found.push_back(value);
  }
  return found;
}

TEST_CASE("note: accepts and makes the checkpoints of the reference implementations") {
  const Bytes file =
      read_file(USUFRUCT_SOURCE_DIR "/tests/vectors/log-vectors.json", 10 << 20).value();
  const std::string_view json = as_text(file);
  const auto vkeys = strings_of(json, "vkey");
  const auto log = parse_skey(strings_of(json, "skey").at(0)).value();
  const auto seeds = strings_of(json, "seed_hex");
  const auto witness = SigningKey::from_seed(Secret<32>::copy_of(parse_hex(seeds.at(1)).value()));
  const std::array verifiers = {parse_vkey(vkeys.at(0)).value(), parse_vkey(vkeys.at(1)).value()};
  CHECK(verifiers[1].key == witness.verify_key());
  CHECK(verifiers[1].type == NoteKeyType::cosignature);
  CHECK(parse_vkey(vkeys.at(2)).error().code == Code::malformed);  // ML-DSA-44
  const auto plain = strings_of(json, "checkpoint");
  const auto cosigned = strings_of(json, "cosigned_checkpoint");
  REQUIRE(plain.size() == 18);
  REQUIRE(cosigned.size() == 18);
  for (std::size_t i = 0; i < plain.size(); ++i) {
    Note note = parse_note_unverified(plain[i]).value();
    CHECK(print_note(note) == plain[i]);
    CHECK(sign_note(note.text, log.name, log.key).value() == note.signatures.at(0));
    note.signatures.push_back(
        cosign_note(note.text, verifiers[1].name, witness, Time{1'750'000'000'000}).value());
    CHECK(print_note(note) == cosigned[i]);
    const auto verified = verify_note(note, verifiers);
    REQUIRE(verified);
    CHECK(verified->size() == 2);
  }
  const auto lines = strings_of(json, "note_line");
  REQUIRE(lines.size() == 1);
  const std::string line = lines[0].ends_with('\n') ? lines[0] : lines[0] + "\n";
  CHECK(parse_note_signatures(line).value().at(0).blob.size() == 8 + 2420);
}

}  // namespace
}  // namespace usufruct
