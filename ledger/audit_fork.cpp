#include "ledger/audit_fork.h"

#include <fmt/format.h>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

/// Tiles as they are shown, right or wrong: what proves a fork is what the log itself says.
class ShownHashes final : public HashSource {
 public:
  ShownHashes(const Reader& reader, TreeSize size) : reader_(reader), size_(size) {}

  Result<Digest> subtree(unsigned level, std::uint64_t index) const override {
    const unsigned row = level / tile_height;
    const std::uint64_t count = std::uint64_t{1} << level % tile_height;
    const std::uint64_t first = index * count;
    const unsigned width = width_of(row, first / tile_width, size_);
    const auto hashes =
        TRY(decode_tile(TRY(reader_.tile({row, first / tile_width, width})), width));
    if (first % tile_width + count > width) return not_found("beyond the log");
    return root_of_hashes(std::span(hashes).subspan(first % tile_width, count));
  }

 private:
  const Reader& reader_;
  TreeSize size_;
};

}  // namespace

Fork show_fork(const Reader& reader, const SignedCheckpoint& here,
               const SignedCheckpoint& elsewhere) {
  const TreeSize from = elsewhere.checkpoint.size;
  const TreeSize to = here.checkpoint.size;
  auto proof = prove_consistency(ShownHashes(reader, to), {from, to});
  return {elsewhere, here, proof ? *std::move(proof) : Proof{}};
}

std::string print_proof_request(const Fork& fork) {
  std::string text = fmt::format("old {}\n", fork.older.checkpoint.size.value);
  for (const auto& hash : fork.proof) text += to_base64(hash.view()) + '\n';
  return text + '\n' + fork.newer.note;
}

}  // namespace usufruct
