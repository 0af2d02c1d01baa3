#pragma once

#include <cstddef>
#include <cstdint>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"

namespace usufruct {

/// Cuts a source into chunks of one size and knows which is the last: it reads one ahead. The age
/// format and our own sealed content both mark their last chunk.
class ChunkReader {
 public:
  struct Chunk {
    View bytes;  ///< valid until the next call; short only when last, empty only when alone
    bool is_last = false;
  };

  ChunkReader(ByteSource& source, std::size_t chunk_bytes);
  ~ChunkReader();  ///< wipes what was read
  ChunkReader(const ChunkReader&) = delete;
  ChunkReader& operator=(const ChunkReader&) = delete;

  /// Not to be called again after the last. An empty source has one chunk, empty and last.
  Result<Chunk> next();

 private:
  ByteSource& source_;
  Bytes current_;
  Bytes ahead_;
  std::size_t ahead_count_ = 0;
  bool has_started_ = false;
};

}  // namespace usufruct
