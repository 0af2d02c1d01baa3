#include "ledger/head.h"

#include "ledger/entry.h"
#include "ledger/store/layout.h"

namespace usufruct {
namespace {

Result<SignedCheckpoint> read_checkpoint(std::string_view text) {
  const Note note = TRY(parse_note_unverified(text));
  return SignedCheckpoint{TRY(parse_checkpoint_unverified(note.text)), std::string(text)};
}

}  // namespace

Result<std::optional<Head>> load_head(const Store& store) {
  const auto bytes = TRY(store.get(layout::head_key));
  if (!bytes) return std::nullopt;
  if (bytes->size() < entry_time_bytes) return unverified("the head in the store is damaged");
  Head head;
  head.time = TRY_IN("head in the store", decode_time(View(*bytes).first(entry_time_bytes)));
  head.checkpoint =
      TRY_IN("head in the store", read_checkpoint(as_text(View(*bytes).subspan(entry_time_bytes))));
  return head;
}

void put_head(const Head& head, Batch& batch) {
  Bytes bytes = encode_time(head.time);
  append(bytes, head.checkpoint.note);
  batch.put(std::string(layout::head_key), std::move(bytes));
}

Result<std::optional<SignedCheckpoint>> load_published(const Store& store) {
  const auto head = TRY(load_head(store));
  if (!head) return std::nullopt;
  const auto bytes = TRY(store.get(layout::published_key));
  if (!bytes) return head->checkpoint;
  return TRY_IN("published checkpoint in the store", read_checkpoint(as_text(*bytes)));
}

void put_published(const SignedCheckpoint& checkpoint, Batch& batch) {
  batch.put(std::string(layout::published_key), to_bytes(checkpoint.note));
}

}  // namespace usufruct
