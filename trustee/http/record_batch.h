#pragma once

#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/tlog_proof.h"

namespace usufruct::http {

/// Many envelopes in one request, and the answers to them in one reply.
///
///     envelopes  (u16 length ‖ envelope)*                  as entries lie in a bundle
///     answers    (u16 status ‖ u32 length ‖ bytes)*        in the order of the envelopes
///
/// Integers are big-endian. A status of 200 comes with a receipt, another with the JSON of an
/// error.
inline constexpr std::string_view envelopes_type = "application/vnd.usufruct.envelopes";
inline constexpr std::string_view answers_type = "application/vnd.usufruct.answers";

/// `malformed` when a length reaches beyond the end, or there is no envelope.
Result<std::vector<Bytes>> decode_envelopes(View bytes);
/// None may have more than 65,535 bytes.
Bytes encode_envelopes(std::span<const Bytes> envelopes);

struct BatchAnswer {
  int status = 0;
  std::string text;
};
void append_answer(Bytes& answers, const BatchAnswer& answer);
Result<std::vector<BatchAnswer>> decode_answers(View bytes);

}  // namespace usufruct::http
