#include "ledger/checkpoint.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct {

std::string print_checkpoint(const Checkpoint& checkpoint) {
  std::string text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.size.value,
                                 to_base64(checkpoint.root.view()));
  for (const auto& line : checkpoint.extensions) text += line + "\n";
  return text;
}

Result<Checkpoint> parse_checkpoint_unverified(std::string_view text) {
  if (!text.ends_with('\n')) return malformed("the checkpoint does not end in a line feed");
  text.remove_suffix(1);
  const auto lines = split(text, '\n');
  if (lines.size() < 3) return malformed("a checkpoint has an origin, a size and a root");
  for (const auto line : lines) {
    if (line.empty()) return malformed("the checkpoint has an empty line");
    if (!is_utf8(line) || has_control(line)) {
      return malformed(fmt::format("'{}' is no line of a checkpoint", printable(line)));
    }
  }
  Checkpoint checkpoint;
  checkpoint.origin = lines[0];
  checkpoint.size.value = TRY_IN("checkpoint size", parse_decimal(lines[1]));
  checkpoint.root = TRY_IN("checkpoint root", digest_from(TRY(parse_base64(lines[2]))));
  checkpoint.extensions.assign(lines.begin() + 3, lines.end());
  if (checkpoint.size.value == 0 && checkpoint.root != root_of_empty()) {
    return malformed("the root of no entries is not SHA-256 of nothing");
  }
  return checkpoint;
}

Result<SignedCheckpoint> sign_checkpoint(const Checkpoint& checkpoint, const SigningKey& key) {
  Note note{print_checkpoint(checkpoint), {}};
  note.signatures.push_back(TRY(sign_note(note.text, checkpoint.origin, key)));
  return SignedCheckpoint{checkpoint, print_note(note)};
}

Result<SignedCheckpoint> open_checkpoint(std::string_view bytes, const NoteVerifier& log) {
  const Note note = TRY_IN("checkpoint", parse_note_unverified(bytes));
  CHECK_OK_IN("checkpoint", verify_note(note, std::span(&log, 1)));
  SignedCheckpoint opened{TRY(parse_checkpoint_unverified(note.text)), std::string(bytes)};
  if (opened.checkpoint.origin != log.name) {
    return unverified(fmt::format("the checkpoint is of log '{}', not of '{}'",
                                  printable(opened.checkpoint.origin), printable(log.name)));
  }
  return opened;
}

}  // namespace usufruct
