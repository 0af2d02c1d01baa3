#pragma once

#include <memory>
#include <string>

#include "ledger/checkpoint.h"
#include "ledger/entry.h"
#include "ledger/proof.h"
#include "ledger/reader.h"
#include "ledger/tlog_proof.h"

namespace usufruct::http {

/// One published state of our own log, for who has no tiles: hashes and entries by their place.
/// What it reads is believed; whoever gets a proof from it verifies that. Immutable; a read costs a
/// tile a level.
class PublishedLog final : public HashSource {
 public:
  static Result<PublishedLog> open(std::shared_ptr<const Reader> reader);

  const Checkpoint& checkpoint() const { return checkpoint_; }
  const std::string& note() const { return note_; }
  Result<Digest> subtree(unsigned level, std::uint64_t index) const override;
  /// `not_found` beyond the checkpoint.
  Result<Entry> entry(LeafIndex index) const;
  Result<Receipt> receipt(LeafIndex index) const;

 private:
  PublishedLog() = default;
  std::shared_ptr<const Reader> reader_;
  std::string note_;
  Checkpoint checkpoint_;
};

}  // namespace usufruct::http
