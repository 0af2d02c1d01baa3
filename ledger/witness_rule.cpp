#include "ledger/witness_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

std::unexpected<WitnessAnswer> refuse(int status, std::string_view why) {
  return std::unexpected(WitnessAnswer{.status = status, .body = fmt::format("{}\n", why)});
}

WitnessAnswer size_is(TreeSize size) {
  return {
      .status = 409, .content_type = "text/x.tlog.size", .body = fmt::format("{}\n", size.value)};
}

bool has_signature_line(std::string_view note) { return note.find("\n— ") != note.npos; }

/// The checkpoint's own parser refuses no entries with a root of some; a witness has a status of
/// its own for that, so the root is put right to read the rest.
std::optional<std::string> with_true_empty_root(std::string_view text) {
  const auto lines = split(text, '\n');
  if (lines.size() < 4 || lines[1] != "0") return std::nullopt;
  const auto bytes = parse_base64(lines[2]);
  if (!bytes || !digest_from(*bytes)) return std::nullopt;
  const std::size_t end_of_size = lines[0].size() + 3;  // two line feeds and the digit
  return fmt::format("{}{}{}", text.substr(0, end_of_size), to_base64(root_of_empty().view()),
                     text.substr(end_of_size + lines[2].size()));
}

Result<void> read_checkpoint(Submission& submission) {
  auto checkpoint = parse_checkpoint_unverified(submission.note.text);
  if (!checkpoint) {
    const auto mended = with_true_empty_root(submission.note.text);
    if (!mended || !parse_checkpoint_unverified(*mended)) {
      return std::unexpected(std::move(checkpoint).error());
    }
    submission.is_false_empty = true;
    return {};
  }
  submission.head = {checkpoint->size, checkpoint->root};
  return {};
}

/// Drops the lines that are not a trusted key's: nobody vouches for them. A known key's first line
/// held, or the note would have been refused.
void keep_lines_of(Note& note, std::span<const NoteVerifier> keys) {
  std::vector<NoteSignature> kept;
  for (const auto& key : keys) {
    const auto is_of_key = [&](const NoteSignature& line) {
      return line.name == key.name && line.key_id == key.key_id;
    };
    const auto line = std::ranges::find_if(note.signatures, is_of_key);
    if (line != note.signatures.end()) kept.push_back(*line);
  }
  note.signatures = std::move(kept);
}

}  // namespace

std::expected<Submission, WitnessAnswer> examine(std::string_view body, const WitnessedKeys& keys) {
  const auto halves = split_add_checkpoint(body);
  if (!halves) return refuse(400, halves.error().message);
  Submission submission;
  submission.origin = halves->note.substr(0, halves->note.find('\n'));
  const auto trusted = keys.keys_of(submission.origin);
  if (!trusted) {
    return refuse(404, fmt::format("unknown log '{}'", printable(submission.origin)));
  }
  auto note = parse_note_unverified(halves->note);
  if (!note && !has_signature_line(halves->note))
    return refuse(403, "the checkpoint is not signed");
  if (!note) return refuse(400, note.error().message);
  if (const auto verified = verify_note(*note, *trusted); !verified) {
    return refuse(403, verified.error().message);
  }
  submission.note = std::move(*note);
  keep_lines_of(submission.note, *trusted);
  if (const auto read = read_checkpoint(submission); !read)
    return refuse(400, read.error().message);
  auto request = parse_add_checkpoint_head(halves->head);
  if (!request) return refuse(400, request.error().message);
  submission.request = std::move(*request);
  submission.request.note = halves->note;
  if (submission.request.old_size > submission.head.size) {
    return refuse(400, fmt::format("old size {} is larger than the checkpoint's {}",
                                   submission.request.old_size.value, submission.head.size.value));
  }
  return submission;
}

Judgement judge(const Submission& submission, const TreeHead& last, SplitStatus split) {
  const TreeHead& head = submission.head;
  const bool is_split =
      !submission.is_false_empty && head.size == last.size && head.root != last.root;
  const auto suspicion = is_split ? std::optional(Suspicion::split) : std::nullopt;
  if (submission.request.old_size != last.size) return {size_is(last.size), suspicion};
  if (is_split && split == SplitStatus::conflict) return {size_is(last.size), suspicion};
  if (is_split || submission.is_false_empty) {
    return {WitnessAnswer{.status = 422, .body = "the root is not that of this size\n"}, suspicion};
  }
  const auto proven =
      verify_consistency({last.size, head.size}, {last.root, head.root}, submission.request.proof);
  if (proven) return {};
  // From no entries, and between equal heads, nothing is left to prove: the client is mistaken.
  const bool is_growth = last.size.value > 0 && head.size > last.size;
  return {WitnessAnswer{.status = 422, .body = proven.error().message + "\n"},
          is_growth ? std::optional(Suspicion::unproven) : std::nullopt};
}

}  // namespace usufruct
