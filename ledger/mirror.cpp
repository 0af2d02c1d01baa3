#include "ledger/mirror.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>

#include "crypto/base/parallel.h"
#include "ledger/buffers.h"
#include "ledger/export.h"
#include "ledger/folder_writer.h"
#include "ledger/fork.h"
#include "ledger/tile_hashes.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view do_not_trust = "do not trust the source; the mirror stays as it was";

/// A folder without a checkpoint must be empty, or have been begun by a mirror.
Result<void> check_empty(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto name = at->path().filename();
    if (name == "tile" || name == "evidence") continue;
    return conflict(fmt::format("'{}' holds '{}' and no log", folder.native(), name.native()),
                    "name a folder that does not exist yet, or a mirror to bring up to date");
  }
  return {};
}

/// What the folder holds already; its checkpoint must be believed as the source's must.
Result<std::optional<SignedCheckpoint>> own_checkpoint(const fs::path& folder,
                                                       const OpenCheckpoint& open) {
  const auto note = FolderReader(folder).checkpoint();
  if (!note && note.error().code == Code::not_found) {
    CHECK_OK(check_empty(folder));
    return std::nullopt;
  }
  if (!note) return std::unexpected(note.error());
  return TRY_IN(fmt::format("the mirror's own '{}'", (folder / "checkpoint").native()),
                open(*note));
}

std::unexpected<Error> refuse(const fs::path& folder, const Fork& fork, const std::string& why) {
  const auto kept = keep_evidence(folder, fork);
  return unverified(why, kept ? fmt::format("{}; both checkpoints and the proof are kept in {}",
                                            do_not_trust, kept->native())
                              : fmt::format("{}; the evidence could not be kept: {}", do_not_trust,
                                            kept.error().message));
}

/// The source serves less than it did. Whether that is an old state or another history can be told
/// from the mirror's own tiles.
Result<void> check_shrunk(const fs::path& folder, const SignedCheckpoint& ours,
                          const SignedCheckpoint& theirs) {
  const FolderReader own(folder);
  const Growth growth{theirs.checkpoint.size, ours.checkpoint.size};
  const auto hashes = TRY_IN("the mirror's own tiles", TileHashes::open(own, ours.checkpoint));
  const Proof proof = TRY_IN("the mirror's own tiles", prove_consistency(*hashes, growth));
  const auto holds =
      verify_consistency(growth, {theirs.checkpoint.root, ours.checkpoint.root}, proof);
  const std::string why =
      fmt::format("the source serves a log of {} entries, where the mirror has {}",
                  growth.from.value, growth.to.value);
  if (holds) return refuse(folder, {theirs, ours, proof}, why + ": it was rolled back");
  return refuse(folder, {theirs, ours, proof}, why + ", and of another history: it is forked");
}

Result<void> check_grown(const fs::path& folder, const SignedCheckpoint& ours,
                         const SignedCheckpoint& theirs, const TileHashes& hashes) {
  const Growth growth{ours.checkpoint.size, theirs.checkpoint.size};
  const Proof proof = TRY(prove_consistency(hashes, growth));
  if (verify_consistency(growth, {ours.checkpoint.root, theirs.checkpoint.root}, proof)) return {};
  return refuse(folder, {ours, theirs, proof},
                fmt::format("the source's log of {} entries does not begin with the {} that the "
                            "mirror has: it is forked",
                            growth.to.value, growth.from.value));
}

/// Copies what is new in parallel; the first error ends it.
class Copy {
 public:
  Copy(const Reader& source, FolderWriter& writer, const TileHashes& hashes, Growth growth,
       const MirrorOptions& options)
      : source_(source),
        own_(writer.folder()),
        writer_(writer),
        hashes_(hashes),
        growth_(growth),
        options_(options) {}

  Result<void> run() {
    CHECK_OK(row(0, [&](std::uint64_t index) { return bundle(index); }));
    for (unsigned level = 1; level < tile_levels; ++level) {
      CHECK_OK(row(level, [&](std::uint64_t index) { return tile(level, index); }));
    }
    return {};
  }

  void report(MirrorReport& report) const {
    report.fetched_entries = fetched_entries_;
    report.fetched_bytes = fetched_bytes_;
    report.kept_entries = kept_entries_;
  }

 private:
  using Hashes = std::vector<Digest>;

  template <class Each>
  Result<void> row(unsigned level, const Each& each) {
    const std::uint64_t first = hash_count(level, growth_.from) / tile_width;
    const std::uint64_t end = (hash_count(level, growth_.to) + tile_width - 1) / tile_width;
    if (first >= end) return {};
    const auto one = [&](std::size_t i) {
      if (has_failed_) return;
      if (auto done = each(first + i); !done) fail(std::move(done).error());
    };
    for_each_index(end - first, 1, one, options_.threads);
    const std::lock_guard lock(mutex_);
    if (failed_) return std::unexpected(*failed_);
    return {};
  }

  Result<void> bundle(std::uint64_t index) {
    const BundleId id{index, width_of(0, index, growth_.to)};
    const auto buffer = buffers_.lend();
    if (!TRY(keep(id, *buffer))) CHECK_OK(fetch(id, *buffer));
    const std::uint64_t done = done_ += id.width;
    if (options_.progress) {
      options_.progress({growth_.from.value / tile_width * tile_width + done}, growth_.to);
    }
    return {};
  }

  /// Whether an earlier run left the bundle, and it is whole; its tile is made anew all the same.
  Result<bool> keep(const BundleId& id, Bytes& buffer) {
    const auto bytes = own_.bundle_into(id, buffer);
    if (!bytes) return false;
    const auto hashes = check(id, *bytes);
    if (!hashes) return false;
    kept_entries_ += id.width;
    CHECK_OK(write_tile(id, *hashes));
    return true;
  }

  Result<void> fetch(const BundleId& id, Bytes& buffer) {
    const View bytes = TRY(source_.bundle_into(id, buffer));
    const Hashes hashes = TRY_IN(print_path(id), check(id, bytes));
    fetched_entries_ += id.width;
    fetched_bytes_ += bytes.size();
    CHECK_OK(writer_.write(print_path(id), bytes));
    return write_tile(id, hashes);
  }

  /// The leaf hashes of a bundle that lies under the signed root.
  Result<Hashes> check(const BundleId& id, View bytes) const {
    const auto entries = TRY(decode_bundle(bytes, id.width));
    Hashes hashes(id.width);
    hash_leaves(entries, hashes);
    const bool holds = id.width == tile_width
                           ? root_of_hashes(hashes) == TRY(hashes_.subtree(tile_height, id.index))
                           : hashes == TRY(hashes_.tile(0, id.index));
    if (holds) return hashes;
    return unverified("its entries do not hash to what the signed checkpoint covers",
                      std::string(do_not_trust));
  }

  Result<void> write_tile(const BundleId& id, const Hashes& hashes) {
    return writer_.write(print_path(TileId{0, id.index, id.width}), encode_tile(hashes));
  }

  Result<void> tile(unsigned level, std::uint64_t index) {
    const TileId id{level, index, width_of(level, index, growth_.to)};
    return writer_.write(print_path(id), encode_tile(TRY(hashes_.tile(level, index))));
  }

  void fail(Error error) {
    const std::lock_guard lock(mutex_);
    if (!has_failed_.exchange(true)) failed_ = std::move(error);
  }

  const Reader& source_;
  FolderReader own_;
  FolderWriter& writer_;
  const TileHashes& hashes_;
  Growth growth_;
  const MirrorOptions& options_;
  Buffers buffers_;
  std::atomic<std::uint64_t> done_ = 0;
  std::atomic<std::uint64_t> fetched_entries_ = 0;
  std::atomic<std::uint64_t> fetched_bytes_ = 0;
  std::atomic<std::uint64_t> kept_entries_ = 0;
  std::atomic<bool> has_failed_ = false;
  std::mutex mutex_;
  std::optional<Error> failed_;  ///< guarded by mutex_
};

}  // namespace

Result<MirrorReport> mirror(const Reader& source, const fs::path& folder,
                            const OpenCheckpoint& open, const MirrorOptions& options) {
  const SignedCheckpoint theirs = TRY_IN("the source", open(TRY(source.checkpoint())));
  FolderWriter writer = TRY(FolderWriter::open(folder));
  const auto ours = TRY(own_checkpoint(folder, open));
  MirrorReport report{theirs.checkpoint, ours ? ours->checkpoint.size : TreeSize{}};
  const Growth growth{report.from, theirs.checkpoint.size};
  if (ours && ours->checkpoint.origin != theirs.checkpoint.origin) {
    return conflict(fmt::format("'{}' holds log '{}', not '{}'", folder.native(),
                                ours->checkpoint.origin, theirs.checkpoint.origin));
  }
  if (growth.to < growth.from) {
    CHECK_OK(check_shrunk(folder, *ours, theirs));
  } else if (ours && growth.from == growth.to && ours->checkpoint.root != theirs.checkpoint.root) {
    return refuse(folder, {*ours, theirs, {}},
                  fmt::format("the source has another log of {} entries than the mirror: it is "
                              "forked",
                              growth.to.value));
  } else if (!ours || growth.from < growth.to) {
    const auto hashes = TRY_IN("the source", TileHashes::open(source, theirs.checkpoint));
    if (ours) CHECK_OK(check_grown(folder, *ours, theirs, *hashes));
    Copy copy(source, writer, *hashes, growth, options);
    CHECK_OK_IN("the source", copy.run());
    copy.report(report);
  }
  if (ours && ours->note == theirs.note) return report;
  CHECK_OK(writer.publish("checkpoint", as_view(theirs.note)));
  drop_partial(folder, growth);
  return report;
}

}  // namespace usufruct
