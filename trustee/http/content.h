#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "crypto/base/bytes.h"
#include "trustee/http/message.h"

namespace usufruct::http {

/// Bytes that never change under their path, ready to be served: as they are, and folded by gzip
/// where that is worth it. Shared between any number of answers.
struct Content {
  std::shared_ptr<const Bytes> plain;
  std::shared_ptr<const Bytes> folded;  ///< null: not worth it
  std::string etag;                     ///< with its quotes: from the SHA-256 of the plain bytes

  std::size_t size_bytes() const;
};

/// Whether folding is tried: hashes do not compress.
enum class Fold { attempt, never };
/// Costs a SHA-256 and, if asked for, a gzip at its fastest level.
Content make_content(Bytes bytes, Fold fold);

/// An answer to GET or HEAD (RFC 9110 §§12.5.3, 13.1.2, 14): 304 when the client has it already,
/// 206 or 416 when it asks for one range, gzip when it takes that, else all of it. Several ranges,
/// and what is no range, are answered with all of it.
Response serve_content(const Request& request, const Content& content);

/// Marks an answer as readable by everybody's scripts: all of a log's face is public.
void allow_everyone(Response& response);

}  // namespace usufruct::http
