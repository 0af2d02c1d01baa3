#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "ledger/tile.h"

namespace usufruct {

/// The public face of a log, by whatever way it comes: what C2SP tlog-tiles calls resources. Bytes
/// are handed on as they are; nothing about them is known to be true. Safe between threads.
class Reader {
 public:
  virtual ~Reader() = default;
  /// The newest signed checkpoint. `not_found` when there is none.
  virtual Result<std::string> checkpoint() const = 0;
  /// A tile or a bundle of that width; where only a wider one is there, as much of it. `not_found`
  /// when there is neither; `malformed` when it is cut short or over-long.
  virtual Result<Bytes> tile(const TileId& id) const = 0;
  virtual Result<Bytes> bundle(const BundleId& id) const = 0;

  /// The same, read into the caller's buffer where that saves a copy: the buffer grows and is never
  /// made smaller, so that one of them does for many. What is returned looks into it.
  virtual Result<View> tile_into(const TileId& id, Bytes& buffer) const;
  virtual Result<View> bundle_into(const BundleId& id, Bytes& buffer) const;
};

/// A folder in the layout of C2SP tlog-tiles: an exported log, a mirror of any log.
class FolderReader final : public Reader {
 public:
  explicit FolderReader(std::filesystem::path folder) : folder_(std::move(folder)) {}

  Result<std::string> checkpoint() const override;
  Result<Bytes> tile(const TileId& id) const override;
  Result<Bytes> bundle(const BundleId& id) const override;
  Result<View> tile_into(const TileId& id, Bytes& buffer) const override;
  Result<View> bundle_into(const BundleId& id, Bytes& buffer) const override;

 private:
  std::filesystem::path folder_;
};

}  // namespace usufruct
