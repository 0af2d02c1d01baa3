#pragma once

#include <filesystem>
#include <memory>

#include "ledger/store/store.h"

namespace usufruct {

enum class Access { read_write, read_only };

/// A store in a folder, by RocksDB. One process at a time writes: a second one is refused with
/// `conflict`. Read-only it can be opened beside a writer and sees what was there at that moment.
/// A batch costs one flush of the write-ahead log (about 0.2 ms).
class RocksdbStore final : public Store {
 public:
  /// read_write makes the folder where there is none; read_only answers `not_found`.
  static Result<std::unique_ptr<RocksdbStore>> open(const std::filesystem::path& folder,
                                                    Access access = Access::read_write);
  ~RocksdbStore() override;

  Result<std::optional<Bytes>> get(std::string_view key) const override;
  Result<void> commit(const Batch& batch) override;
  Result<void> scan(std::string_view prefix, const Visit& visit) const override;

 private:
  struct Database;
  explicit RocksdbStore(std::unique_ptr<Database> database);

  std::unique_ptr<Database> database_;
};

}  // namespace usufruct
