#include "ledger/view/memory_graph.h"

#include <doctest/doctest.h>

#include <map>

#include "crypto/base/chance.h"
#include "ledger/entry.h"
#include "tests/support/records.h"

namespace usufruct {
namespace {

Digest digest_number(std::uint64_t n) { return hash_leaf(as_view(std::to_string(n))); }

TEST_CASE("name table: numbers names in the order they come, and finds them again") {
  for (const auto& seed : {Digest{}, digest_number(1'000'000)}) {
    NameTable names(seed);
    for (std::uint64_t n = 0; n < 10'000; ++n) CHECK(names.add(digest_number(n)) == n);
    for (std::uint64_t n = 0; n < 10'000; ++n) {
      CHECK(names.add(digest_number(n)) == n);
      CHECK(names.find(digest_number(n)) == n);
      CHECK(names.name(static_cast<std::uint32_t>(n)) == digest_number(n));
    }
    CHECK(names.find(digest_number(10'000)) == NameTable::none);
    CHECK(names.size() == 10'000);
  }
}

TEST_CASE("name table: names that share most of their bytes are told apart") {
  NameTable names(digest_number(3));
  for (unsigned byte = 0; byte < Digest::size_bytes; ++byte) {
    for (unsigned value = 0; value < 256; ++value) {
      Digest name;
      name.bytes[byte] = static_cast<std::uint8_t>(value);
      names.add(name);
    }
  }
  CHECK(names.size() == 32 * 255 + 1);
}

TEST_CASE("lists: hold what a slow model holds") {
  SeededChance chance(5);
  Lists lists;
  std::map<std::pair<std::uint32_t, Lists::Tag>, std::vector<std::uint32_t>> model;
  for (std::uint32_t owner = 0; owner < 20; ++owner) lists.add_owner();
  for (std::uint32_t index = 0; index < 5'000; ++index) {
    const auto owner = static_cast<std::uint32_t>(chance.next() % 20);
    const auto tag = static_cast<Lists::Tag>(chance.next() % Lists::tags_max);
    lists.add(owner, tag, index);
    lists.add(owner, tag, index);  // kept once
    model[{owner, tag}].push_back(index);
  }
  for (std::uint32_t owner = 0; owner < 20; ++owner) {
    for (Lists::Tag tag = 0; tag < Lists::tags_max; ++tag) {
      CHECK(lists.all(owner, tag) == model[{owner, tag}]);
    }
  }
}

TEST_CASE("leaf hashes: every subtree and root is that of the plain tree") {
  LeafHashes leaves;
  HashLevels levels;
  for (std::uint64_t n = 0; n < 1'100; ++n) {
    leaves.append(digest_number(n));
    levels.append(digest_number(n));
  }
  for (std::uint64_t size = 0; size <= 1'100; ++size) {
    CHECK(*root_of(leaves, {size}) == *root_of(levels, {size}));
  }
  for (unsigned level = 0; level < 12; ++level) {
    for (std::uint64_t index = 0; index <= std::uint64_t{1'100} >> level; ++index) {
      const auto is = leaves.subtree(level, index);
      const auto due = levels.subtree(level, index);
      CHECK(is.has_value() == due.has_value());
      if (is && due) CHECK(*is == *due);
    }
  }
}

RecordId made_id(std::uint64_t n) { return {digest_number(n + 1'000'000)}; }

/// A record that refers to the one before it.
Logged numbered(std::uint64_t n) {
  Record record;
  record.issuer = fmt::format("issuer {}", n % 3);
  record.body = Party{.name = fmt::format("party {}", n)};
  if (n > 0) record.add(Role::about, made_id(n - 1));
  return {made_id(n), n, {static_cast<std::int64_t>(n)}, record, {}};
}

TEST_CASE("memory graph: answers the same when it reads records again") {
  std::vector<std::shared_ptr<const Logged>> kept;
  std::uint64_t read_again = 0;
  const MemoryGraph::Fetch fetch =
      [&](LeafIndex index, const Digest& leaf) -> Result<std::shared_ptr<const Logged>> {
    CHECK(leaf == digest_number(index.value));
    ++read_again;
    return kept[index.value];
  };
  MemoryGraph bounded(fetch, digest_number(1));
  MemoryGraph whole;
  constexpr std::uint64_t count = memory_graph_cached_max + 3'000;
  for (std::uint64_t n = 0; n < count; ++n) {
    kept.push_back(std::make_shared<const Logged>(numbered(n)));
    bounded.add(*kept.back(), digest_number(n));
    whole.add(*kept.back(), digest_number(n));
  }
  for (std::uint64_t n = 0; n < count; n += 7) {
    const RecordId id = kept[n]->id;
    REQUIRE(bounded.find(id));
    CHECK(bounded.find(id)->record == whole.find(id)->record);
    CHECK(bounded.index_of(id) == LeafIndex{n});
    CHECK(bounded.edges_to(id, Role::about).size() == (n + 1 < count ? 1U : 0U));
  }
  CHECK(read_again > 0);
  CHECK(read_again < count);
  CHECK(bounded.of_kind(Kind::party) == whole.of_kind(Kind::party));
  CHECK(bounded.issued_by("issuer 1", Kind::party) == whole.issued_by("issuer 1", Kind::party));
  CHECK(bounded.newest_issued("issuer 1", Kind::party) == made_id((count - 2) / 3 * 3 + 1));
  CHECK(bounded.root_at(count) == whole.root_at(count));
  CHECK(bounded.health());
  CHECK(bounded.size_bytes() / count < 200);
}

TEST_CASE("memory graph: what cannot be read again is as if it were not there, and is told") {
  const MemoryGraph::Fetch fails = [](LeafIndex, const Digest&) {
    return Result<std::shared_ptr<const Logged>>(unverified("it changed"));
  };
  MemoryGraph graph(fails, {});
  constexpr std::uint64_t count = memory_graph_cached_max + 3'000;
  for (std::uint64_t n = 0; n < count; ++n) {
    graph.add(numbered(n), digest_number(n),
              n == 0 ? MemoryGraph::Keep::always : MemoryGraph::Keep::while_used);
  }
  CHECK(graph.find(made_id(0)));
  CHECK(graph.health());
  CHECK_FALSE(graph.find(made_id(1)));
  CHECK(graph.health().error().message == "it changed");
}

TEST_CASE("memory graph: unreadable entries and records that come twice count as entries") {
  MemoryGraph graph;
  graph.add(numbered(0), digest_number(0));
  graph.add_unreadable(digest_number(1));
  Logged again = numbered(0);
  again.index = 2;
  graph.add(again, digest_number(2));
  CHECK(graph.size() == 3);
  CHECK(graph.of_kind(Kind::party).size() == 1);
  CHECK(graph.find(made_id(0))->index == 0);
}

}  // namespace
}  // namespace usufruct
