#include "ledger/fsck.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <mutex>

#include "crypto/base/parallel.h"
#include "ledger/buffers.h"
#include "ledger/bundle_check.h"
#include "ledger/checkpoint.h"
#include "ledger/strays.h"

namespace usufruct {
namespace {

/// Checked in parallel before what lies above them is: the more, the less the threads wait for one
/// another at the end.
constexpr std::size_t bundles_at_once = 1'024;
constexpr std::size_t bundles_per_block = 2;

/// What became of one bundle and the level-0 tile over it.
struct Portion {
  BundleId id;
  std::optional<Digest> root;  ///< of a full one; none when nothing could be known of it
  std::vector<Digest> hashes;  ///< of the last one, where it is not full
  std::uint64_t entry_bytes = 0;
  std::vector<FsckFinding> findings;

  LeafIndex leaf(std::size_t position) const { return {id.index * tile_width + position}; }
  TileId tile() const { return {0, id.index, id.width}; }
};

/// The leaf hashes as the entries say, and as the tile says.
struct Sides {
  std::array<Digest, tile_width> of_entries;
  std::size_t entry_count = 0;
  std::vector<Digest> of_tile;  ///< empty when it cannot be read
};

class Fsck {
 public:
  Fsck(const Reader& reader, const FsckOptions& options) : reader_(reader), options_(options) {}

  FsckReport run() {
    const auto start = std::chrono::steady_clock::now();
    if (open()) {
      walk();
      if (!report_.is_cut) finish();
    }
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return std::move(report_);
  }

 private:
  /// False when there is no checkpoint to judge by.
  bool open() {
    auto checkpoint = read_checkpoint();
    if (!checkpoint) {
      add({checkpoint.error().code, {}, "checkpoint", "checkpoint", checkpoint.error().message});
      return false;
    }
    report_.origin = std::move(checkpoint->origin);
    report_.size = checkpoint->size;
    report_.root = checkpoint->root;
    report_.is_signed = options_.policy.has_value();
    return true;
  }

  Result<Checkpoint> read_checkpoint() const {
    const std::string note = TRY(reader_.checkpoint());
    if (options_.policy) {
      auto opened = TRY(open_cosigned(note, *options_.policy));
      CHECK_OK(check_quorum(opened));
      return std::move(opened.checkpoint);
    }
    return parse_checkpoint_unverified(TRY(parse_note_unverified(note)).text);
  }

  void walk() {
    const std::uint64_t bundles = (report_.size.value + tile_width - 1) / tile_width;
    std::vector<Portion> portions;
    for (std::uint64_t first = 0; first < bundles && !report_.is_cut; first += bundles_at_once) {
      portions.assign(std::min<std::uint64_t>(bundles_at_once, bundles - first), {});
      const auto check_one = [&](std::size_t i) { check(portions[i], first + i); };
      for_each_index(portions.size(), bundles_per_block, check_one, options_.threads);
      for (auto& portion : portions) settle(portion);
    }
  }

  // ---- one bundle, on any thread --------------------------------------------------------------

  void check(Portion& portion, std::uint64_t index) {
    portion.id = {index, width_of(0, index, report_.size)};
    Sides sides;
    read_entries(portion, sides);
    read_tile(portion, sides);
    judge(portion, sides);
    const std::uint64_t done = done_ += portion.id.width;
    if (options_.progress) options_.progress({done}, report_.size);
  }

  void read_entries(Portion& portion, Sides& sides) {
    const auto buffer = buffers_.lend();
    const auto bytes = reader_.bundle_into(portion.id, *buffer);
    std::optional<Error> broken;
    if (bytes) {
      auto content = read_bundle(*bytes);
      sides.entry_count = content.entries.size();
      hash_leaves(content.entries, std::span(sides.of_entries).first(sides.entry_count));
      for (const View entry : content.entries) portion.entry_bytes += entry.size();
      broken = std::move(content.broken);
    } else {
      broken = bytes.error();
    }
    if (broken) find(portion, *broken, portion.leaf(sides.entry_count), "bundle");
  }

  void read_tile(Portion& portion, Sides& sides) {
    const auto buffer = buffers_.lend();
    const auto bytes = reader_.tile_into(portion.tile(), *buffer);
    auto hashes = bytes ? decode_tile(*bytes, portion.id.width) : std::unexpected(bytes.error());
    if (hashes) {
      sides.of_tile = *std::move(hashes);
    } else {
      find(portion, hashes.error(), portion.leaf(0), "tile");
    }
  }

  /// Compares the two; where they disagree, what stands above decides which of them was changed,
  /// and what the levels above are checked against.
  void judge(Portion& portion, Sides& sides) {
    const std::span entries(sides.of_entries.data(), sides.entry_count);
    const bool is_whole = entries.size() == portion.id.width;
    if (is_whole && (sides.of_tile.empty() || std::ranges::equal(entries, sides.of_tile))) {
      return keep(portion, entries);
    }
    if (sides.of_tile.empty()) return;
    if (portion.id.width < tile_width) {
      // Nothing above but the root, which is known at the end.
      if (is_whole) undecided_.assign(entries.begin(), entries.end());
      if (!is_whole) blame_entries(portion, entries, sides.of_tile);
      return keep(portion, sides.of_tile);
    }
    const auto above = hash_above(portion);
    if (is_whole && above == root_of_hashes(entries)) {
      blame_tile(portion, entries, sides.of_tile);
      return keep(portion, entries);
    }
    blame_entries(portion, entries, sides.of_tile);
    if (above && *above != root_of_hashes(sides.of_tile)) {
      blame_tile(portion, entries, sides.of_tile);
      portion.root = above;  // Neither fits: the tile above is not to be blamed for them.
      return;
    }
    keep(portion, sides.of_tile);
  }

  static void keep(Portion& portion, std::span<const Digest> hashes) {
    if (portion.id.width == tile_width) {
      portion.root = root_of_hashes(hashes);
    } else {
      portion.hashes.assign(hashes.begin(), hashes.end());
    }
  }

  /// What the level-1 tile says of a full level-0 tile.
  std::optional<Digest> hash_above(const Portion& portion) const {
    const std::uint64_t index = portion.id.index / tile_width;
    const unsigned width = width_of(1, index, report_.size);
    const auto bytes = reader_.tile({1, index, width});
    const auto hashes = bytes ? decode_tile(*bytes, width) : std::unexpected(bytes.error());
    if (!hashes) return std::nullopt;
    return (*hashes)[portion.id.index % tile_width];
  }

  void blame_entries(Portion& portion, std::span<const Digest> entries,
                     std::span<const Digest> due) {
    for (const auto& [position, rule] : check_bundle(entries, due).oddities) {
      portion.findings.push_back({Code::unverified, portion.leaf(position), print_path(portion.id),
                                  rule, std::string(message_of(rule))});
    }
  }

  static std::string_view message_of(std::string_view rule) {
    if (rule == "entry-changed") return "it does not hash to its leaf";
    if (rule == "entry-missing") return "nothing in its bundle hashes to its leaf";
    if (rule == "entry-inserted") return "it is no leaf of the log";
    return "it stands after entries that come later";
  }

  static void blame_tile(Portion& portion, std::span<const Digest> entries,
                         std::span<const Digest> hashes) {
    const auto first = std::ranges::mismatch(entries, hashes).in2 - hashes.begin();
    const auto at = std::min<std::size_t>(static_cast<std::size_t>(first), hashes.size() - 1);
    portion.findings.push_back({Code::unverified, portion.leaf(at), print_path(portion.tile()),
                                "tile-hash",
                                fmt::format("its hash {} is not that of the entry", at)});
  }

  static void find(Portion& portion, const Error& error, LeafIndex index, std::string rule) {
    const std::string path = rule == "tile" ? print_path(portion.tile()) : print_path(portion.id);
    portion.findings.push_back({error.code, index, path, std::move(rule), error.message});
  }

  // ---- in order, on the calling thread --------------------------------------------------------

  void settle(Portion& portion) {
    for (auto& finding : portion.findings) add(std::move(finding));
    report_.entry_bytes += portion.entry_bytes;
    ++report_.bundles;
    ++report_.tiles;
    if (portion.id.width < tile_width) {
      last_ = std::move(portion);
    } else if (portion.root) {
      append(1, *portion.root);
    } else {
      // Neither entries nor tile: what the tile above says stands for them.
      append(1, hash_above(portion).value_or(Digest{}));
    }
  }

  /// Adds a hash to a level, and compares each tile as it fills.
  void append(unsigned level, Digest hash) {
    for (;; ++level) {
      if (edge_.size() <= level) edge_.resize(level + 1);
      auto& [index, hashes] = edge_[level];
      hashes.push_back(hash);
      if (hashes.size() < tile_width) return;
      hash = root_of_hashes(hashes);
      compare({level, index++}, hashes);
      hashes.clear();
    }
  }

  void compare(const TileId& id, std::span<const Digest> hashes) {
    ++report_.tiles;
    const std::uint64_t covered = std::uint64_t{1} << (tile_height * id.level);
    const std::uint64_t first = id.index * tile_width * covered;
    const auto tile = reader_.tile(id);
    const auto found = tile ? decode_tile(*tile, id.width) : std::unexpected(tile.error());
    if (!found) {
      return add(
          {found.error().code, LeafIndex{first}, print_path(id), "tile", found.error().message});
    }
    const auto at = std::ranges::mismatch(hashes, *found).in1 - hashes.begin();
    if (static_cast<std::size_t>(at) == hashes.size()) return;
    const auto position = static_cast<std::uint64_t>(at);
    add({Code::unverified, LeafIndex{first + position * covered}, print_path(id), "tile-hash",
         fmt::format("its hash {} is not that of what lies below", position)});
  }

  /// The tiles that are not full, and the root.
  void finish() {
    for (unsigned level = 1; level < edge_.size(); ++level) {
      const auto& [index, hashes] = edge_[level];
      if (hashes.empty()) continue;
      compare({level, index, static_cast<unsigned>(hashes.size())}, hashes);
    }
    settle_last();
    const Digest root = root_with(last_ ? last_->hashes : std::vector<Digest>{});
    if (root == report_.root) return;
    add({Code::unverified, std::nullopt, "checkpoint", "root",
         fmt::format("the entries have root {}, the checkpoint says {}", to_base64(root.view()),
                     to_base64(report_.root.view()))});
  }

  /// Entries and tile of the last bundle disagree: that one is right which leads to the root.
  void settle_last() {
    if (undecided_.empty() || !last_) return;
    const std::size_t before = last_->findings.size();
    const std::vector<Digest> of_tile = last_->hashes;
    if (root_with(undecided_) == report_.root) {
      blame_tile(*last_, undecided_, of_tile);
      last_->hashes = undecided_;
    } else {
      blame_entries(*last_, undecided_, of_tile);
    }
    for (std::size_t i = before; i < last_->findings.size(); ++i) add(last_->findings[i]);
  }

  /// The root of the whole with these hashes for the last, partial level-0 tile.
  Digest root_with(std::span<const Digest> last) const {
    // Every level's hashes are roots of complete subtrees: from the top down they are the tree's
    // peaks, once those of a level are folded by twos.
    std::vector<Digest> peaks;
    for (std::size_t level = std::max<std::size_t>(edge_.size(), 1); level-- > 0;) {
      std::span<const Digest> left = level == 0 ? last : edge_[level].hashes;
      for (unsigned bit = tile_height; bit-- > 0;) {
        const std::size_t count = std::size_t{1} << bit;
        if ((left.size() & count) == 0) continue;
        const std::size_t begin = left.size() >> (bit + 1) << (bit + 1);
        peaks.push_back(root_of_hashes(left.subspan(begin, count)));
      }
    }
    if (peaks.empty()) return root_of_empty();
    Digest root = peaks.back();
    for (std::size_t i = peaks.size() - 1; i > 0; --i) root = hash_node(peaks[i - 1], root);
    return root;
  }

  void add(FsckFinding finding) {
    if (report_.findings.size() >= options_.findings_max) {
      report_.is_cut = true;
      return;
    }
    report_.findings.push_back(std::move(finding));
  }

  /// The tile of a level that is not full yet.
  struct Edge {
    std::uint64_t index = 0;
    std::vector<Digest> hashes;
  };

  const Reader& reader_;
  const FsckOptions& options_;
  FsckReport report_;
  Buffers buffers_;
  std::atomic<std::uint64_t> done_ = 0;
  std::vector<Edge> edge_;         ///< by level; level 0 stays empty
  std::optional<Portion> last_;    ///< the bundle that is not full
  std::vector<Digest> undecided_;  ///< its entries' hashes, where its tile says otherwise
};

}  // namespace

FsckReport fsck(const Reader& reader, const FsckOptions& options) {
  return Fsck(reader, options).run();
}

FsckReport fsck_folder(const std::filesystem::path& folder, const FsckOptions& options) {
  FsckReport report = fsck(FolderReader(folder), options);
  if (report.is_cut || (report.findings.size() == 1 && report.findings[0].rule == "checkpoint")) {
    return report;
  }
  auto others = look_around(folder, report.size, options.findings_max);
  report.strays = std::move(others.strays);
  for (auto& [path, message] : others.differing) {
    if (report.findings.size() >= options.findings_max) {
      report.is_cut = true;
      break;
    }
    const bool is_bundle = parse_bundle_path(path).has_value();
    report.findings.push_back({Code::unverified, std::nullopt, std::move(path),
                               is_bundle ? "bundle" : "tile-hash", std::move(message)});
  }
  return report;
}

}  // namespace usufruct
