#pragma once

#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct {

/// The lossless JSON view of an envelope, for those who have no Cap'n Proto: the record as
/// to_json() prints it, and the signatures on its bytes, in hex.
///
///     {"record":{"issuer":"did:key:z6Mk…","party":{…}},
///      "signatures":[{"signer":"8a88e3…","signature":"5f4c…"}]}
///
/// A signature on a batch has its place besides: `"batch":{"size":6300,"index":17,"path":"…"}`.
/// `malformed` when the bytes are no envelope.
Result<std::string> envelope_to_json(View envelope);
/// The envelope's bytes: those the signatures were made over, since a record has only one encoding.
/// Unknown fields are `malformed`. Says nothing about the signatures.
Result<Bytes> envelope_from_json(std::string_view json);

}  // namespace usufruct
