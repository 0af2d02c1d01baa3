#include "ledger/store/stored_entries.h"

#include <doctest/doctest.h>

#include "crypto/base/chance.h"
#include "ledger/store/memory_store.h"

namespace usufruct {
namespace {

Bytes entry(std::uint64_t n) {
  Bytes bytes(9 + n % 40, static_cast<std::uint8_t>(n));
  append_u64(bytes, n);
  return bytes;
}

/// A round of so many entries.
void write(StoredEntries& entries, std::uint64_t count, Store& store) {
  Batch batch;
  for (std::uint64_t i = 0; i < count; ++i) entries.append(entry(entries.size().value), batch);
  entries.flush(batch);
  REQUIRE(store.commit(batch));
}

std::uint64_t values_in(const Store& store) {
  std::uint64_t count = 0;
  REQUIRE(store.scan("E", [&](std::string_view, View) { return ++count, true; }));
  return count;
}

Bytes bundle_of(std::uint64_t from, std::uint64_t to) {
  Bytes bundle;
  for (std::uint64_t i = from; i < to; ++i) append_to_bundle(bundle, entry(i));
  return bundle;
}

TEST_CASE("stored entries: whatever the rounds, each is there, and full pages are one value each") {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    SeededChance chance(seed);
    MemoryStore store;
    auto entries = *StoredEntries::open(store, {});
    for (int round = 0; round < 12; ++round) {
      write(entries, chance.next() % (seed % 3 == 0 ? 3 : 90), store);
      if (chance.next() % 3 == 0) entries = *StoredEntries::open(store, entries.size());
      const std::uint64_t size = entries.size().value;
      CHECK_FALSE(*StoredEntries::is_more_than(store, {size}));
      if (size > 0) CHECK(*StoredEntries::is_more_than(store, {size - 1}));
      Bytes tail;
      for (const auto& piece : entries.tail()) append(tail, *piece);
      CHECK(tail == bundle_of(size / 256 * 256, size));
    }
    const std::uint64_t size = entries.size().value;
    std::size_t wrong = 0;
    for (std::uint64_t i = 0; i < size; ++i) wrong += *StoredEntries::entry(store, {i}) != entry(i);
    CHECK(wrong == 0);
    for (std::uint64_t i = 0; i < size / 256; ++i) {
      CHECK(*StoredEntries::bundle(store, i) == bundle_of(256 * i, 256 * i + 256));
    }
    CHECK_FALSE(StoredEntries::bundle(store, size / 256));
    CHECK_FALSE(StoredEntries::entry(store, {size}));
    CHECK(values_in(store) >= size / layout::page_entries);
    CHECK(values_in(store) <= size / layout::page_entries + size % layout::page_entries);
    // As others see it who opened it earlier.
    for (std::uint64_t earlier = 0; earlier <= size; earlier += 1 + size / 50) {
      const auto then = StoredEntries::open(store, {earlier});
      REQUIRE(then);
      Bytes tail;
      for (const auto& piece : then->tail()) append(tail, *piece);
      CHECK(tail == bundle_of(earlier / 256 * 256, earlier));
    }
  }
}

TEST_CASE("stored entries: a piece that is missing, cut short or moved is found out") {
  const auto damaged = [](const auto& damage) {
    MemoryStore store;
    auto entries = *StoredEntries::open(store, {});
    for (const std::uint64_t count : {40, 5, 3, 1}) write(entries, count, store);
    Batch batch;
    damage(store, batch);
    REQUIRE(store.commit(batch));
    const auto opened = StoredEntries::open(store, {49});
    return !opened && opened.error().code == Code::unverified;
  };
  const auto get = [](const Store& store, std::uint64_t first) {
    return **store.get(layout::entry_key({first}));
  };
  CHECK_FALSE(damaged([](const Store&, Batch&) {}));
  CHECK(damaged([](const Store&, Batch& b) { b.erase(layout::entry_key({0})); }));
  CHECK(damaged([](const Store&, Batch& b) { b.erase(layout::entry_key({45})); }));
  CHECK(damaged([](const Store&, Batch& b) { b.erase(layout::entry_key({48})); }));
  CHECK(damaged([](const Store&, Batch& b) { b.put(layout::entry_key({45}), {}); }));
  CHECK(damaged([&](const Store& s, Batch& b) {
    Bytes bytes = get(s, 40);
    bytes.pop_back();
    b.put(layout::entry_key({40}), bytes);
  }));
  CHECK(damaged([&](const Store& s, Batch& b) {
    Bytes bytes = get(s, 40);
    append(bytes, get(s, 48));
    b.put(layout::entry_key({40}), bytes);
  }));
  CHECK(damaged([&](const Store& s, Batch& b) { b.put(layout::entry_key({0}), get(s, 40)); }));
}

}  // namespace
}  // namespace usufruct
