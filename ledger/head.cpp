#include "ledger/head.h"

#include "ledger/entry.h"
#include "ledger/store/layout.h"

namespace usufruct {

Result<std::optional<Head>> load_head(const Store& store) {
  const auto bytes = TRY(store.get(layout::head_key));
  if (!bytes) return std::nullopt;
  if (bytes->size() < entry_time_bytes) return unverified("the head in the store is damaged");
  Head head;
  head.time = TRY_IN("head in the store", decode_time(View(*bytes).first(entry_time_bytes)));
  head.checkpoint.note = as_text(View(*bytes).subspan(entry_time_bytes));
  const Note note = TRY_IN("head in the store", parse_note_unverified(head.checkpoint.note));
  head.checkpoint.checkpoint = TRY_IN("head in the store", parse_checkpoint_unverified(note.text));
  return head;
}

void put_head(const Head& head, Batch& batch) {
  Bytes bytes = encode_time(head.time);
  append(bytes, head.checkpoint.note);
  batch.put(std::string(layout::head_key), std::move(bytes));
}

}  // namespace usufruct
