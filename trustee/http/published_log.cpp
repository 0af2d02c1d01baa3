#include "trustee/http/published_log.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/note.h"
#include "ledger/tile.h"

namespace usufruct::http {

Result<PublishedLog> PublishedLog::open(std::shared_ptr<const Reader> reader) {
  PublishedLog log;
  log.reader_ = std::move(reader);
  log.note_ = TRY(log.reader_->checkpoint());
  const Note note = TRY(parse_note_unverified(log.note_));
  log.checkpoint_ = TRY(parse_checkpoint_unverified(note.text));
  return log;
}

Result<Digest> PublishedLog::subtree(unsigned level, std::uint64_t index) const {
  const unsigned tile_level = level / tile_height;
  const unsigned height = level % tile_height;
  const std::uint64_t first = index << height;  // of the hashes at the tile's level
  TileId id{tile_level, first / tile_width, 0};
  id.width = width_of(id.level, id.index, checkpoint_.size);
  const std::size_t offset = first % tile_width;
  const std::size_t count = std::size_t{1} << height;
  if (offset + count > id.width) {
    return not_found(fmt::format("subtree {} of level {} is beyond the log", index, level));
  }
  const auto hashes = TRY(decode_tile(TRY(reader_->tile(id)), id.width));
  return root_of_hashes(std::span(hashes).subspan(offset, count));
}

Result<Entry> PublishedLog::entry(LeafIndex index) const {
  if (index.value >= checkpoint_.size.value) {
    return not_found(
        fmt::format("the log has no entry {} yet: it has {}", index.value, checkpoint_.size.value));
  }
  BundleId id{index.value / tile_width, 0};
  id.width = width_of(0, id.index, checkpoint_.size);
  const Bytes bundle = TRY(reader_->bundle(id));
  return decode_entry(TRY(decode_bundle(bundle, id.width))[index.value % tile_width]);
}

Result<Receipt> PublishedLog::receipt(LeafIndex index) const {
  const Entry logged = TRY(entry(index));
  return Receipt{index, encode_time(logged.time),
                 TRY(prove_inclusion(*this, index, checkpoint_.size)), note_};
}

}  // namespace usufruct::http
