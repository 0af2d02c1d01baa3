#include "ledger/checkpoint.h"

#include <doctest/doctest.h>

#include "tests/support/records.h"

namespace usufruct {
namespace {

const std::string root = "1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU=";

TEST_CASE("checkpoint: what is printed is read back") {
  const std::string text = "example.com/log\n3\n" + root + "\n";
  const auto checkpoint = parse_checkpoint_unverified(text);
  REQUIRE(checkpoint);
  CHECK(checkpoint->origin == "example.com/log");
  CHECK(checkpoint->size == TreeSize{3});
  CHECK(print_checkpoint(*checkpoint) == text);
  CHECK(parse_checkpoint_unverified(text + "extension\n")->extensions.size() == 1);
}

TEST_CASE("checkpoint: anything else is malformed") {
  const std::vector<std::string> texts = {"",
                                          "\n",
                                          "o\n3\n",
                                          "o\n3\n" + root,
                                          "\n3\n" + root + "\n",
                                          "o\n03\n" + root + "\n",
                                          "o\n-3\n" + root + "\n",
                                          "o\n+3\n" + root + "\n",
                                          "o\n\n" + root + "\n",
                                          "o\n18446744073709551616\n" + root + "\n",
                                          "o\n3\n" + root.substr(4) + "\n",
                                          "o\n3\n" + root.substr(0, 43) + "\n",
                                          "o\n3\n" + root + "\n\n",
                                          "o\n3 \n" + root + "\n",
                                          "o\r\n3\n" + root + "\n",
                                          "o\xFF\n3\n" + root + "\n",
                                          "o\n0\n" + root + "\n"};
  for (const auto& text : texts) {
    CAPTURE(text);
    const auto checkpoint = parse_checkpoint_unverified(text);
    REQUIRE_FALSE(checkpoint);
    CHECK(checkpoint.error().code == Code::malformed);
  }
}

TEST_CASE("checkpoint: opens for the log that signed it, and for no other") {
  const Checkpoint checkpoint{std::string(test_origin), {1}, hash_leaf({}), {}};
  const auto made = sign_checkpoint(checkpoint, key_from(1));
  REQUIRE(made);
  CHECK(*open_checkpoint(made->note, test_verifier()) == *made);
  const auto other = note_verifier(test_origin, NoteKeyType::ed25519, key_from(9).verify_key());
  CHECK(open_checkpoint(made->note, *other).error().code == Code::unverified);
  std::string changed = made->note;
  changed[test_origin.size() + 1] = '2';
  CHECK(open_checkpoint(changed, test_verifier()).error().code == Code::unverified);
  CHECK_FALSE(open_checkpoint(made->note.substr(0, made->note.size() - 1), test_verifier()));
}

TEST_CASE("checkpoint: a log's key under another log's origin proves nothing") {
  const std::string text = print_checkpoint({"other.example/log", {1}, hash_leaf({}), {}});
  const Note note{text, {*sign_note(text, test_origin, key_from(1))}};
  const auto opened = open_checkpoint(print_note(note), test_verifier());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::unverified);
}

}  // namespace
}  // namespace usufruct
