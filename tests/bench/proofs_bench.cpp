// How fast inclusion proofs are built from the tiles in a folder and verified, beside what the node
// hashes of their verification cost alone; with a cache that holds the log's tiles, and with one
// that does not.
//
//     bench_proofs [--json] [entries]
#include <fmt/format.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <string_view>

#include "crypto/base/parallel.h"
#include "ledger/tile_hashes.h"
#include "tests/support/figure.h"
#include "tests/support/made_log.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

bool is_json = false;
constexpr std::size_t entry_bytes = 64;
constexpr std::size_t per_block = 256;

std::uint64_t scattered(std::uint64_t i, std::uint64_t count) {
  return (i * 0x9E37'79B9'7F4A'7C15 >> 20) % count;
}

/// Proofs' worth of node hashes a second on all cores, one after the other as each needs the last.
double hash_rate(std::uint64_t proofs, TreeSize size) {
  const auto depth = static_cast<unsigned>(std::bit_width(size.value - 1));
  const double took = seconds_of([&] {
    for_each_index(proofs, per_block, [&](std::size_t i) {
      Digest hash;
      hash.bytes[0] = static_cast<std::uint8_t>(i);
      for (unsigned step = 0; step < depth; ++step) hash = hash_node(hash, hash);
      if (hash == Digest{}) std::abort();
    });
  });
  return static_cast<double>(proofs) / took;
}

double proof_rate(const TileHashes& hashes, const Checkpoint& head, std::uint64_t proofs) {
  std::atomic<std::uint64_t> failed = 0;
  const double took = seconds_of([&] {
    for_each_index(proofs, per_block, [&](std::size_t i) {
      const LeafIndex index{scattered(i, head.size.value)};
      const auto proof = hashes.inclusion(index);
      const auto leaf = hashes.subtree(0, index.value);
      if (!proof || !leaf || !verify_inclusion(index, head.size, *leaf, *proof, head.root)) {
        ++failed;
      }
    });
  });
  if (failed > 0) std::exit(1);
  return static_cast<double>(proofs) / took;
}

void bench(std::uint64_t count) {
  const Scratch scratch;
  const Checkpoint head = must(make_log(scratch.path() / "log", count, entry_bytes));
  const FolderReader reader(scratch.path() / "log");
  constexpr std::uint64_t proofs = 500'000;
  const double alone = hash_rate(proofs, head.size);
  const std::string baseline = "the node hashes of a proof alone";

  const auto warm = must(TileHashes::open(reader, head));
  proof_rate(*warm, head, proofs);
  print_figure({"proofs_warm", proof_rate(*warm, head, proofs), "proofs/s", baseline, alone},
               is_json);
  // An eighth of the level-0 tiles fit: most proofs read a tile and hash it up.
  const auto small = must(TileHashes::open(reader, head, count * 64 / 8));
  print_figure({"proofs_cold", proof_rate(*small, head, proofs / 4), "proofs/s", baseline, alone},
               is_json);
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  std::uint64_t count = 1'000'000;
  for (int i = 1; i < argument_count; ++i) {
    if (std::string_view(arguments[i]) == "--json") {
      usufruct::is_json = true;
    } else {
      count = std::strtoull(arguments[i], nullptr, 10);
    }
  }
  usufruct::bench(count);
}
