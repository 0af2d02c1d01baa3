#include "ledger/tlog_proof.h"

#include <fmt/format.h>

#include <vector>

#include "crypto/base/text.h"
#include "ledger/entry.h"

namespace usufruct {
namespace {

constexpr std::string_view header = "c2sp.org/tlog-proof@v1";

/// Takes lines from the front of a text.
class Lines {
 public:
  explicit Lines(std::string_view text) : left_(text) {}
  Result<std::string_view> next() {
    const auto end = left_.find('\n');
    if (end == std::string_view::npos) return malformed("the receipt ends in the middle of a line");
    const auto line = left_.substr(0, end);
    left_.remove_prefix(end + 1);
    return line;
  }
  std::string_view rest() const { return left_; }

 private:
  std::string_view left_;
};

Result<std::string_view> after(std::string_view word, std::string_view line) {
  if (!line.starts_with(word)) {
    return malformed(fmt::format("'{}' stands where '{}' is due", printable(line), word));
  }
  return line.substr(word.size());
}

/// The checkpoint's note verified, and how many of the witnesses cosigned it.
Result<Proven> verify_note_of(const Receipt& receipt, const NoteVerifier& log,
                              const WitnessPolicy& policy) {
  auto opened = TRY(open_checkpoint(receipt.checkpoint, log));
  Proven proven{receipt.index, std::move(opened.checkpoint), 0};
  if (policy.witnesses.empty() && policy.at_least == 0) return proven;
  std::vector<NoteVerifier> known(policy.witnesses.begin(), policy.witnesses.end());
  known.insert(known.begin(), log);
  const auto signatures = TRY(verify_note(TRY(parse_note_unverified(receipt.checkpoint)), known));
  for (const auto& signature : signatures) {
    if (signature.verifier_index > 0) ++proven.witness_count;
  }
  if (proven.witness_count < policy.at_least) {
    return unverified(fmt::format("{} of the witnesses cosigned the checkpoint, {} must",
                                  proven.witness_count, policy.at_least));
  }
  return proven;
}

}  // namespace

std::string print_receipt(const Receipt& receipt) {
  std::string text = fmt::format("{}\n", header);
  if (receipt.extra) text += fmt::format("extra {}\n", to_base64(*receipt.extra));
  text += fmt::format("index {}\n", receipt.index.value);
  for (const auto& hash : receipt.proof) text += to_base64(hash.view()) + "\n";
  return text + "\n" + receipt.checkpoint;
}

Result<Receipt> parse_receipt_unverified(std::string_view text) {
  if (text.size() > receipt_bytes_max) return malformed("the receipt is too large");
  Lines lines(text);
  if (TRY(lines.next()) != header) {
    return malformed("this is not a receipt", fmt::format("its first line is '{}'", header));
  }
  Receipt receipt;
  std::string_view line = TRY(lines.next());
  if (line.starts_with("extra ")) {
    receipt.extra = TRY_IN("receipt extra", parse_base64(TRY(after("extra ", line))));
    if (receipt.extra->size() > receipt_extra_bytes_max) return malformed("extra is too long");
    line = TRY(lines.next());
  }
  receipt.index.value = TRY_IN("receipt index", parse_decimal(TRY(after("index ", line))));
  while (!(line = TRY(lines.next())).empty()) {
    if (receipt.proof.size() == proof_hashes_max) return malformed("the proof is too long");
    receipt.proof.push_back(TRY_IN("receipt proof", digest_from(TRY(parse_base64(line)))));
  }
  const Note note = TRY_IN("receipt checkpoint", parse_note_unverified(lines.rest()));
  CHECK_OK_IN("receipt checkpoint", parse_checkpoint_unverified(note.text));
  receipt.checkpoint = lines.rest();
  return receipt;
}

Result<Time> time_of(const Receipt& receipt) {
  if (!receipt.extra) return malformed("the receipt holds no ledger time");
  return decode_time(*receipt.extra);
}

Result<Proven> verify_receipt(const Receipt& receipt, View entry, const NoteVerifier& log,
                              const WitnessPolicy& policy) {
  const Proven proven = TRY(verify_note_of(receipt, log, policy));
  CHECK_OK(verify_inclusion(receipt.index, proven.checkpoint.size, hash_leaf(entry), receipt.proof,
                            proven.checkpoint.root));
  return proven;
}

Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope,
                                       const NoteVerifier& log, const WitnessPolicy& policy) {
  const Time time = TRY(time_of(receipt));
  if (envelope.empty() || envelope.size() > envelope_bytes_max) {
    return malformed(fmt::format("no envelope has {} bytes", envelope.size()));
  }
  return verify_receipt(receipt, encode_entry(time, envelope), log, policy);
}

}  // namespace usufruct
