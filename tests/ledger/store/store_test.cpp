#include "ledger/store/store.h"

#include <doctest/doctest.h>

#include <fstream>

#include "ledger/store/memory_store.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

using Found = std::vector<std::pair<std::string, std::string>>;

Found scan(const Store& store, std::string_view prefix, std::size_t limit = 100) {
  Found found;
  REQUIRE(store.scan(prefix, [&](std::string_view key, View value) {
    found.emplace_back(key, as_text(value));
    return found.size() < limit;
  }));
  return found;
}

void behaves_as_a_store(Store& store) {
  CHECK_FALSE(store.get("a")->has_value());
  Batch batch;
  batch.put("a", to_bytes("1"));
  batch.put("b\xFF", to_bytes("3"));
  batch.put("b", to_bytes("2"));
  batch.put(std::string("b\0", 2), to_bytes("4"));
  batch.put("a", to_bytes("5"));
  batch.put("c", Bytes(5000, 7));
  REQUIRE(store.commit(batch));
  CHECK(as_text(**store.get("a")) == "5");
  CHECK((*store.get("c"))->size() == 5000);
  CHECK(scan(store, "b") == Found{{"b", "2"}, {std::string("b\0", 2), "4"}, {"b\xFF", "3"}});
  CHECK(scan(store, "b", 1).size() == 1);
  CHECK(scan(store, "z").empty());
  CHECK(scan(store, "").size() == 5);
  CHECK(store.commit({}));
}

TEST_CASE("store: in memory") {
  MemoryStore store;
  behaves_as_a_store(store);
}

TEST_CASE("store: in RocksDB, and still there when opened again") {
  const Scratch folder;
  {
    auto store = RocksdbStore::open(folder.path() / "new" / "store");
    REQUIRE(store);
    behaves_as_a_store(**store);
  }
  const auto store = *RocksdbStore::open(folder.path() / "new" / "store");
  CHECK(as_text(**store->get("a")) == "5");
}

TEST_CASE("store: a second writer is a conflict, a reader is not") {
  const Scratch folder;
  const auto first = *RocksdbStore::open(folder.path());
  Batch batch;
  batch.put("a", to_bytes("1"));
  REQUIRE(first->commit(batch));
  const auto second = RocksdbStore::open(folder.path());
  REQUIRE_FALSE(second);
  CHECK(second.error().code == Code::conflict);
  const auto reader = RocksdbStore::open(folder.path(), Access::read_only);
  REQUIRE(reader);
  CHECK(as_text(**(*reader)->get("a")) == "1");
  CHECK((*reader)->commit(batch).error().code == Code::conflict);
}

TEST_CASE("store: nothing to read is not found; what is damaged is unverified") {
  const Scratch folder;
  CHECK(RocksdbStore::open(folder.path() / "none", Access::read_only).error().code ==
        Code::not_found);
  REQUIRE(RocksdbStore::open(folder.path()));
  std::ofstream(folder.path() / "CURRENT") << "not the name of a manifest";
  const auto opened = RocksdbStore::open(folder.path());
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == Code::unverified);
  CHECK(RocksdbStore::open("/proc/nothing").error().code == Code::unavailable);
}

}  // namespace
}  // namespace usufruct
