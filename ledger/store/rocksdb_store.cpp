#include "ledger/store/rocksdb_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::size_t block_cache_bytes = std::size_t{64} << 20;
constexpr std::size_t write_buffer_bytes = std::size_t{64} << 20;
constexpr std::size_t blob_bytes_min = 256;  // entries and tiles; the indexes stay in the tree
constexpr std::size_t key_overhead_bytes = 16;

/// A store's damage is the reader's to judge (`unverified`); everything else may pass
/// (`unavailable`).
std::unexpected<Error> error_from(const rocksdb::Status& status, std::string_view doing) {
  const std::string said = printable(status.ToString());
  if (status.IsCorruption()) {
    return unverified(fmt::format("the store is damaged: {}: {}", doing, said),
                      "keep a copy of the folder; restore it from a backup or an exported log");
  }
  if (status.IsNoSpace()) {
    return unavailable(fmt::format("the disk is full: {}: {}", doing, said),
                       "make room, then open the log again");
  }
  return unavailable(fmt::format("the store does not answer: {}: {}", doing, said));
}

/// RocksDB tells a lock held elsewhere only in words: "While lock file: …/LOCK: …" from another
/// process, "lock hold by current process …/LOCK: …" from this one.
bool is_locked(const rocksdb::Status& status) {
  const std::string said = status.ToString();
  return status.IsIOError() && said.find("LOCK") != std::string::npos &&
         said.find("lock") != std::string::npos;
}

rocksdb::Options options_for(Access access) {
  rocksdb::Options options;
  options.create_if_missing = access == Access::read_write;
  options.paranoid_checks = true;
  // A torn tail, as a crash leaves it, ends the replay. That a damaged middle would do so too is
  // what the head guard is for: the store is then behind what was signed.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 4;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  // One thread writes. Most keys asked for are not there (new ids, new subjects): filters say so,
  // also for what is in memory still.
  options.allow_concurrent_memtable_write = false;
  options.memtable_whole_key_filtering = true;
  options.memtable_prefix_bloom_size_ratio = 0.02;
  options.enable_blob_files = true;
  options.min_blob_size = blob_bytes_min;
  options.keep_log_file_num = 4;
  options.max_open_files = 512;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(block_cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

/// RocksDB counts each comparison of keys for whoever profiles it, unless the thread says not to.
void count_nothing() { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }
rocksdb::Slice slice_of(const Bytes& bytes) { return slice_of(as_text(bytes)); }

}  // namespace

struct RocksdbStore::Database {
  std::unique_ptr<rocksdb::DB> db;
  Access access = Access::read_write;
};

RocksdbStore::RocksdbStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
/// What is in the write-ahead log alone goes into tables, so that the next start replays nothing.
/// If that fails nothing is lost: it is replayed.
RocksdbStore::~RocksdbStore() {
  if (database_->access == Access::read_write) (void)database_->db->Flush({});
}

Result<std::unique_ptr<RocksdbStore>> RocksdbStore::open(const std::filesystem::path& folder,
                                                         Access access) {
  std::error_code failed;
  if (access == Access::read_write) std::filesystem::create_directories(folder, failed);
  if (failed) {
    return unavailable(
        fmt::format("cannot make folder '{}': {}", folder.native(), failed.message()));
  }
  if (access == Access::read_only && !std::filesystem::exists(folder / "CURRENT", failed)) {
    return not_found(fmt::format("there is no store in '{}'", folder.native()));
  }
  rocksdb::DB* opened = nullptr;
  const auto options = options_for(access);
  const auto status = access == Access::read_write
                          ? rocksdb::DB::Open(options, folder.native(), &opened)
                          : rocksdb::DB::OpenForReadOnly(options, folder.native(), &opened);
  if (is_locked(status)) {
    return conflict(fmt::format("the store '{}' is in use by another writer", folder.native()),
                    "one process at a time writes a log: stop the other, or ask it");
  }
  if (!status.ok()) return error_from(status, fmt::format("opening '{}'", folder.native()));
  auto database = std::make_unique<Database>();
  database->db.reset(opened);
  database->access = access;
  return std::unique_ptr<RocksdbStore>(new RocksdbStore(std::move(database)));
}

Result<std::optional<Bytes>> RocksdbStore::get(std::string_view key) const {
  count_nothing();
  rocksdb::PinnableSlice value;
  const auto status =
      database_->db->Get({}, database_->db->DefaultColumnFamily(), slice_of(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return error_from(status, "reading");
  return to_bytes(std::string_view(value.data(), value.size()));
}

Result<void> RocksdbStore::commit(const Batch& batch) {
  count_nothing();
  std::size_t size = 0;
  for (const auto& [key, value] : batch.changes()) {
    size += key.size() + (value ? value->size() : 0) + key_overhead_bytes;
  }
  rocksdb::WriteBatch writes(size);
  for (const auto& [key, value] : batch.changes()) {
    const auto status =
        value ? writes.Put(slice_of(key), slice_of(*value)) : writes.Delete(slice_of(key));
    if (!status.ok()) return error_from(status, "writing");
  }
  rocksdb::WriteOptions durable;
  durable.sync = true;
  const auto status = database_->db->Write(durable, &writes);
  if (status.IsNotSupported()) {
    return conflict("the store was opened for reading only");
  }
  if (!status.ok()) return error_from(status, "writing");
  return {};
}

Result<void> RocksdbStore::scan(std::string_view prefix, const Visit& visit) const {
  count_nothing();
  const std::unique_ptr<rocksdb::Iterator> at(database_->db->NewIterator({}));
  for (at->Seek(slice_of(prefix)); at->Valid() && at->key().starts_with(slice_of(prefix));
       at->Next()) {
    const auto key = at->key();
    const auto value = at->value();
    if (!visit({key.data(), key.size()}, as_view({value.data(), value.size()}))) break;
  }
  if (!at->status().ok()) return error_from(at->status(), "scanning");
  return {};
}

}  // namespace usufruct
