#include "ledger/audit_portion.h"

#include <fmt/format.h>

#include "ledger/entry.h"
#include "ledger/record/codec.h"

namespace usufruct {
namespace {

/// What a decoded record takes, next to its bytes.
constexpr std::size_t record_factor = 3;

struct EntryView {
  Time time;
  View envelope;
};

/// decode_entry(), with no copy.
Result<EntryView> view_entry(View bytes) {
  if (bytes.size() <= entry_time_bytes) {
    return malformed(fmt::format("an entry has more than 8 bytes, not {}", bytes.size()));
  }
  return EntryView{TRY(decode_time(bytes.first(entry_time_bytes))),
                   bytes.subspan(entry_time_bytes)};
}

void judge(JudgedEntry& judged, LeafIndex index, AuditDepth depth, Verifier& verifier) {
  if (depth == AuditDepth::full) {
    const auto entry = view_entry(judged.bytes);
    if (!entry) {
      judged.error = entry.error();
      return;
    }
    judged.time = entry->time;
    auto verified = verifier.verify(entry->envelope);
    if (verified) {
      judged.verified = *std::move(verified);
      return;
    }
    judged.error = std::move(verified).error();
  }
  auto logged = read_record_unverified(index, judged.bytes);
  if (logged) {
    judged.time = logged->time;
    judged.unverified = *std::move(logged);
  } else if (!judged.error) {
    judged.error = std::move(logged).error();
  }
}

void read_entries(const Reader& reader, AuditPortion& portion) {
  auto bundle = reader.bundle(portion.id);
  if (!bundle) {
    portion.bundle_error = std::move(bundle).error();
    return;
  }
  portion.bundle = *std::move(bundle);
  auto content = read_bundle(portion.bundle);
  portion.bundle_error = std::move(content.broken);
  portion.found.reserve(content.entries.size());
  for (const View entry : content.entries) portion.found.push_back({.bytes = entry});
  portion.hashes.resize(content.entries.size());
  hash_leaves(content.entries, portion.hashes);
}

void read_tile(const Reader& reader, AuditPortion& portion) {
  const auto tile = reader.tile(portion.tile());
  auto hashes = tile ? decode_tile(*tile, portion.id.width) : std::unexpected(tile.error());
  if (hashes) {
    portion.due = *std::move(hashes);
  } else {
    portion.tile_error = std::move(hashes).error();
  }
}

}  // namespace

std::optional<RecordId> JudgedEntry::id() const {
  if (verified) return verified->id();
  if (unverified) return unverified->id;
  return std::nullopt;
}

Result<Logged> read_record_unverified(LeafIndex index, View bytes) {
  const EntryView entry = TRY(view_entry(bytes));
  const EnvelopeView envelope = TRY(view_envelope(entry.envelope));
  Logged logged{id_of(envelope.record), index.value, entry.time, TRY(decode(envelope.record)), {}};
  for (const auto& signature : envelope.signatures) logged.signers.push_back(signature.signer);
  return logged;
}

AuditPortion judge_portion(const Reader& reader, std::uint64_t at, const AuditScope& scope,
                           BatchSignatures& known) {
  AuditPortion portion;
  portion.id = {at, width_of(0, at, scope.size)};
  read_entries(reader, portion);
  read_tile(reader, portion);
  if (portion.hashes.size() == tile_width && portion.hashes == portion.due) {
    portion.root = root_of_hashes(portion.due);
  }
  if (scope.depth == AuditDepth::hashes) return portion;
  Verifier verifier(known);  // entries of a batch often stand together: its way is remembered
  for (std::size_t i = 0; i < portion.found.size(); ++i) {
    const LeafIndex index = portion.leaf(i);
    const bool is_trusted = index.value < scope.trusted.value;
    judge(portion.found[i], index, is_trusted ? AuditDepth::record : scope.depth, verifier);
  }
  return portion;
}

std::size_t size_of(const AuditPortion& portion) {
  return portion.bundle.size() * (1 + record_factor) + portion.found.size() * sizeof(JudgedEntry);
}

}  // namespace usufruct
