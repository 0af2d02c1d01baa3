#include "cli/inclusion.h"

#include "ledger/signed.h"

namespace usufruct::cli {
namespace {

Result<Bytes> entry_at(const OpenLog& log, LeafIndex index) {
  const BundleId id{index.value / tile_width,
                    width_of(0, index.value / tile_width, log.head.checkpoint.size)};
  const Bytes bundle = TRY(log.source.reader().bundle(id));
  const auto entries = TRY_IN(print_path(id), decode_bundle(bundle, id.width));
  return to_bytes(entries[index.value % tile_width]);
}

/// Whether it is an entry of ours, a time and a signed record, so that the receipt gets its time
/// and a record lies beside it instead of a raw entry.
std::optional<Entry> our_entry(View bytes) {
  auto entry = decode_entry(bytes);
  if (!entry || !verify(entry->envelope)) return std::nullopt;
  return *std::move(entry);
}

}  // namespace

Result<SignedCheckpoint> open_note(std::string_view note, const std::optional<NoteVerifier>& log) {
  if (log) return open_checkpoint(note, *log);
  return SignedCheckpoint{TRY(parse_checkpoint_unverified(TRY(parse_note_unverified(note)).text)),
                          std::string(note)};
}

Result<OpenLog> open_log(LogSource source, const std::optional<NoteVerifier>& log) {
  const std::string note = TRY(source.reader().checkpoint());
  OpenLog opened{std::move(source), TRY(open_note(note, log)), log.has_value(), nullptr};
  opened.hashes = TRY(TileHashes::open(opened.source.reader(), opened.head.checkpoint));
  return opened;
}

Result<Inclusion> inclusion_of(const OpenLog& log, LeafIndex index) {
  const auto& checkpoint = log.head.checkpoint;
  Inclusion proven{{index, {}, TRY(log.hashes->inclusion(index)), log.head.note}, {}, std::nullopt};
  proven.entry = TRY(entry_at(log, index));
  CHECK_OK_IN(log.source.name(), verify_inclusion(index, checkpoint.size, hash_leaf(proven.entry),
                                                  proven.receipt.proof, checkpoint.root));
  proven.ours = our_entry(proven.entry);
  if (proven.ours) proven.receipt.extra = encode_time(proven.ours->time);
  return proven;
}

}  // namespace usufruct::cli
