#include "ledger/audit_receipts.h"

#include <fmt/format.h>

namespace usufruct {

Result<void> check_receipt_leaf(const Reader& reader, TreeSize size, const Receipt& receipt,
                                const Checkpoint& checkpoint) {
  const std::uint64_t at = receipt.index.value / tile_width;
  if (receipt.index.value >= size.value) {
    return unverified(fmt::format("the receipt is for entry {}, and here are only {}",
                                  receipt.index.value, size.value));
  }
  const unsigned width = width_of(0, at, size);
  const auto hashes = TRY(decode_tile(TRY(reader.tile({0, at, width})), width));
  return verify_inclusion(receipt.index, checkpoint.size, hashes[receipt.index.value % tile_width],
                          receipt.proof, checkpoint.root);
}

}  // namespace usufruct
