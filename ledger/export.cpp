#include "ledger/export.h"

#include <fmt/format.h>

#include "crypto/note.h"
#include "crypto/stream.h"
#include "ledger/checkpoint.h"
#include "ledger/proof.h"

namespace usufruct {
namespace {

Result<Checkpoint> checkpoint_of(const Reader& reader) {
  const auto note = TRY(parse_note_unverified(TRY(reader.checkpoint())));
  return parse_checkpoint_unverified(note.text);
}

/// What of the log is in the folder already.
Result<TreeSize> exported_size(const std::filesystem::path& folder, const Checkpoint& newer) {
  const auto older = checkpoint_of(FolderReader(folder));
  if (!older && older.error().code == Code::not_found) return TreeSize{};
  if (!older) return std::unexpected(older.error());
  if (older->origin != newer.origin) {
    return conflict(
        fmt::format("'{}' holds log '{}', not '{}'", folder.native(), older->origin, newer.origin));
  }
  if (older->size > newer.size || (older->size == newer.size && older->root != newer.root)) {
    return conflict(fmt::format("'{}' holds {} entries that this log of {} does not extend",
                                folder.native(), older->size.value, newer.size.value));
  }
  return older->size;
}

Result<void> write_resource(const std::filesystem::path& path, View bytes) {
  std::error_code failed;
  std::filesystem::create_directories(path.parent_path(), failed);
  if (failed) {
    return unavailable(
        fmt::format("cannot make folder '{}': {}", path.parent_path().native(), failed.message()));
  }
  return write_file(path, bytes);
}

/// Partial tiles whose full tile is there are no longer asked for.
void drop_partial(const std::filesystem::path& full) {
  std::error_code ignored;
  std::filesystem::remove_all(full.native() + ".p", ignored);
}

/// Writes every resource of one row that the folder has not: `Id` is TileId or BundleId with all
/// but index and width set.
template <class Id, class Read>
Result<void> export_row(const std::filesystem::path& folder, Id id, unsigned level, Growth growth,
                        const Read& read) {
  const std::uint64_t end = (hash_count(level, growth.to) + tile_width - 1) / tile_width;
  for (id.index = hash_count(level, growth.from) / tile_width; id.index < end; ++id.index) {
    id.width = width_of(level, id.index, growth.to);
    const auto path = folder / print_path(id);
    CHECK_OK(write_resource(path, TRY(read(id))));
    if (id.width == tile_width) drop_partial(path);
  }
  return {};
}

}  // namespace

Result<void> export_log(const Reader& reader, const std::filesystem::path& folder) {
  const std::string note = TRY(reader.checkpoint());
  const Checkpoint checkpoint = TRY(checkpoint_of(reader));
  const Growth growth{TRY(exported_size(folder, checkpoint)), checkpoint.size};
  CHECK_OK(export_row(folder, BundleId{}, 0, growth,
                      [&](const BundleId& id) { return reader.bundle(id); }));
  for (unsigned level = 0; level < tile_levels; ++level) {
    CHECK_OK(export_row(folder, TileId{.level = level}, level, growth,
                        [&](const TileId& id) { return reader.tile(id); }));
  }
  return write_resource(folder / "checkpoint", as_view(note));
}

}  // namespace usufruct
