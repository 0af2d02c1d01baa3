#include "ledger/record/codec.h"

#include "crypto/hash.h"
#include "ledger/record/wire_guard.h"
#include "ledger/record/wire_reader.h"
#include "ledger/record/wire_writer.h"

namespace usufruct {
namespace {

static_assert(record_text_bytes_max == wire::text_bytes_max);
static_assert(record_list_count_max == wire::list_count_max);

void check_refs(const Record& record) {
  if (!record.refs_ascend()) throw wire::Refused{"refs are not in ascending order"};
}

}  // namespace

Result<Bytes> encode(const Record& record) {
  return wire::guarded("record", [&] {
    check_refs(record);
    return wire::write_message(record, record_bytes_max);
  });
}

Result<Record> decode(View bytes) {
  return wire::guarded("record", [&] {
    Record record;
    wire::read_message(bytes, record_bytes_max, record);
    check_refs(record);
    return record;
  });
}

RecordId id_of(View record_bytes) { return RecordId{sha256(record_bytes)}; }

}  // namespace usufruct
