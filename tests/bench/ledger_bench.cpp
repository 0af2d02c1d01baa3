// How fast records get into a log, acknowledged under a published checkpoint, under the real law:
// each figure beside its limit, measured in the same run.
//
//     bench_ledger [--json] [--only WORD] [records] [folder]
//
// The records are those of a data set with many subjects (tests/support/sample_log.h), entries of
// about 1 KiB, signed one by one and in batches of 65,536. The last log is closed and opened again,
// and what it takes on the disk is counted; it lies in `folder` (default: one for temporary files).
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string_view>
#include <thread>

#include "ledger/intake.h"
#include "ledger/store/layout.h"
#include "ledger/store/rocksdb_store.h"
#include "tests/support/figure.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"
#include "trustee/law.h"

namespace usufruct {
namespace {

constexpr std::size_t one_by_one_count = 3'000;
constexpr std::size_t signed_alone_count_max = 200'000;

bool is_json = false;

void print(const Figure& figure) { print_figure(figure, is_json); }

using Seconds = std::chrono::duration<double>;
using Moment = std::chrono::steady_clock;

double percentile(std::vector<double> values, double part) {
  std::ranges::sort(values);
  return values.empty()
             ? 0
             : values[static_cast<std::size_t>(part * static_cast<double>(values.size() - 1))];
}

/// A log with all that is around it, in a folder.
struct Open {
  explicit Open(const std::filesystem::path& folder)
      : store(must(RocksdbStore::open(folder / "store"))),
        guard(must(FileHeadGuard::open(folder / "head"))),
        log(must(Log::open(*store, test_log_key(), usufruct_law, clock, guard.get()))) {}

  SystemClock clock;
  std::unique_ptr<RocksdbStore> store;
  std::unique_ptr<FileHeadGuard> guard;
  std::unique_ptr<Log> log;
};

/// RocksDB alone: values of 1 KiB, or pages of 32 entries as the log writes them, so many bytes to
/// a synced batch.
double store_rate(const Bytes& entry, std::size_t count, std::size_t at_once) {
  const Scratch folder;
  const auto store = must(RocksdbStore::open(folder.path()));
  Bytes page;
  for (unsigned i = 0; i < layout::page_entries; ++i) append_to_bundle(page, entry);
  const std::size_t step = at_once == 1 ? 1 : layout::page_entries;
  const double took = seconds_of([&] {
    for (std::size_t from = 0; from < count; from += at_once) {
      Batch batch;
      for (std::size_t i = from; i < std::min(from + at_once, count); i += step) {
        batch.put(layout::entry_key({i}), step == 1 ? entry : page);
      }
      if (!store->commit(batch)) std::exit(1);
    }
  });
  return static_cast<double>(count) / took;
}

/// Ed25519 verifications a second of the sample's own records, on all cores.
double verify_rate(const SampleLog& sample) {
  constexpr std::size_t count = 20'000;
  const Bytes message = sample.encode_consent(1);
  const Signature signature = sample.key().sign(Domain::record, message);
  const VerifyKey key = sample.key().verify_key();
  return count / seconds_of([&] {
           for_each_index(count, 64, [&](std::size_t) {
             if (!verify(key, Domain::record, message, signature)) std::abort();
           });
         });
}

void bench_one_by_one(const SampleLog& sample) {
  const Scratch folder;
  Open open(folder.path());
  for (const auto& record : sample.beginning()) must(open.log->append(record));
  const auto envelopes = sample.consents(0, one_by_one_count);
  std::vector<double> milliseconds;
  for (const auto& envelope : envelopes) {
    const Verified record = must(verify(envelope));
    milliseconds.push_back(1e3 * seconds_of([&] { must(open.log->append(record)); }));
  }
  const Bytes entry = encode_entry(SampleLog::begins(), envelopes[0]);
  const double sync = 1e3 / store_rate(entry, one_by_one_count, 1);
  print({"one_client_p50", percentile(milliseconds, 0.5), "ms", "one synced put, mean", sync});
  print({"one_client_p99", percentile(milliseconds, 0.99), "ms", "one synced put, mean", sync});
}

/// Bytes submitted in groups, so many of them on their way at any moment.
struct Load {
  std::size_t group;
  std::size_t groups_in_flight;
};

struct Measured {
  double rate;
  double p50_ms;
  double p99_ms;
};

Measured submit_all(Log& log, std::vector<Bytes> envelopes, Load load) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t in_flight = 0;
  std::vector<double> milliseconds;
  const std::size_t count = envelopes.size();
  const double took = seconds_of([&] {
    Intake intake(log);
    for (std::size_t from = 0; from < count; from += load.group) {
      const std::size_t to = std::min(count, from + load.group);
      std::vector<Bytes> group(std::make_move_iterator(envelopes.begin() + long(from)),
                               std::make_move_iterator(envelopes.begin() + long(to)));
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return in_flight < load.groups_in_flight; });
      ++in_flight;
      lock.unlock();
      const auto start = Moment::now();
      const auto done = [&, start](std::vector<Result<Receipt>> receipts) {
        for (auto& receipt : receipts) must(std::move(receipt));
        const std::lock_guard guard(mutex);
        --in_flight;
        milliseconds.push_back(1e3 * Seconds(Moment::now() - start).count());
        changed.notify_one();
      };
      if (auto submitted = intake.submit(std::move(group), done); !submitted) {
        must(Result<int>(std::unexpected(submitted.error())));
      }
    }
  });
  return {static_cast<double>(count) / took, percentile(milliseconds, 0.5),
          percentile(milliseconds, 0.99)};
}

void print_load(const std::string& name, const Measured& measured, const std::string& baseline,
                double baseline_rate) {
  print({name, measured.rate, "records/s", baseline, baseline_rate});
  print({name + "_p50", measured.p50_ms, "ms", "p99", measured.p99_ms});
}

void bench_signed_alone(const SampleLog& sample, std::size_t count, double verify_all_cores) {
  const Scratch folder;
  Open open(folder.path());
  for (const auto& record : sample.beginning()) must(open.log->append(record));
  const auto envelopes = sample.consents(0, count);
  print_load("signed_alone", submit_all(*open.log, envelopes, {64, 64}),
             "Ed25519 on all cores alone", verify_all_cores);
}

std::uint64_t bytes_in(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder)) {
    if (file.is_regular_file()) bytes += file.file_size();
  }
  return bytes;
}

/// Consents signed `batch_records_max` at a time.
std::vector<Bytes> signed_in_batches(const SampleLog& sample, std::uint64_t from,
                                     std::uint64_t to) {
  std::vector<Bytes> envelopes;
  envelopes.reserve(to - from);
  while (from < to) {
    const std::uint64_t end = std::min<std::uint64_t>(to, from + batch_records_max);
    std::vector<Record> records(end - from);
    for_each_index(records.size(), 64,
                   [&](std::size_t i) { records[i] = sample.consent(from + i); });
    for (const auto& record : must(sign_batch(records, sample.key()))) {
      envelopes.push_back(record.envelope());
    }
    from = end;
  }
  return envelopes;
}

/// A long log, in rounds of what one batch signs; then closed and opened again.
void bench_batches(std::size_t count, const std::filesystem::path& folder, double store_alone) {
  // Shorter records: with their paths the entries are of about 1 KiB again.
  const SampleLog sample(1024 - 32 * 16);
  double took = 0;
  double entry_bytes = 0;
  std::vector<double> p50;
  std::vector<double> p99;
  {
    Open open(folder);
    for (const auto& record : sample.beginning()) must(open.log->append(record));
    for (std::size_t from = 0; from < count; from += 4 * batch_records_max) {
      auto envelopes =
          signed_in_batches(sample, from, std::min(count, from + 4 * batch_records_max));
      for (const auto& envelope : envelopes) {
        entry_bytes += static_cast<double>(envelope.size() + entry_time_bytes);
      }
      const double some = static_cast<double>(envelopes.size());
      const Measured measured = submit_all(*open.log, std::move(envelopes), {512, 8});
      took += some / measured.rate;
      p50.push_back(measured.p50_ms);
      p99.push_back(measured.p99_ms);
    }
    took += seconds_of([&] {
      open.log.reset();
      open.guard.reset();
      open.store.reset();
    });
  }
  const double rate = static_cast<double>(count) / took;
  print_load("signed_in_batches", {rate, percentile(p50, 0.5), percentile(p99, 1)},
             "RocksDB alone, the same pages, 4,096 entries to a batch", store_alone);
  print({"stored_bytes", static_cast<double>(bytes_in(folder)) / entry_bytes, "per byte logged",
         "bytes an entry", entry_bytes / static_cast<double>(count)});
  const double opening = seconds_of([&] { Open open(folder); });
  print({"open", opening * 1e3, "ms", "entries in the log", static_cast<double>(count)});
}

/// Without verification: what the writing thread does, and all it waits for.
void bench_writer(const SampleLog& sample, std::size_t count, double store_alone) {
  const Scratch folder;
  Open open(folder.path());
  for (const auto& record : sample.beginning()) must(open.log->append(record));
  std::vector<Verified> records;
  for (auto& record : verify_all(sample.consents(0, count)))
    records.push_back(must(std::move(record)));
  double took = 0;
  took += seconds_of([&] {
    for (auto& receipt : open.log->append_all(std::move(records))) must(std::move(receipt));
  });
  print({"writer", static_cast<double>(count) / took, "records/s",
         "RocksDB alone, the same pages, 4,096 entries to a batch", store_alone});
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  using namespace usufruct;
  std::size_t count = 200'000;
  std::filesystem::path folder;
  std::string_view only;
  for (int i = 1; i < argument_count; ++i) {
    const std::string_view word = arguments[i];
    if (word == "--json") {
      is_json = true;
    } else if (word == "--only" && i + 1 < argument_count) {
      only = arguments[++i];
    } else if (word.find_first_not_of("0123456789") == word.npos) {
      count = std::strtoull(arguments[i], nullptr, 10);
    } else {
      folder = word;
    }
  }
  const SampleLog sample;
  const Bytes entry = encode_entry(SampleLog::begins(), sample.consent_envelope(0));
  fmt::print(stderr, "{} records, entries of {} bytes\n", count, entry.size());
  const auto wanted = [&](std::string_view name) { return name.find(only) != name.npos; };
  const std::size_t some = std::min(count, signed_alone_count_max);
  if (wanted("one_client")) bench_one_by_one(sample);
  if (wanted("signed_alone")) bench_signed_alone(sample, some, verify_rate(sample));
  const double store_alone = store_rate(entry, std::min<std::size_t>(count, 200'000), 4'096);
  if (wanted("writer")) bench_writer(sample, some, store_alone);
  if (!wanted("signed_in_batches")) return 0;
  std::optional<Scratch> scratch;
  if (folder.empty()) folder = scratch.emplace().path();
  std::filesystem::create_directories(folder);
  bench_batches(count, folder, store_alone);
}
