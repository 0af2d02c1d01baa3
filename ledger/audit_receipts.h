#pragma once

#include "ledger/reader.h"
#include "ledger/tlog_proof.h"

namespace usufruct {

/// Whether the entry a receipt is for stands at its place here, by the level-0 tile: `unverified`
/// when another leaf does, or the log here is too small. Says nothing about whether the receipt's
/// checkpoint is signed, nor whether it is on this history: AuditOptions::against.
Result<void> check_receipt_leaf(const Reader& reader, TreeSize size, const Receipt& receipt,
                                const Checkpoint& checkpoint);

}  // namespace usufruct
