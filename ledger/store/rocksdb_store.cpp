#include "ledger/store/rocksdb_store.h"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <array>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::size_t block_cache_bytes = std::size_t{64} << 20;
constexpr std::size_t write_buffer_bytes = std::size_t{64} << 20;
constexpr std::size_t wal_bytes_max = std::size_t{128} << 20;
constexpr std::size_t index_write_buffer_bytes = std::size_t{8} << 20;
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

/// Keys by how they come: the entries in their order, so that a table once written is never written
/// again; the indexes small and in no order, so that what is not yet flushed lies close together
/// and is found fast; the rest.
constexpr std::array<const char*, 3> family_names = {"default", "entries", "indexes"};
enum Family : std::size_t { rest, entries, indexes };

Family family_of(std::string_view key) {
  if (key.empty()) return rest;
  if (key.front() == 'E') return entries;
  return std::string_view("IKPR").find(key.front()) == std::string_view::npos ? rest : indexes;
}

rocksdb::Options options_for(Access access) {
  rocksdb::Options options;
  options.create_if_missing = access == Access::read_write;
  options.create_missing_column_families = access == Access::read_write;
  options.paranoid_checks = true;
  // A torn tail, as a crash leaves it, ends the replay. That a damaged middle would do so too is
  // what the head guard is for: the store is then behind what was signed.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  options.max_background_jobs = 2;
  options.bytes_per_sync = 1 << 20;
  // A write-ahead log goes when all families have flushed what is in it: none may put that off for
  // long, or a start after a crash replays it all.
  options.max_total_wal_size = wal_bytes_max;
  options.allow_concurrent_memtable_write = false;  // one thread writes
  options.keep_log_file_num = 4;
  options.max_open_files = 512;
  options.write_buffer_size = write_buffer_bytes;
  options.max_write_buffer_number = 4;
  return options;
}

/// Debian's RocksDB counts CRC-32C by table, some 2 us a KiB: not where it can be helped.
rocksdb::BlockBasedTableOptions table_options(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  return table;
}

rocksdb::ColumnFamilyOptions options_for(Family family, const rocksdb::Options& common,
                                         const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions options(common);
  auto table = table_options(cache);
  options.compression = rocksdb::kNoCompression;  // hashes and envelopes: there is nothing in it
  if (family == indexes) {
    // Most keys asked for are not there (new ids, new subjects): filters say so, also for what is
    // in memory still.
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    options.write_buffer_size = index_write_buffer_bytes;
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.03;
  }
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

/// RocksDB counts each comparison of keys for whoever profiles it, unless the thread says not to.
void count_nothing() { rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable); }

rocksdb::Slice slice_of(std::string_view text) { return {text.data(), text.size()}; }
rocksdb::Slice slice_of(const Bytes& bytes) { return slice_of(as_text(bytes)); }

}  // namespace

struct RocksdbStore::Database {
  ~Database() {
    for (auto* family : families) (void)db->DestroyColumnFamilyHandle(family);
  }
  rocksdb::ColumnFamilyHandle* at(std::string_view key) const { return families[family_of(key)]; }
  /// Where keys with this prefix may lie.
  std::vector<rocksdb::ColumnFamilyHandle*> families_of(std::string_view prefix) const {
    if (prefix.empty()) return families;
    return {at(prefix)};
  }

  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;  ///< by Family
  Access access = Access::read_write;
};

RocksdbStore::RocksdbStore(std::unique_ptr<Database> database) : database_(std::move(database)) {}
/// What is in the write-ahead log alone goes into tables, so that the next start replays nothing.
/// If that fails nothing is lost: it is replayed.
RocksdbStore::~RocksdbStore() {
  if (database_->access == Access::read_write) (void)database_->db->Flush({}, database_->families);
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
  auto database = std::make_unique<Database>();
  const auto options = options_for(access);
  const auto cache = rocksdb::NewLRUCache(block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const Family family : {rest, entries, indexes}) {
    families.emplace_back(family_names[family], options_for(family, options, cache));
  }
  const auto status =
      access == Access::read_write
          ? rocksdb::DB::Open(options, folder.native(), families, &database->families, &opened)
          : rocksdb::DB::OpenForReadOnly(options, folder.native(), families, &database->families,
                                         &opened);
  if (is_locked(status)) {
    return conflict(fmt::format("the store '{}' is in use by another writer", folder.native()),
                    "one process at a time writes a log: stop the other, or ask it");
  }
  if (!status.ok()) return error_from(status, fmt::format("opening '{}'", folder.native()));
  database->db.reset(opened);
  database->access = access;
  return std::unique_ptr<RocksdbStore>(new RocksdbStore(std::move(database)));
}

Result<std::optional<Bytes>> RocksdbStore::get(std::string_view key) const {
  count_nothing();
  rocksdb::PinnableSlice value;
  const auto status = database_->db->Get({}, database_->at(key), slice_of(key), &value);
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
    auto* const family = database_->at(key);
    const auto status = value ? writes.Put(family, slice_of(key), slice_of(*value))
                              : writes.Delete(family, slice_of(key));
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
  std::vector<rocksdb::Iterator*> opened;
  const auto status = database_->db->NewIterators({}, database_->families_of(prefix), &opened);
  const std::vector<std::unique_ptr<rocksdb::Iterator>> iterators(opened.begin(), opened.end());
  if (!status.ok()) return error_from(status, "scanning");
  for (const auto& at : iterators) at->Seek(slice_of(prefix));
  const auto is_there = [&](const auto& at) {
    return at->Valid() && at->key().starts_with(slice_of(prefix));
  };
  for (;;) {
    rocksdb::Iterator* least = nullptr;
    for (const auto& at : iterators) {
      if (is_there(at) && (!least || at->key().compare(least->key()) < 0)) least = at.get();
    }
    if (!least) break;
    const auto key = least->key();
    const auto value = least->value();
    if (!visit({key.data(), key.size()}, as_view({value.data(), value.size()}))) break;
    least->Next();
  }
  for (const auto& at : iterators) {
    if (!at->status().ok()) return error_from(at->status(), "scanning");
  }
  return {};
}

}  // namespace usufruct
