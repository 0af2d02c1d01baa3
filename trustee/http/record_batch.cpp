#include "trustee/http/record_batch.h"

#include <fmt/format.h>

#include "crypto/base/check.h"
#include "ledger/tile.h"

namespace usufruct::http {
namespace {

constexpr std::size_t answer_head_bytes = 6;

}  // namespace

Result<std::vector<Bytes>> decode_envelopes(View bytes) {
  std::vector<Bytes> envelopes;
  while (!bytes.empty()) {
    if (bytes.size() < 2) return malformed("the length of an envelope is cut short");
    const std::size_t size = read_u16(bytes);
    bytes = bytes.subspan(2);
    if (size > bytes.size()) {
      return malformed(fmt::format("envelope {} says it has {} bytes and has {}", envelopes.size(),
                                   size, bytes.size()));
    }
    envelopes.push_back(to_bytes(bytes.first(size)));
    bytes = bytes.subspan(size);
  }
  if (!envelopes.empty()) return envelopes;
  return malformed("there is no envelope", "each stands after its length in two bytes");
}

Bytes encode_envelopes(std::span<const Bytes> envelopes) {
  Bytes bytes;
  for (const auto& envelope : envelopes) append_to_bundle(bytes, envelope);
  return bytes;
}

void append_answer(Bytes& answers, const BatchAnswer& answer) {
  const std::size_t size = answer.text.size();
  CHECK_THAT(size <= UINT32_MAX);
  append_u16(answers, static_cast<std::uint16_t>(answer.status));
  append_u16(answers, static_cast<std::uint16_t>(size >> 16));
  append_u16(answers, static_cast<std::uint16_t>(size & 0xffff));
  append(answers, std::string_view(answer.text));
}

Result<std::vector<BatchAnswer>> decode_answers(View bytes) {
  std::vector<BatchAnswer> answers;
  while (!bytes.empty()) {
    if (bytes.size() < answer_head_bytes) return malformed("an answer is cut short");
    const int status = read_u16(bytes);
    const std::size_t size =
        std::size_t{read_u16(bytes.subspan(2))} << 16 | read_u16(bytes.subspan(4));
    bytes = bytes.subspan(answer_head_bytes);
    if (size > bytes.size()) {
      return malformed(
          fmt::format("an answer says it has {} bytes and has {}", size, bytes.size()));
    }
    answers.push_back({status, std::string(as_text(bytes.first(size)))});
    bytes = bytes.subspan(size);
  }
  return answers;
}

}  // namespace usufruct::http
