#include "ledger/hash_levels.h"
#include "ledger/proof.h"
#include "tests/fuzz/target.h"

namespace usufruct::fuzz {
namespace {

constexpr std::uint32_t leaves_max = 600;

const HashLevels& levels() {
  static const HashLevels made = [] {
    HashLevels all;
    for (std::uint32_t i = 0; i < leaves_max; ++i) {
      all.append(hash_leaf(as_view(std::to_string(i))));
    }
    return all;
  }();
  return made;
}

/// Changes the proof as the dice say; whether it is another one now.
bool change(Proof& proof, Dice& dice) {
  const Proof before = proof;
  for (std::uint32_t times = dice.below(4); times > 0; --times) {
    const std::size_t at = dice.below(64);
    switch (dice.below(4)) {
      case 0:
        if (at < proof.size()) proof[at].bytes[dice.below(32)] ^= dice.byte();
        break;
      case 1:
        if (at < proof.size()) proof.erase(proof.begin() + static_cast<std::ptrdiff_t>(at));
        break;
      case 2:
        proof.push_back(Digest{});
        break;
      default:
        if (at + 1 < proof.size()) std::swap(proof[at], proof[at + 1]);
    }
  }
  return proof != before;
}

/// A proof that was made holds; for another index, size, leaf or with another hash it does not.
void run_inclusion(Dice& dice) {
  const TreeSize size{1 + dice.below(leaves_max)};
  const LeafIndex index{dice.below(static_cast<std::uint32_t>(size.value))};
  const LeafIndex claimed{dice.below(leaves_max + 1)};
  const Digest leaf = *levels().subtree(0, index.value);
  const Digest root = *root_of(levels(), size);
  Proof proof = *prove_inclusion(levels(), index, size);
  CHECK_THAT(proof.size() <= proof_hashes_max);
  CHECK_THAT(verify_inclusion(index, size, leaf, proof, root).has_value());
  CHECK_THAT(claimed == index || !verify_inclusion(claimed, size, leaf, proof, root));
  if (!change(proof, dice)) return;
  CHECK_THAT(!verify_inclusion(index, size, leaf, proof, root));
}

void run_consistency(Dice& dice) {
  const TreeSize to{dice.below(leaves_max + 1)};
  const TreeSize from{dice.below(static_cast<std::uint32_t>(to.value + 1))};
  const GrowthRoots roots{*root_of(levels(), from), *root_of(levels(), to)};
  Proof proof = *prove_consistency(levels(), {from, to});
  CHECK_THAT(verify_consistency({from, to}, roots, proof).has_value());
  // Nothing at all is the beginning of every log.
  const bool is_trivial = from == to || from.value == 0;
  CHECK_THAT(is_trivial || !verify_consistency({from, to}, {roots.from, roots.from}, proof));
  CHECK_THAT(is_trivial || !verify_consistency({to, from}, {roots.to, roots.from}, proof));
  if (!change(proof, dice)) return;
  CHECK_THAT(!verify_consistency({from, to}, roots, proof));
}

/// Hashes and sizes out of thin air: nothing is proven by them, and nothing falls over.
void run_forged(Dice& dice) {
  std::array<std::uint64_t, 2> sizes{};
  for (auto& size : sizes) {
    for (int i = 0; i < 8; ++i) size = size << 8 | dice.byte();
  }
  Proof proof;
  for (std::uint32_t count = dice.below(70); proof.size() < count;) {
    proof.emplace_back().bytes.fill(dice.byte());
  }
  const Digest root = *root_of(levels(), {leaves_max});
  CHECK_THAT(!verify_inclusion({sizes[0]}, {sizes[1]}, Digest{}, proof, root));
  if (sizes[0] == sizes[1] || sizes[0] == 0) return;
  CHECK_THAT(!verify_consistency({{sizes[0]}, {sizes[1]}}, {Digest{}, root}, proof));
}

void run_proof(View input) {
  Dice dice(input);
  switch (dice.below(3)) {
    case 0:
      run_inclusion(dice);
      break;
    case 1:
      run_consistency(dice);
      break;
    default:
      run_forged(dice);
  }
}

std::vector<Bytes> proof_seeds() {
  return {Bytes{0, 0, 2, 0, 1, 0, 1, 1, 0, 1, 0, 3, 0, 0, 0, 5, 255},
          Bytes{0, 1, 2, 0, 1, 0, 0, 2, 0, 1, 0, 1, 0, 2, 0, 2},
          Bytes{0, 2, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4}};
}

}  // namespace

const Target proof_target{"proof", run_proof, proof_seeds};

}  // namespace usufruct::fuzz
