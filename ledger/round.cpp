#include "ledger/round.h"

#include "crypto/base/check.h"
#include "ledger/entry.h"

namespace usufruct {

Receipt Placement::receipt() const {
  Receipt receipt{index, encode_time(time), {}, round->checkpoint.note};
  if (proof) {
    receipt.proof = *proof;
  } else {
    auto made = prove_inclusion(round->levels, index, round->checkpoint.checkpoint.size);
    CHECK_THAT(made.has_value());
    receipt.proof = *std::move(made);
  }
  return receipt;
}

}  // namespace usufruct
