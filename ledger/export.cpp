#include "ledger/export.h"

#include <fmt/format.h>

#include <atomic>
#include <mutex>

#include "crypto/base/parallel.h"
#include "crypto/note.h"
#include "ledger/buffers.h"
#include "ledger/folder_writer.h"
#include "ledger/tile_hashes.h"

namespace usufruct {
namespace {

constexpr std::size_t files_per_block = 4;

Result<Checkpoint> checkpoint_of(const Reader& reader) {
  const auto note = TRY(parse_note_unverified(TRY(reader.checkpoint())));
  return parse_checkpoint_unverified(note.text);
}

/// That a folder's log is the beginning of this one, by a proof from this one's tiles.
Result<void> check_extends(const Reader& reader, const Checkpoint& older, const Checkpoint& newer) {
  if (older.size > newer.size) {
    return conflict(fmt::format("it holds {} entries, more than the {} of this log",
                                older.size.value, newer.size.value));
  }
  const Growth growth{older.size, newer.size};
  const auto hashes = TRY(TileHashes::open(reader, newer));
  const Proof proof = TRY(prove_consistency(*hashes, growth));
  if (verify_consistency(growth, {older.root, newer.root}, proof)) return {};
  return conflict(fmt::format("it holds {} entries that this log of {} does not extend",
                              older.size.value, newer.size.value));
}

/// What of the log is in the folder already.
Result<TreeSize> exported_size(const Reader& reader, const std::filesystem::path& folder,
                               const Checkpoint& newer) {
  const auto older = checkpoint_of(FolderReader(folder));
  if (!older && older.error().code == Code::not_found) return TreeSize{};
  if (!older) return std::unexpected(older.error());
  if (older->origin != newer.origin) {
    return conflict(
        fmt::format("'{}' holds log '{}', not '{}'", folder.native(), older->origin, newer.origin));
  }
  CHECK_OK_IN(fmt::format("'{}'", folder.native()), check_extends(reader, *older, newer));
  return older->size;
}

/// Copies in parallel; the first error ends it.
class Copy {
 public:
  Copy(const Reader& reader, FolderWriter& writer, const ExportOptions& options, Growth growth)
      : reader_(reader), writer_(writer), options_(options), growth_(growth) {}

  Result<void> run() {
    CHECK_OK(row(0, [&](std::uint64_t index) { return bundle(index); }));
    for (unsigned level = 0; level < tile_levels; ++level) {
      CHECK_OK(row(level, [&](std::uint64_t index) { return tile(level, index); }));
    }
    return {};
  }

 private:
  /// Every file of a row that the folder has not.
  template <class Each>
  Result<void> row(unsigned level, const Each& each) {
    const std::uint64_t first = hash_count(level, growth_.from) / tile_width;
    const std::uint64_t end = (hash_count(level, growth_.to) + tile_width - 1) / tile_width;
    if (first >= end) return {};
    for_each_index(end - first, files_per_block, [&](std::size_t i) {
      if (has_failed_) return;
      if (auto done = each(first + i); !done) fail(std::move(done).error());
    });
    if (failed_) return std::unexpected(*failed_);
    return {};
  }

  Result<void> bundle(std::uint64_t index) {
    const BundleId id{index, width_of(0, index, growth_.to)};
    const auto buffer = buffers_.lend();
    CHECK_OK(writer_.write(print_path(id), TRY(reader_.bundle_into(id, *buffer))));
    const std::uint64_t done = done_ += id.width;
    if (options_.progress) {
      options_.progress({growth_.from.value / tile_width * tile_width + done}, growth_.to);
    }
    return {};
  }

  Result<void> tile(unsigned level, std::uint64_t index) {
    const TileId id{level, index, width_of(level, index, growth_.to)};
    const auto buffer = buffers_.lend();
    return writer_.write(print_path(id), TRY(reader_.tile_into(id, *buffer)));
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!has_failed_.exchange(true)) failed_ = std::move(error);
  }

  const Reader& reader_;
  FolderWriter& writer_;
  const ExportOptions& options_;
  Growth growth_;
  Buffers buffers_;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  std::optional<Error> failed_;  ///< guarded by mutex_
};

}  // namespace

void drop_partial(const std::filesystem::path& folder, Growth growth) {
  const auto drop = [&](const std::string& full) {
    std::error_code ignored;
    std::filesystem::remove_all(folder / (full + ".p"), ignored);
  };
  for (unsigned level = 0; level < tile_levels; ++level) {
    const std::uint64_t index = hash_count(level, growth.from) / tile_width;
    if (width_of(level, index, growth.to) < tile_width) continue;
    drop(print_path(TileId{level, index}));
    if (level == 0) drop(print_path(BundleId{index}));
  }
}

Result<void> export_log(const Reader& reader, const std::filesystem::path& folder,
                        const ExportOptions& options) {
  const std::string note = TRY(reader.checkpoint());
  const Checkpoint checkpoint =
      TRY(parse_checkpoint_unverified(TRY(parse_note_unverified(note)).text));
  FolderWriter writer = TRY(FolderWriter::open(folder));
  const Growth growth{TRY(exported_size(reader, folder, checkpoint)), checkpoint.size};
  CHECK_OK(Copy(reader, writer, options, growth).run());
  CHECK_OK(writer.publish("checkpoint", as_view(note)));
  drop_partial(folder, growth);
  return {};
}

}  // namespace usufruct
