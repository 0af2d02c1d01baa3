#include "ledger/view/postings.h"

#include <doctest/doctest.h>

#include <map>

#include "crypto/base/chance.h"
#include "ledger/store/memory_store.h"

namespace usufruct {
namespace {

TEST_CASE("postings: what is written is read, and nothing else is") {
  for (const Indexes& indexes :
       {Indexes{0}, Indexes{127, 128}, Indexes{1, 2, 3, 300, 1ULL << 40, UINT64_MAX}}) {
    Indexes read;
    REQUIRE(decode_postings(encode_postings(indexes), read));
    CHECK(read == indexes);
  }
  Indexes to;
  CHECK_FALSE(decode_postings(Bytes{}, to));
  CHECK_FALSE(decode_postings(Bytes{0x80}, to));      // cut short
  CHECK_FALSE(decode_postings(Bytes{5, 0}, to));      // the same twice
  CHECK_FALSE(decode_postings(Bytes(11, 0xFF), to));  // more than 64 bits
  CHECK_FALSE(
      decode_postings(Bytes{1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1}, to));
}

TEST_CASE("postings: as a map of lists, over rounds, newest first and oldest first") {
  const auto list_of = [](std::uint64_t n) {
    return layout::edge_list({{}}, static_cast<Role>(n % role_count));
  };
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    CAPTURE(seed);
    SeededChance chance(seed);
    MemoryStore store;
    Postings postings(store, 0);
    std::map<std::uint64_t, Indexes> model;
    std::uint64_t index = 0;
    const auto check = [&](const Postings& asked) {
      for (std::uint64_t n = 0; n < 5; ++n) {
        Indexes found;
        CHECK(*asked.visit(list_of(n), Order::oldest_first,
                           [&](std::uint64_t at) { return found.push_back(at), true; }));
        CHECK(found == model[n]);
        Indexes newest;
        const bool ended = !*asked.visit(list_of(n), Order::newest_first, [&](std::uint64_t at) {
          newest.push_back(at);
          return newest.size() < 3;
        });
        CHECK(ended == (model[n].size() >= 3));
        for (std::size_t i = 0; i < newest.size(); ++i) {
          CHECK(newest[i] == model[n][model[n].size() - 1 - i]);
        }
      }
    };
    for (int round = 0; round < 8; ++round) {
      for (std::uint64_t left = chance.next() % 60; left > 0; --left, ++index) {
        const std::uint64_t n = chance.next() % 4;
        postings.add(list_of(n), index);
        postings.add(list_of(n), index);
        model[n].push_back(index);
        if (left % 20 == 0) check(postings);
      }
      Batch batch;
      REQUIRE(postings.flush(batch));
      REQUIRE(store.commit(batch));
      postings.settle(index);
      check(postings);
      check(Postings(store, index));
    }
    // As it was, to who opened it then.
    const Postings early(store, index / 2);
    REQUIRE(early.visit(list_of(0), Order::newest_first, [&](std::uint64_t at) {
      CHECK(at < index / 2);
      return true;
    }));
  }
}

TEST_CASE("postings: a damaged list is an error, not an empty one") {
  MemoryStore store;
  Batch batch;
  const auto list = layout::kind_list(Kind::party);
  batch.put(std::string(list.bytes()), Bytes{0x80});
  REQUIRE(store.commit(batch));
  const Postings postings(store, 10);
  const auto visited =
      postings.visit(list, Order::oldest_first, [](std::uint64_t) { return true; });
  REQUIRE_FALSE(visited);
  CHECK(visited.error().code == Code::unverified);
}

}  // namespace
}  // namespace usufruct
