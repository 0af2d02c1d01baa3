// How fast a log's files are checked, mirrored and exported, beside what hashing its leaves costs
// alone on all cores. The files are in the page cache.
//
//     bench_fsck [--json] [entries]
#include <fmt/format.h>

#include <cstdlib>
#include <string_view>

#include "crypto/base/parallel.h"
#include "ledger/export.h"
#include "ledger/fsck.h"
#include "ledger/mirror.h"
#include "tests/support/figure.h"
#include "tests/support/made_log.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

bool is_json = false;

/// Leaf hashes a second on all cores, of entries that are in memory already.
double hash_rate(std::uint64_t count, std::size_t entry_bytes) {
  const Bytes entry = made_entry(7, entry_bytes);
  const std::vector<View> entries(tile_width, View(entry));
  const double took = seconds_of([&] {
    for_each_index(count / tile_width, 16, [&](std::size_t) {
      std::array<Digest, tile_width> hashes;
      hash_leaves(entries, hashes);
      if (hashes[0] == Digest{}) std::abort();
    });
  });
  return static_cast<double>(count / tile_width * tile_width) / took;
}

void bench(std::uint64_t count, std::size_t entry_bytes) {
  const Scratch scratch;
  const auto folder = scratch.path() / "log";
  const Checkpoint checkpoint = must(make_log(folder, count, entry_bytes));
  const double alone = hash_rate(count, entry_bytes);
  const std::string baseline = "leaf hashes on all cores alone";
  const double entries = static_cast<double>(count);

  const auto report = fsck_folder(folder, {.policy = policy_of(test_verifier())});
  if (!report.is_clean()) std::exit(1);
  print_figure({fmt::format("fsck_{}_bytes", entry_bytes), entries / report.seconds, "entries/s",
                baseline, alone},
               is_json);

  const auto open = [](std::string_view note) { return open_checkpoint(note, test_verifier()); };
  const FolderReader source(folder);
  const double mirrored =
      seconds_of([&] { must(mirror(source, scratch.path() / "mirror", open)); });
  print_figure({fmt::format("mirror_{}_bytes", entry_bytes), entries / mirrored, "entries/s",
                baseline, alone},
               is_json);
  const double exported = seconds_of([&] {
    if (!export_log(source, scratch.path() / "export")) std::exit(1);
  });
  print_figure({fmt::format("export_{}_bytes", entry_bytes), entries / exported, "entries/s",
                baseline, alone},
               is_json);
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  std::uint64_t count = 500'000;
  for (int i = 1; i < argument_count; ++i) {
    if (std::string_view(arguments[i]) == "--json") {
      usufruct::is_json = true;
    } else {
      count = std::strtoull(arguments[i], nullptr, 10);
    }
  }
  usufruct::bench(count, 1'024);
  usufruct::bench(count, 100);
}
