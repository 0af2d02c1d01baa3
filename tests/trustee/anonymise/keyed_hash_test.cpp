#include "trustee/anonymise/keyed_hash.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "trustee/anonymise/table/dictionary.h"
#include "trustee/anonymise/table/tuple_table.h"

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

/// The most of some numbers that share one of 2^12 places.
std::size_t most_in_a_place(const std::vector<std::uint64_t>& hashes) {
  std::vector<std::size_t> counts(4'096, 0);
  for (const std::uint64_t hash : hashes) ++counts[hash & 4'095];
  return *std::ranges::max_element(counts);
}

}  // namespace

TEST_CASE("keyed hash: another key is another hash, the same key the same") {
  SeededChance one(1);
  SeededChance same(1);
  SeededChance other(2);
  const KeyedHash hash(one);
  const KeyedHash equal(same);
  const KeyedHash differs(other);
  for (const std::string_view text :
       {"", "a", "b", "12345678", "123456789", "a long one, of words"}) {
    CAPTURE(text);
    CHECK(hash(text) == equal(text));
    CHECK(hash(text) != differs(text));
  }
  CHECK(hash(7) == equal(7));
  CHECK(hash(7) != differs(7));
  // One drawn for each table.
  CHECK(KeyedHash()("a") != KeyedHash()("a"));
}

TEST_CASE("keyed hash: what shares a place without the key is spread under it") {
  // Words that a multiplication by the golden ratio sends to one place of 2^12 (bits 7 to 18 of the
  // product, its halves added): as the table of a column's values was once hashed.
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
  std::uint64_t inverse = factor;
  for (int i = 0; i < 5; ++i) inverse *= 2 - factor * inverse;
  REQUIRE(factor * inverse == 1);
  SeededChance chance(3);
  std::vector<std::uint64_t> unkeyed;
  std::vector<std::uint64_t> keyed;
  const KeyedHash hash(chance);
  for (int i = 0; i < 4'096; ++i) {
    const std::uint64_t wanted = chance.next() & ~(0xFFFULL << 7);
    const std::uint64_t word = (wanted ^ wanted >> 32) * inverse;
    const std::uint64_t product = word * factor;
    unkeyed.push_back((product ^ product >> 32) >> 7);
    keyed.push_back(hash(word));
  }
  CHECK(most_in_a_place(unkeyed) == 4'096);
  CHECK(most_in_a_place(keyed) < 12);
}

TEST_CASE("keyed hash: numbers in a row and steps of powers of two are spread, high and low") {
  SeededChance chance(4);
  for (int key = 0; key < 8; ++key) {
    const KeyedHash hash(chance);
    for (const unsigned shift : {0U, 7U, 20U, 32U, 44U, 52U}) {
      CAPTURE(shift);
      std::vector<std::uint64_t> low;
      std::vector<std::uint64_t> high;
      for (std::uint64_t i = 0; i < 4'096; ++i) {
        low.push_back(hash(i << shift));
        high.push_back(hash(i << shift) >> 52);
      }
      CHECK(most_in_a_place(low) < 40);
      CHECK(most_in_a_place(high) < 40);
    }
  }
}

TEST_CASE("dictionary: texts of all sizes have one number each, whichever thread asks") {
  Dictionary dictionary;
  DictionaryCache one(dictionary);
  DictionaryCache other(dictionary);
  const auto code = [](DictionaryCache& cache, const std::string& text) {
    const std::string padded = text + std::string(64, 'x');
    return cache.code_of(padded.data(), static_cast<std::uint32_t>(text.size()));
  };
  for (std::size_t size = 0; size < 40; ++size) CHECK(code(one, std::string(size, 'a')) == size);
  for (std::size_t size = 40; size-- > 0;) {
    CHECK(code(other, std::string(size, 'a')) == size);
    CHECK(code(one, std::string(size, 'a')) == size);
    CHECK(dictionary.text(static_cast<std::uint32_t>(size)) == std::string(size, 'a'));
  }
  CHECK(dictionary.size() == 40);
}
