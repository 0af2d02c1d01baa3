#include "ledger/strays.h"

#include <algorithm>
#include <utility>

#include "ledger/reader.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

/// Whether a partial file of an earlier size says what the file of now does.
bool is_beginning(const FolderReader& reader, const TileId& old, TreeSize size) {
  const auto before = reader.tile(old);
  const auto now = reader.tile({old.level, old.index, width_of(old.level, old.index, size)});
  return before && now && before->size() == old.width * Digest::size_bytes &&
         before->size() <= now->size() && std::equal(before->begin(), before->end(), now->begin());
}

bool is_beginning(const FolderReader& reader, const BundleId& old, TreeSize size) {
  const auto before = reader.bundle(old);
  const auto now = reader.bundle({old.index, width_of(0, old.index, size)});
  return before && now && decode_bundle(*before, old.width) && before->size() <= now->size() &&
         std::equal(before->begin(), before->end(), now->begin());
}

enum class Place { current, earlier, none };

Place place_of(unsigned level, std::uint64_t index, unsigned width, TreeSize size) {
  const unsigned now = width_of(level, index, size);
  if (width > now) return Place::none;
  return width == now ? Place::current : Place::earlier;
}

class Look {
 public:
  Look(const fs::path& folder, TreeSize size, std::size_t count_max)
      : reader_(folder), size_(size), count_max_(count_max) {}

  void at(const std::string& path) {
    if (path == "checkpoint" || path.starts_with("evidence/")) return;
    if (const auto bundle = parse_bundle_path(path)) {
      return weigh(path, *bundle, place_of(0, bundle->index, bundle->width, size_));
    }
    if (const auto tile = parse_tile_path(path)) {
      return weigh(path, *tile, place_of(tile->level, tile->index, tile->width, size_));
    }
    stray(path);
  }

  Surroundings take() {
    std::ranges::sort(found_.strays);
    std::ranges::sort(found_.differing, {}, &Surroundings::Differing::path);
    return std::move(found_);
  }

 private:
  template <class Id>
  void weigh(const std::string& path, const Id& id, Place place) {
    if (place == Place::none) return stray(path);
    if (place == Place::current || found_.differing.size() >= count_max_) return;
    if (is_beginning(reader_, id, size_)) return;
    found_.differing.push_back({path, "it is not the beginning of what has taken its place"});
  }

  void stray(const std::string& path) {
    if (found_.strays.size() < count_max_) found_.strays.push_back(path);
  }

  FolderReader reader_;
  TreeSize size_;
  std::size_t count_max_;
  Surroundings found_;
};

}  // namespace

Surroundings look_around(const fs::path& folder, TreeSize size, std::size_t count_max) {
  Look look(folder, size, count_max);
  const std::size_t above = (folder / "").native().size();
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    if (!at->is_directory(error)) look.at(at->path().native().substr(above));
  }
  return look.take();
}

}  // namespace usufruct
