// How fast records get into a log, acknowledged under a published checkpoint, beside what RocksDB
// alone needs for the same bytes in batches of the same size; and how fast a log is audited, beside
// what the signatures in it cost alone.
//
//     bench_ledger [--json] [records]
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <optional>
#include <string_view>
#include <thread>

#include "crypto/base/parallel.h"
#include "ledger/audit.h"
#include "ledger/entry.h"
#include "ledger/log.h"
#include "ledger/snapshot.h"
#include "ledger/store/layout.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/records.h"
#include "tests/support/scratch.h"

namespace usufruct {
namespace {

constexpr std::size_t envelope_padding = 700;  // makes an entry of about 1 KiB

struct Figure {
  std::string name;
  double value;
  std::string_view unit;
  std::string baseline;
  double baseline_value;
};

bool is_json = false;

void print(const Figure& figure) {
  const double ratio = figure.value / figure.baseline_value;
  if (is_json) {
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.6g},\"unit\":\"{}\",\"baseline\":\"{}\","
        "\"baseline_value\":{:.6g},\"ratio\":{:.4g}}}\n",
        figure.name, figure.value, figure.unit, figure.baseline, figure.baseline_value, ratio);
  } else {
    fmt::print("{}: {:.4g} {}; {}: {:.4g}; ratio {:.3g}\n", figure.name, figure.value, figure.unit,
               figure.baseline, figure.baseline_value, ratio);
  }
  std::fflush(stdout);
}

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "bench_ledger: {}\n", result.error().message);
  std::exit(1);
}

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Records a second through a store alone: entries of the same bytes, so many to a synced batch.
double store_rate(std::span<const Verified> records, std::size_t at_once) {
  const Scratch folder;
  const auto store = must(RocksdbStore::open(folder.path()));
  const double took = seconds([&] {
    for (std::size_t from = 0; from < records.size(); from += at_once) {
      Batch batch;
      for (std::size_t i = from; i < std::min(from + at_once, records.size()); ++i) {
        batch.put(layout::entry_key({i}), encode_entry({1}, records[i].envelope()));
      }
      if (!store->commit(batch)) std::exit(1);
    }
  });
  return static_cast<double>(records.size()) / took;
}

enum class Arrives { verified, as_bytes };

/// Records a second with so many on their way at any moment: each of them waits for its receipt,
/// and the next one follows it.
double log_rate(std::span<const Verified> records, std::size_t in_flight, Arrives arrives) {
  const Scratch folder;
  const SystemClock clock;
  const auto store = must(RocksdbStore::open(folder.path() / "store"));
  const auto guard = must(FileHeadGuard::open(folder.path() / "head"));
  const auto log = must(Log::open(*store, test_log_key(), permit, clock, guard.get()));
  const std::size_t threads = std::min<std::size_t>(in_flight, 4);
  const std::size_t share = in_flight / threads;
  std::atomic<std::size_t> next = 0;
  const auto write = [&] {
    std::deque<Pending> pending;
    for (std::size_t i; (i = next.fetch_add(1)) < records.size();) {
      if (pending.size() == share) {
        must(pending.front().receipt());
        pending.pop_front();
      }
      pending.push_back(must(log->submit(
          arrives == Arrives::verified ? records[i] : must(verify(records[i].envelope())))));
    }
    for (auto& one : pending) must(one.receipt());
  };
  const double took = seconds([&] {
    std::vector<std::jthread> writers;
    for (std::size_t t = 0; t < threads; ++t) writers.emplace_back(write);
  });
  return static_cast<double>(records.size()) / took;
}

/// Ed25519 verifications a second, on all cores.
double verify_rate() {
  const SigningKey key = key_from(3);
  const Bytes message(1024, 7);
  const Signature signature = key.sign(Domain::record, message);
  constexpr std::size_t count = 20'000;
  const double took = seconds([&] {
    for_each_index(count, 64, [&](std::size_t) {
      if (!verify(key.verify_key(), Domain::record, message, signature)) std::abort();
    });
  });
  return count / took;
}

void bench_appends(std::span<const Verified> records, double verify_all_cores) {
  for (const std::size_t in_flight : {1U, 256U, 4096U}) {
    const auto part = records.first(in_flight == 1 ? std::min<std::size_t>(records.size(), 5'000)
                                                   : records.size());
    const double alone = store_rate(part, in_flight);
    print({fmt::format("appends_{}", in_flight), log_rate(part, in_flight, Arrives::verified),
           "records/s", fmt::format("RocksDB alone, {} to a batch", in_flight), alone});
    print({fmt::format("appends_verified_{}", in_flight),
           log_rate(part, in_flight, Arrives::as_bytes), "records/s", "Ed25519 on all cores alone",
           verify_all_cores});
  }
}

void bench_audit(std::span<const Verified> records, double verify_all_cores) {
  const Scratch folder;
  const SystemClock clock;
  const auto store = must(RocksdbStore::open(folder.path()));
  {
    const auto log = must(Log::open(*store, test_log_key(), permit, clock));
    for (auto& receipt : log->append_all({records.begin(), records.end()})) {
      must(std::move(receipt));
    }
  }
  const auto reader = must(Snapshot::open(*store));
  const auto report = audit(*reader, test_verifier(), permit);
  if (!report.is_clean()) std::exit(1);
  print({"audit", static_cast<double>(report.size.value) / report.seconds, "entries/s",
         "Ed25519 on all cores alone", verify_all_cores});
  const double opening = seconds([&] { must(Log::open(*store, test_log_key(), permit, clock)); });
  print({"open", opening * 1e3, "ms", "entries in the log", static_cast<double>(records.size())});
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  std::uint64_t count = 50'000;
  for (int i = 1; i < argument_count; ++i) {
    if (std::string_view(arguments[i]) == "--json") {
      usufruct::is_json = true;
    } else {
      count = std::strtoull(arguments[i], nullptr, 10);
    }
  }
  std::vector<std::optional<usufruct::Verified>> made(count);
  usufruct::for_each_index(count, 64, [&](std::size_t i) {
    made[i] = usufruct::test_record(i, usufruct::envelope_padding);
  });
  std::vector<usufruct::Verified> records;
  for (auto& one : made) records.push_back(*std::move(one));
  fmt::print(stderr, "{} records of {} bytes\n", count, records.at(0).envelope().size());
  const double verify_all_cores = usufruct::verify_rate();
  usufruct::bench_appends(records, verify_all_cores);
  usufruct::bench_audit(records, verify_all_cores);
}
