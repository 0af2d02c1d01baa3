#include "ledger/log_statement.h"

#include <fmt/format.h>

#include <array>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view key_change_name = "usufruct/log-key/v1";
constexpr std::string_view closing_name = "usufruct/log-closed/v1";
constexpr std::string_view no_successor = "-";

struct KeyChange {
  std::string origin;
  NoteVerifier to;
};

/// The lines of a statement of that name; each ends in a line feed.
Result<std::vector<std::string_view>> lines_of(const Note& note, std::string_view name,
                                               std::size_t count) {
  std::string_view text = note.text;
  text.remove_suffix(1);
  auto lines = split(text, '\n');
  if (lines.front() != name) {
    return malformed(fmt::format("'{}' stands where '{}' is due", printable(lines.front()), name));
  }
  if (lines.size() != count) {
    return malformed(fmt::format("{} has {} lines, not {}", name, count, lines.size()));
  }
  return lines;
}

Result<void> check_origin(std::string_view origin, const NoteVerifier& log) {
  if (origin == log.name) return {};
  return unverified(fmt::format("the statement is of log '{}', not of '{}'", printable(origin),
                                printable(log.name)));
}

Result<KeyChange> read_key_change(const Note& note) {
  const auto lines = TRY(lines_of(note, key_change_name, 3));
  auto to = TRY_IN("new key", parse_vkey(lines[2]));
  KeyChange change{std::string(lines[1]), std::move(to)};
  if (change.to.type != NoteKeyType::ed25519 || change.to.name != change.origin) {
    return malformed(fmt::format("'{}' is not a key of the log '{}'", printable(lines[2]),
                                 printable(change.origin)));
  }
  return change;
}

}  // namespace

Result<std::string> sign_key_change(std::string_view origin, const SigningKey& from,
                                    const SigningKey& to) {
  if (from.verify_key() == to.verify_key()) return malformed("the new key is the old one");
  const auto next = TRY(note_verifier(origin, NoteKeyType::ed25519, to.verify_key()));
  Note note{fmt::format("{}\n{}\n{}\n", key_change_name, origin, print_vkey(next)), {}};
  note.signatures.push_back(TRY(sign_note(note.text, origin, from)));
  note.signatures.push_back(TRY(sign_note(note.text, origin, to)));
  return print_note(note);
}

Result<NoteVerifier> follow_keys(NoteVerifier known, std::span<const std::string> changes) {
  for (const auto& text : changes) {
    const Note note = TRY_IN("key change", parse_note_unverified(text));
    const auto change = TRY_IN("key change", read_key_change(note));
    CHECK_OK_IN("key change", check_origin(change.origin, known));
    if (change.to == known) continue;
    const std::array keys = {known, change.to};
    const auto signatures = TRY_IN("key change", verify_note(note, keys));
    bool by_old = false;
    bool by_new = false;
    for (const auto& signature : signatures) {
      (signature.verifier_index == 0 ? by_old : by_new) = true;
    }
    if (!by_old) continue;
    if (!by_new) return unverified("key change: the new key did not sign it");
    known = change.to;
  }
  return known;
}

Result<std::string> sign_closing(const Closing& closing, const SigningKey& key) {
  Note note{
      fmt::format("{}\n{}\n{}\n{}\n{}\n", closing_name, closing.origin, closing.size.value,
                  to_base64(closing.root.view()),
                  closing.successor ? print_vkey(*closing.successor) : std::string(no_successor)),
      {}};
  note.signatures.push_back(TRY(sign_note(note.text, closing.origin, key)));
  return print_note(note);
}

Result<Closing> open_closing(std::string_view text, const NoteVerifier& log) {
  const Note note = TRY_IN("closing", parse_note_unverified(text));
  CHECK_OK_IN("closing", verify_note(note, std::span(&log, 1)));
  const auto lines = TRY_IN("closing", lines_of(note, closing_name, 5));
  Closing closing{.origin = std::string(lines[1]),
                  .size = {TRY_IN("closing size", parse_decimal(lines[2]))},
                  .root = TRY_IN("closing root", digest_from(TRY(parse_base64(lines[3])))),
                  .successor = {}};
  CHECK_OK_IN("closing", check_origin(closing.origin, log));
  if (lines[4] != no_successor) closing.successor = TRY_IN("successor", parse_vkey(lines[4]));
  return closing;
}

}  // namespace usufruct
