#pragma once

#include <fmt/format.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/hash_levels.h"
#include "ledger/reader.h"
#include "tests/support/records.h"

namespace usufruct {

/// The public face of a log of any entries at all, in memory: what a test takes apart. A server
/// that lies is one whose files were changed.
class PublicLog final : public Reader {
 public:
  /// `word` sets logs apart: entry i is "<word> <i>".
  explicit PublicLog(std::uint64_t size, std::string word = "leaf", std::size_t padding = 0)
      : word_(std::move(word)), padding_(padding) {
    grow(size);
  }

  Bytes entry(std::uint64_t i) const {
    return to_bytes(fmt::format("{} {}{}", word_, i, std::string(padding_, 'x')));
  }
  std::uint64_t size() const { return levels_.size().value; }
  Digest root() const { return *root_of(levels_, levels_.size()); }
  const HashLevels& levels() const { return levels_; }
  Checkpoint head() const { return {std::string(test_origin), levels_.size(), root(), {}}; }

  /// Adds entries and publishes, as a log does that drops partial tiles once the full one is there.
  void grow(std::uint64_t size) {
    for (std::uint64_t i = levels_.size().value; i < size; ++i) {
      levels_.append(hash_leaf(entry(i)));
      append_to_bundle(filling_, entry(i));
      if (i % tile_width < tile_width - 1) continue;
      files_[print_path(BundleId{i / tile_width})] = std::exchange(filling_, {});
    }
    publish(size);
  }

  /// The file at a path, to be changed.
  Bytes& file(const std::string& path) { return files_.at(path); }
  void drop(const std::string& path) { files_.erase(path); }
  void put(const std::string& path, Bytes bytes) { files_[path] = std::move(bytes); }
  const std::map<std::string, Bytes>& files() const { return files_; }
  void flip_bit(const std::string& path, std::size_t byte) { file(path).at(byte) ^= 1; }
  void cut(const std::string& path, std::size_t bytes) {
    file(path).resize(file(path).size() - bytes);
  }
  void sign(const Checkpoint& checkpoint) {
    const auto note = sign_checkpoint(checkpoint, test_log_key().key)->note;
    files_["checkpoint"] = to_bytes(note);
  }

  void write_to(const std::filesystem::path& folder) const {
    for (const auto& [path, bytes] : files_) {
      std::filesystem::create_directories((folder / path).parent_path());
      std::ofstream(folder / path, std::ios::binary) << as_text(bytes);
    }
  }

  /// Asked before anything is read: what it returns is answered instead.
  std::function<std::optional<Error>(const std::string& path)> before_read;
  mutable std::atomic<int> reads = 0;

  Result<std::string> checkpoint() const override {
    return std::string(as_text(TRY(read("checkpoint", "checkpoint"))));
  }
  Result<Bytes> tile(const TileId& id) const override {
    Bytes bytes = TRY(read(print_path(id), print_path(TileId{id.level, id.index})));
    if (id.width < tile_width && !files_.contains(print_path(id))) {
      bytes.resize(std::min(bytes.size(), id.width * Digest::size_bytes));
    }
    return bytes;
  }
  Result<Bytes> bundle(const BundleId& id) const override {
    Bytes bytes = TRY(read(print_path(id), print_path(BundleId{id.index})));
    if (id.width == tile_width || files_.contains(print_path(id))) return bytes;
    Bytes part;
    for (const View one : read_bundle(bytes).entries) {
      if (read_bundle(part).entries.size() < id.width) append_to_bundle(part, one);
    }
    return part;
  }

 private:
  void publish(std::uint64_t size) {
    std::erase_if(files_,
                  [](const auto& file) { return file.first.find(".p/") != file.first.npos; });
    for (unsigned level = 0; level < tile_levels && hash_count(level, {size}) > 0; ++level) {
      for (std::uint64_t at = 0; width_of(level, at, {size}) > 0; ++at) {
        const TileId id{level, at, width_of(level, at, {size})};
        Bytes& bytes = files_[print_path(id)];
        bytes.clear();
        for (unsigned i = 0; i < id.width; ++i) {
          append(bytes, levels_.subtree(8 * level, at * tile_width + i)->view());
        }
      }
    }
    if (const auto rest = static_cast<unsigned>(size % tile_width); rest > 0) {
      files_[print_path(BundleId{size / tile_width, rest})] = filling_;
    }
    sign(head());
  }

  Result<Bytes> read(const std::string& path, const std::string& wider) const {
    ++reads;
    if (before_read) {
      if (auto error = before_read(path)) return std::unexpected(*error);
    }
    for (const auto& name : {path, wider}) {
      const auto found = files_.find(name);
      if (found != files_.end()) return found->second;
    }
    return not_found("no " + path);
  }

  std::string word_;
  std::size_t padding_;
  HashLevels levels_;
  std::map<std::string, Bytes> files_;
  Bytes filling_;  ///< the bundle that is not full
};

}  // namespace usufruct
