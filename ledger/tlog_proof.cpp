#include "ledger/tlog_proof.h"

#include <fmt/format.h>

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

Result<Proven> verify_receipt(const Receipt& receipt, View entry, const Policy& policy) {
  auto opened = TRY(open_cosigned(receipt.checkpoint, policy));
  CHECK_OK(verify_inclusion(receipt.index, opened.checkpoint.size, hash_leaf(entry), receipt.proof,
                            opened.checkpoint.root));
  // Last, so that `denied` says that all else holds.
  CHECK_OK(check_quorum(opened));
  return Proven{.index = receipt.index,
                .checkpoint = std::move(opened.checkpoint),
                .log_index = opened.log_index,
                .cosignatures = std::move(opened.cosignatures)};
}

Result<Proven> verify_receipt(const Receipt& receipt, View entry, const NoteVerifier& log) {
  return verify_receipt(receipt, entry, policy_of(log));
}

Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope,
                                       const Policy& policy) {
  const Time time = TRY(time_of(receipt));
  if (envelope.empty() || envelope.size() > envelope_bytes_max) {
    return malformed(fmt::format("no envelope has {} bytes", envelope.size()));
  }
  return verify_receipt(receipt, encode_entry(time, envelope), policy);
}

Result<Proven> verify_envelope_receipt(const Receipt& receipt, View envelope,
                                       const NoteVerifier& log) {
  return verify_envelope_receipt(receipt, envelope, policy_of(log));
}

}  // namespace usufruct
