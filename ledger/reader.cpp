#include "ledger/reader.h"

#include <algorithm>

#include "crypto/note.h"
#include "crypto/stream.h"

namespace usufruct {
namespace {

/// Whether what was asked for may be there under another name: as the full one.
bool is_elsewhere(const Result<View>& read, unsigned width) {
  return !read && read.error().code == Code::not_found && width < tile_width;
}

}  // namespace

Result<View> Reader::tile_into(const TileId& id, Bytes& buffer) const {
  buffer = TRY(tile(id));
  return View(buffer);
}

Result<View> Reader::bundle_into(const BundleId& id, Bytes& buffer) const {
  buffer = TRY(bundle(id));
  return View(buffer);
}

Result<std::string> FolderReader::checkpoint() const {
  return std::string(as_text(TRY(read_file(folder_ / "checkpoint", note_bytes_max))));
}

Result<View> FolderReader::tile_into(const TileId& id, Bytes& buffer) const {
  constexpr std::size_t bytes_max = tile_width * Digest::size_bytes;
  const auto part = read_file_into(folder_ / print_path(id), bytes_max, buffer);
  if (!is_elsewhere(part, id.width)) return part;
  const View full =
      TRY(read_file_into(folder_ / print_path(TileId{id.level, id.index}), bytes_max, buffer));
  return full.first(std::min(full.size(), id.width * Digest::size_bytes));
}

Result<View> FolderReader::bundle_into(const BundleId& id, Bytes& buffer) const {
  const auto part = read_file_into(folder_ / print_path(id), bundle_bytes_max, buffer);
  if (!is_elsewhere(part, id.width)) return part;
  return first_entries(
      TRY(read_file_into(folder_ / print_path(BundleId{id.index}), bundle_bytes_max, buffer)),
      id.width);
}

Result<Bytes> FolderReader::tile(const TileId& id) const {
  Bytes buffer;
  return to_bytes(TRY(tile_into(id, buffer)));
}

Result<Bytes> FolderReader::bundle(const BundleId& id) const {
  Bytes buffer;
  return to_bytes(TRY(bundle_into(id, buffer)));
}

}  // namespace usufruct
