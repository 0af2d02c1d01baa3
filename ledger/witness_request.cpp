#include "ledger/witness_request.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct {

std::string print_add_checkpoint(const AddCheckpoint& request) {
  std::string body = fmt::format("old {}\n", request.old_size.value);
  for (const auto& hash : request.proof) body += to_base64(hash.view()) + "\n";
  return body + "\n" + request.note;
}

Result<AddCheckpointHalves> split_add_checkpoint(std::string_view body) {
  if (body.size() > add_checkpoint_bytes_max) {
    return malformed(fmt::format("a request of {} bytes; at most {} are read", body.size(),
                                 add_checkpoint_bytes_max));
  }
  const auto blank = body.find("\n\n");
  if (blank == body.npos) return malformed("no empty line before the checkpoint");
  return AddCheckpointHalves{.head = body.substr(0, blank + 1), .note = body.substr(blank + 2)};
}

Result<AddCheckpoint> parse_add_checkpoint_head(std::string_view head) {
  constexpr std::string_view word = "old ";
  if (!head.ends_with('\n')) return malformed("the last line does not end in a line feed");
  head.remove_suffix(1);
  const auto lines = split(head, '\n');
  if (!lines[0].starts_with(word)) {
    return malformed(fmt::format("'{}' stands where 'old <size>' is due", printable(lines[0])));
  }
  AddCheckpoint request;
  request.old_size.value = TRY_IN("old size", parse_decimal(lines[0].substr(word.size())));
  if (lines.size() - 1 > proof_hashes_max) {
    return malformed(
        fmt::format("{} proof lines; at most {} are read", lines.size() - 1, proof_hashes_max));
  }
  for (std::size_t i = 1; i < lines.size(); ++i) {
    request.proof.push_back(
        TRY_IN(fmt::format("proof line {}", i), digest_from(TRY(parse_base64(lines[i])))));
  }
  return request;
}

}  // namespace usufruct
