#include "crypto/chunk.h"

#include <utility>

#include "crypto/secret.h"

namespace usufruct {

ChunkReader::ChunkReader(ByteSource& source, std::size_t chunk_bytes)
    : source_(source), current_(chunk_bytes), ahead_(chunk_bytes) {}

ChunkReader::~ChunkReader() {
  wipe(current_);
  wipe(ahead_);
}

Result<ChunkReader::Chunk> ChunkReader::next() {
  if (!std::exchange(has_started_, true)) ahead_count_ = TRY(read_full(source_, ahead_));
  std::swap(current_, ahead_);
  const std::size_t count = std::exchange(ahead_count_, 0);
  if (count == current_.size()) ahead_count_ = TRY(read_full(source_, ahead_));
  return Chunk{.bytes = View(current_).first(count), .is_last = ahead_count_ == 0};
}

}  // namespace usufruct
