#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/hash_levels.h"
#include "ledger/tlog_proof.h"
#include "tests/fuzz/target.h"
#include "tests/support/records.h"

namespace usufruct::fuzz {
namespace {

std::string checkpoint_note(std::uint64_t size) {
  return sign_checkpoint({std::string(test_origin), {size}, hash_leaf(as_view("leaf")), {}},
                         key_from(1))
      ->note;
}

NoteVerifier witness() {
  return *note_verifier("witness.example/w", NoteKeyType::cosignature, key_from(4).verify_key());
}

std::string cosigned_note(std::uint64_t size) {
  std::string note = checkpoint_note(size);
  const std::string text = parse_note_unverified(note)->text;
  return note + print_note_signature(*cosign_note(text, witness().name, key_from(4), {1'000'000}));
}

void run_note(View input) {
  const std::string_view text = as_text(input);
  if (const auto note = parse_note_unverified(text)) {
    CHECK_THAT(print_note(*note) == text);
    const std::array verifiers = {test_verifier(), witness()};
    if (const auto signatures = verify_note(*note, verifiers)) {
      CHECK_THAT(!signatures->empty() && signatures->size() <= verifiers.size());
    }
  }
  if (const auto lines = parse_note_signatures(text)) {
    std::string printed;
    for (const auto& line : *lines) printed += print_note_signature(line);
    CHECK_THAT(!lines->empty() && printed == text);
  }
}

void run_checkpoint(View input) {
  const std::string_view text = as_text(input);
  if (const auto checkpoint = parse_checkpoint_unverified(text)) {
    CHECK_THAT(print_checkpoint(*checkpoint) == text);
  }
  if (const auto opened = open_checkpoint(text, test_verifier())) {
    CHECK_THAT(opened->note == text && opened->checkpoint.origin == test_origin);
  }
}

void run_receipt(View input) {
  const auto receipt = parse_receipt_unverified(as_text(input));
  if (!receipt) return;
  CHECK_THAT(print_receipt(*receipt) == as_text(input));
  static const Bytes entry = to_bytes("another entry");
  CHECK_THAT(!verify_receipt(*receipt, entry, test_verifier()));
  if (const auto time = time_of(*receipt)) CHECK_THAT(encode_time(*time) == *receipt->extra);
}

void run_vkey(View input) {
  const std::string_view text = as_text(input);
  if (const auto verifier = parse_vkey(text)) CHECK_THAT(print_vkey(*verifier) == text);
  if (const auto signer = parse_skey(text)) {
    CHECK_THAT(as_text(print_skey(*signer).view()) == text);
  }
}

std::vector<Bytes> note_seeds() {
  const auto lines = parse_note_unverified(cosigned_note(3))->signatures;
  return {to_bytes(checkpoint_note(3)), to_bytes(cosigned_note(70'000)),
          to_bytes(print_note_signature(lines[0]) + print_note_signature(lines[1])),
          to_bytes("text\n\nmore\n\n\u2014 a YWJjZAA=\n")};
}

std::vector<Bytes> checkpoint_seeds() {
  Checkpoint extended{std::string(test_origin), {12}, root_of_empty(), {"more", "and more"}};
  return {to_bytes(checkpoint_note(0)), to_bytes(print_checkpoint(extended)),
          to_bytes(parse_note_unverified(checkpoint_note(4812))->text)};
}

std::vector<Bytes> receipt_seeds() {
  const Digest hash = hash_leaf(as_view("leaf"));
  return {to_bytes(print_receipt(
              {{2}, encode_time({1'790'000'000'000}), {hash, hash}, checkpoint_note(3)})),
          to_bytes(print_receipt({{0}, std::nullopt, {}, cosigned_note(1)}))};
}

std::vector<Bytes> vkey_seeds() {
  return {to_bytes(print_vkey(test_verifier())), to_bytes(print_vkey(witness())),
          to_bytes(print_skey({std::string(test_origin), key_from(1)}).view())};
}

}  // namespace

const Target note_target{"note", run_note, note_seeds};
const Target checkpoint_target{"checkpoint", run_checkpoint, checkpoint_seeds};
const Target receipt_target{"receipt", run_receipt, receipt_seeds};
const Target vkey_target{"vkey", run_vkey, vkey_seeds};

}  // namespace usufruct::fuzz
