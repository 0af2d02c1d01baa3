#include "ledger/proof.h"

#include <doctest/doctest.h>

#include <bit>
#include <map>

#include "ledger/hash_levels.h"

namespace usufruct {
namespace {

constexpr std::uint64_t sizes = 301;

/// RFC 6962 §2.1 as it is written, with nothing remembered but what was asked before.
class Naive {
 public:
  Naive() {
    for (std::uint64_t i = 0; i < sizes; ++i) {
      leaves_.push_back(hash_leaf(as_view("leaf " + std::to_string(i))));
    }
  }
  const Digest& leaf(std::uint64_t i) const { return leaves_[i]; }
  Digest mth(std::uint64_t from, std::uint64_t to) const {
    if (from == to) return root_of_empty();
    if (to - from == 1) return leaves_[from];
    auto& known = known_[{from, to}];
    if (known == Digest{}) {
      const std::uint64_t k = std::bit_floor(to - from - 1);
      known = hash_node(mth(from, from + k), mth(from + k, to));
    }
    return known;
  }
  Proof path(std::uint64_t m, std::uint64_t from, std::uint64_t to) const {
    if (to - from == 1) return {};
    const std::uint64_t k = std::bit_floor(to - from - 1);
    const bool is_left = m < k;
    Proof proof = is_left ? path(m, from, from + k) : path(m - k, from + k, to);
    proof.push_back(is_left ? mth(from + k, to) : mth(from, from + k));
    return proof;
  }
  Proof subproof(std::uint64_t m, std::uint64_t from, std::uint64_t to, bool is_known) const {
    if (m == to - from) return is_known ? Proof{} : Proof{mth(from, to)};
    const std::uint64_t k = std::bit_floor(to - from - 1);
    Proof proof =
        m <= k ? subproof(m, from, from + k, is_known) : subproof(m - k, from + k, to, false);
    proof.push_back(m <= k ? mth(from + k, to) : mth(from, from + k));
    return proof;
  }

 private:
  std::vector<Digest> leaves_;
  mutable std::map<std::pair<std::uint64_t, std::uint64_t>, Digest> known_;
};

HashLevels levels_of(const Naive& naive, std::uint64_t from, std::uint64_t to) {
  Tree tree;
  for (std::uint64_t i = 0; i < from; ++i) tree.append(naive.leaf(i));
  HashLevels levels(tree);
  for (std::uint64_t i = from; i < to; ++i) levels.append(naive.leaf(i));
  return levels;
}

TEST_CASE("proof: inclusion equals the recursive definition for every leaf of every size to 300") {
  const Naive naive;
  const HashLevels levels = levels_of(naive, 0, sizes);
  std::size_t wrong = 0;
  for (std::uint64_t size = 0; size < sizes; ++size) {
    const Digest root = naive.mth(0, size);
    wrong += *root_of(levels, {size}) != root || tree_of(levels, {size})->root() != root;
    for (std::uint64_t i = 0; i < size; ++i) {
      const auto proof = prove_inclusion(levels, {i}, {size});
      wrong += !proof || *proof != naive.path(i, 0, size) ||
               !verify_inclusion({i}, {size}, naive.leaf(i), *proof, root);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("proof: consistency equals the recursive definition between all sizes to 300") {
  const Naive naive;
  const HashLevels levels = levels_of(naive, 0, sizes);
  std::size_t wrong = 0;
  for (std::uint64_t to = 0; to < sizes; ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      const Growth growth{{from}, {to}};
      const auto proof = prove_consistency(levels, growth);
      const Proof due = from == 0 || from == to ? Proof{} : naive.subproof(from, 0, to, true);
      wrong += !proof || *proof != due ||
               !verify_consistency(growth, {naive.mth(0, from), naive.mth(0, to)}, *proof);
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("proof: what was appended to a frontier proves itself and what it grew from") {
  const Naive naive;
  std::size_t wrong = 0;
  for (std::uint64_t from = 0; from < 140; ++from) {
    const HashLevels levels = levels_of(naive, from, 140);
    for (std::uint64_t i = from; i < 140; ++i) {
      wrong += prove_inclusion(levels, {i}, {140}) != naive.path(i, 0, 140);
    }
    const auto proof = prove_consistency(levels, {{from}, {140}});
    wrong += !proof ||
             !verify_consistency({{from}, {140}}, {naive.mth(0, from), naive.mth(0, 140)}, *proof);
  }
  CHECK(wrong == 0);
}

TEST_CASE("proof: nothing else verifies") {
  const Naive naive;
  const HashLevels levels = levels_of(naive, 0, 70);
  const Digest root = naive.mth(0, 70);
  const Proof good = *prove_inclusion(levels, {37}, {70});
  REQUIRE(verify_inclusion({37}, {70}, naive.leaf(37), good, root));
  CHECK_FALSE(verify_inclusion({36}, {70}, naive.leaf(37), good, root));
  CHECK_FALSE(verify_inclusion({37}, {64}, naive.leaf(37), good, root));
  CHECK_FALSE(verify_inclusion({70}, {70}, naive.leaf(37), good, root));
  CHECK_FALSE(verify_inclusion({37}, {70}, naive.leaf(38), good, root));
  CHECK_FALSE(verify_inclusion({37}, {70}, naive.leaf(37), good, naive.mth(0, 69)));
  for (std::size_t i = 0; i < good.size(); ++i) {
    Proof flipped = good;
    flipped[i].bytes[i] ^= 1;
    CHECK(verify_inclusion({37}, {70}, naive.leaf(37), flipped, root).error().code ==
          Code::unverified);
    Proof shorter = good;
    shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(verify_inclusion({37}, {70}, naive.leaf(37), shorter, root));
  }
  Proof longer = good;
  longer.push_back(good[0]);
  CHECK_FALSE(verify_inclusion({37}, {70}, naive.leaf(37), longer, root));
  CHECK_FALSE(verify_inclusion({UINT64_MAX - 1}, {UINT64_MAX}, naive.leaf(37), good, root));
}

TEST_CASE("proof: a log that rewrote, shrank or forked is not consistent") {
  const Naive naive;
  const HashLevels levels = levels_of(naive, 0, 70);
  const GrowthRoots roots{naive.mth(0, 33), naive.mth(0, 70)};
  const Growth growth{{33}, {70}};
  const Proof good = *prove_consistency(levels, growth);
  REQUIRE(verify_consistency(growth, roots, good));
  CHECK_FALSE(verify_consistency(growth, {naive.mth(0, 32), roots.to}, good));
  CHECK_FALSE(verify_consistency(growth, {roots.from, naive.mth(0, 69)}, good));
  CHECK_FALSE(verify_consistency(growth, {roots.to, roots.from}, good));
  CHECK_FALSE(verify_consistency({{70}, {33}}, {roots.to, roots.from}, good));
  CHECK_FALSE(verify_consistency({{70}, {70}}, roots, {}));
  CHECK_FALSE(verify_consistency({{0}, {70}}, roots, {}));
  CHECK_FALSE(verify_consistency(growth, roots, {}));
  for (std::size_t i = 0; i < good.size(); ++i) {
    Proof flipped = good;
    flipped[i].bytes[0] ^= 1;
    CHECK_FALSE(verify_consistency(growth, roots, flipped));
    std::swap(flipped[i], flipped[(i + 1) % good.size()]);
    CHECK_FALSE(verify_consistency(growth, roots, flipped));
  }
  CHECK(prove_consistency(levels, {{70}, {33}}).error().code == Code::not_found);
  CHECK(prove_inclusion(levels, {70}, {70}).error().code == Code::not_found);
}

}  // namespace
}  // namespace usufruct
