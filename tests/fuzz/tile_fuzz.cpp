#include "ledger/entry.h"
#include "ledger/head.h"
#include "ledger/store/layout.h"
#include "ledger/store/memory_store.h"
#include "ledger/tile.h"
#include "tests/fuzz/target.h"
#include "tests/support/records.h"

namespace usufruct::fuzz {
namespace {

void hold_path(std::string_view text) {
  if (const auto tile = parse_tile_path(text)) CHECK_THAT(print_path(*tile) == text);
  if (const auto bundle = parse_bundle_path(text)) CHECK_THAT(print_path(*bundle) == text);
}

/// As far as a bundle reads, its entries are its first bytes, in their order.
void hold_bundle(View input) {
  const auto [entries, broken] = read_bundle(input);
  Bytes again;
  for (const View entry : entries) append_to_bundle(again, entry);
  CHECK_THAT(again.size() <= input.size() && std::ranges::equal(again, input.first(again.size())));
  CHECK_THAT(broken.has_value() || again.size() == input.size());
  const auto width = static_cast<unsigned>(entries.size());
  const bool is_one = !broken && width >= 1 && width <= tile_width;
  CHECK_THAT(!is_one || decode_bundle(input, width).has_value());
  CHECK_THAT(!decode_bundle(input, width + 1).has_value());
}

void run_tile(View input) {
  hold_path(as_text(input));
  const auto width = static_cast<unsigned>(input.size() / Digest::size_bytes);
  if (const auto hashes = decode_tile(input, width)) {
    CHECK_THAT(std::ranges::equal(encode_tile(*hashes), input));
  }
  hold_bundle(input);
}

void run_entry(View input) {
  const auto entry = decode_entry(input);
  if (!entry) return;
  CHECK_THAT(std::ranges::equal(encode_entry(entry->time, entry->envelope), input));
}

Bytes bytes_of(const Head& head) {
  Batch batch;
  put_head(head, batch);
  MemoryStore store;
  CHECK_THAT(store.commit(batch).has_value());
  return **store.get(layout::head_key);
}

void run_head(View input) {
  Batch batch;
  batch.put(std::string(layout::head_key), to_bytes(input));
  MemoryStore store;
  CHECK_THAT(store.commit(batch).has_value());
  if (const auto head = load_head(store)) {
    CHECK_THAT(std::ranges::equal(bytes_of(**head), input));
  }
}

std::vector<Bytes> tile_seeds() {
  std::vector<Bytes> seeds = {to_bytes("tile/0/x001/x234/067"),
                              to_bytes("tile/entries/x001/000.p/255"), to_bytes("tile/63/000.p/1"),
                              encode_tile(std::vector<Digest>(3, root_of_empty()))};
  Bytes bundle;
  for (const std::string_view entry : {"first", "", "third"}) {
    append_to_bundle(bundle, as_view(entry));
  }
  seeds.push_back(bundle);
  return seeds;
}

std::vector<Bytes> entry_seeds() {
  return {encode_entry({1'790'000'000'000}, as_view("envelope")),
          encode_entry({0}, test_record(0).envelope())};
}

std::vector<Bytes> head_seeds() {
  const Checkpoint checkpoint{std::string(test_origin), {}, root_of_empty(), {}};
  return {bytes_of({{7}, *sign_checkpoint(checkpoint, key_from(1))})};
}

}  // namespace

const Target tile_target{"tile", run_tile, tile_seeds};
const Target entry_target{"entry", run_entry, entry_seeds};
const Target head_target{"head", run_head, head_seeds};

}  // namespace usufruct::fuzz
