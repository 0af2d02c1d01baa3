#pragma once

#include <cstddef>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"

namespace usufruct::http {

/// RFC 1952. `level` 1 (fast) to 9 (small). The same bytes each time: no name, no time.
Bytes gzip(View bytes, int level);
/// `malformed` when it is not one whole gzip stream, or unfolds to more than `size_max` bytes.
Result<Bytes> gunzip(View bytes, std::size_t size_max);

}  // namespace usufruct::http
