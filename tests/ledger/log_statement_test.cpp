#include "ledger/log_statement.h"

#include <doctest/doctest.h>

#include "tests/support/records.h"

namespace usufruct {
namespace {

NoteVerifier key_of(std::uint64_t seed, std::string_view origin = test_origin) {
  return *note_verifier(origin, NoteKeyType::ed25519, key_from(seed).verify_key());
}

std::string change(std::uint64_t from, std::uint64_t to) {
  return *sign_key_change(test_origin, key_from(from), key_from(to));
}

TEST_CASE("log key: who knew an old key finds the newest by the changes since") {
  const std::vector<std::string> changes = {change(1, 2), change(2, 3)};
  CHECK(*follow_keys(key_of(1), changes) == key_of(3));
  CHECK(*follow_keys(key_of(2), changes) == key_of(3));
  CHECK(*follow_keys(key_of(3), changes) == key_of(3));
  CHECK(*follow_keys(key_of(1), {}) == key_of(1));
  // Out of order, or of strangers: nothing follows from it.
  CHECK(*follow_keys(key_of(1), std::vector{changes[1], changes[0]}) == key_of(2));
  CHECK(*follow_keys(key_of(9), changes) == key_of(9));
}

TEST_CASE("log key: a change needs both keys, its own log and its own bytes") {
  CHECK(sign_key_change(test_origin, key_from(1), key_from(1)).error().code == Code::malformed);
  const std::string good = change(1, 2);
  const auto refused = [](const std::string& text) {
    const auto reached = follow_keys(key_of(1), std::vector{text});
    return !reached || *reached == key_of(1);
  };
  CHECK_FALSE(refused(good));
  // Without the last line, the new key's.
  const std::string half = good.substr(0, good.rfind("\u2014"));
  CHECK(refused(half));
  CHECK(refused(*sign_key_change("other.example/log", key_from(1), key_from(2))));
  CHECK(refused(
      sign_checkpoint({std::string(test_origin), {0}, root_of_empty(), {}}, key_from(1))->note));
  std::size_t taken = 0;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    taken += !refused(flipped);
  }
  CHECK(taken == 0);
}

TEST_CASE("closing: says what the log held and where it goes on") {
  const Closing closing{
      std::string(test_origin), {7}, root_of_empty(), key_of(4, "test.example/next")};
  const std::string note = *sign_closing(closing, key_from(1));
  CHECK(*open_closing(note, key_of(1)) == closing);
  CHECK(open_closing(note, key_of(2)).error().code == Code::unverified);
  CHECK(open_closing(note, key_of(1, "other.example/log")).error().code == Code::unverified);
  Closing last = closing;
  last.successor.reset();
  CHECK(*open_closing(*sign_closing(last, key_from(1)), key_of(1)) == last);
  CHECK_FALSE(open_closing(change(1, 2), key_of(1)));
  CHECK_FALSE(open_checkpoint(note, key_of(1)));
  for (std::size_t i = 0; i < note.size(); ++i) {
    std::string flipped = note;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    CAPTURE(i);
    CHECK_FALSE(open_closing(flipped, key_of(1)));
    CHECK_FALSE(open_closing(note.substr(0, i), key_of(1)));
  }
}

}  // namespace
}  // namespace usufruct
