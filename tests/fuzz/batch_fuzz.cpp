#include <algorithm>
#include <map>
#include <optional>

#include "ledger/batch.h"
#include "ledger/proof.h"
#include "ledger/signed.h"
#include "tests/fuzz/target.h"
#include "tests/support/records.h"

namespace usufruct::fuzz {
namespace {

constexpr std::uint32_t records_max = 40;

/// A batch of each size, made once, with the hashes of another implementation beside it.
struct Made {
  std::vector<Verified> records;
  std::vector<RecordId> ids;
  std::optional<BatchTree> tree;
};

const Made& batch_of(std::uint32_t size) {
  static std::map<std::uint32_t, Made> made;
  auto& one = made[size];
  if (one.tree) return one;
  std::vector<Record> records;
  for (std::uint32_t i = 0; i < size; ++i) records.push_back(test_record(i).record());
  one.records = *sign_batch(records, key_from(2));
  for (const auto& record : one.records) one.ids.push_back(record.id());
  one.tree.emplace(one.ids);
  return one;
}

/// How many hashes lead from a record to the root, as RFC 9162 §2.1.3.1 defines the path: by halves
/// at the largest power of two.
std::size_t hashes_due(std::uint64_t index, std::uint64_t size) {
  if (size == 1) return 0;
  std::uint64_t half = 1;
  while (half * 2 < size) half *= 2;
  return 1 + (index < half ? hashes_due(index, half) : hashes_due(index - half, size - half));
}

bool is_possible(const BatchPlace& place) {
  if (place.size == 0) return place.index == 0 && place.path.empty();
  return place.size <= batch_records_max && place.index < place.size &&
         place.path.size() == 32 * hashes_due(place.index, place.size);
}

Proof proof_of(const BatchPlace& place) {
  Proof proof(place.path.size() / Digest::size_bytes);
  for (std::size_t i = 0; i < place.path.size(); ++i) proof[i / 32].bytes[i % 32] = place.path[i];
  return proof;
}

void change(BatchPlace& place, Dice& dice) {
  for (std::uint32_t times = dice.byte() % 3; times > 0; --times) {
    const std::size_t at = dice.below(1 + static_cast<std::uint32_t>(place.path.size()));
    switch (dice.byte() % 6) {
      case 0:
        if (at < place.path.size()) place.path[at] ^= dice.byte();
        break;
      case 1:
        place.path.resize(at);
        break;
      case 2:
        place.path.insert(place.path.end(), dice.byte(), 0);
        break;
      case 3:
        place.index = dice.below(65'536);
        break;
      case 4:
        place.size = dice.below(65'536) * dice.byte();
        break;
      default:
        if (at % 32 == 0 && at + 64 <= place.path.size()) {
          const auto first = place.path.begin() + static_cast<std::ptrdiff_t>(at);
          std::rotate(first, first + 32, first + 64);
        }
    }
  }
}

/// An envelope with this place decodes exactly when there can be such a place, and verifies exactly
/// when it is the one that was signed.
void hold_envelope(const Made& made, std::uint32_t which, const BatchPlace& place,
                   Verifier& verifier) {
  Envelope envelope = *decode_envelope(made.records[which].envelope());
  const BatchPlace signed_at = envelope.signatures.front().batch;
  envelope.signatures.front().batch = place;
  const auto bytes = encode(envelope);
  CHECK_THAT(bytes.has_value());
  CHECK_THAT(decode_envelope(*bytes).has_value() == is_possible(place));
  CHECK_THAT(verifier.verify(*bytes).has_value() == (place == signed_at));
}

/// One climber that remembers, over places good and bad in any order, beside the verifier of
/// inclusion proofs, which is other code and remembers nothing.
void run_batch(View input) {
  Dice dice(input);
  BatchClimb climb;
  BatchSignatures known;
  Verifier verifier(known);
  for (std::uint32_t steps = 1 + dice.byte() % 8; steps > 0; --steps) {
    const std::uint32_t size = 1 + dice.byte() % records_max;
    const Made& made = batch_of(size);
    const std::uint32_t which = dice.byte() % size;
    BatchPlace place = made.tree->place(which);
    change(place, dice);
    const RecordId id = made.ids[dice.byte() % 4 == 0 ? dice.byte() % size : which];
    if (is_possible(place) && place.size != 0) {
      const BatchRoot root = climb.root(place, id);
      CHECK_THAT(root.size.value == place.size);
      CHECK_THAT(
          verify_inclusion({place.index}, root.size, batch_leaf(id), proof_of(place), root.root)
              .has_value());
      const bool is_signed = place == made.tree->place(which) && id == made.ids[which];
      CHECK_THAT((root == made.tree->root()) == is_signed);
    }
    hold_envelope(made, which, place, verifier);
  }
}

std::vector<Bytes> batch_seeds() {
  return {Bytes{7, 12, 0, 0, 1, 12, 1, 0, 1, 12, 2, 0, 1, 12, 3, 0, 1, 12, 4, 0, 1, 12, 5, 0, 1},
          Bytes{3, 20, 3, 1, 0, 5, 0, 1, 1, 20, 3, 0, 1, 20, 3, 1, 0, 0, 3, 0, 4, 1},
          Bytes{2, 6, 6, 2, 0, 0, 5, 0, 64, 2, 32, 1, 1, 6, 6, 1, 0, 0, 4, 0, 9, 1, 1}};
}

}  // namespace

const Target batch_target{"batch", run_batch, batch_seeds};

}  // namespace usufruct::fuzz
