#include "ledger/reader.h"

#include <algorithm>

#include "crypto/note.h"
#include "crypto/stream.h"

namespace usufruct {

Result<std::string> FolderReader::checkpoint() const {
  return std::string(as_text(TRY(read_file(folder_ / "checkpoint", note_bytes_max))));
}

Result<Bytes> FolderReader::tile(const TileId& id) const {
  constexpr std::size_t bytes_max = tile_width * Digest::size_bytes;
  auto bytes = read_file(folder_ / print_path(id), bytes_max);
  if (!bytes && bytes.error().code == Code::not_found && id.width < tile_width) {
    bytes = read_file(folder_ / print_path(TileId{id.level, id.index}), bytes_max);
    if (bytes) bytes->resize(std::min(bytes->size(), id.width * Digest::size_bytes));
  }
  return bytes;
}

Result<Bytes> FolderReader::bundle(const BundleId& id) const {
  auto bytes = read_file(folder_ / print_path(id), bundle_bytes_max);
  if (bytes || bytes.error().code != Code::not_found || id.width == tile_width) return bytes;
  const Bytes full = TRY(read_file(folder_ / print_path(BundleId{id.index}), bundle_bytes_max));
  const auto content = read_bundle(full);
  Bytes part;
  for (std::size_t i = 0; i < std::min<std::size_t>(id.width, content.entries.size()); ++i) {
    append_to_bundle(part, content.entries[i]);
  }
  return part;
}

}  // namespace usufruct
