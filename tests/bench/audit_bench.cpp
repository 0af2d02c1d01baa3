// How fast a log is audited: every record of a realistic log (a party, a trust, a data set, terms,
// then consents) verified, replayed under the real law, every hash compared; each figure beside its
// limit, measured in the same run.
//
//     bench_audit [--json] [records] [folder]
//
// The log is written into `folder` (default: one for temporary files), about 1.1 KiB a record.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <thread>

#include "ledger/audit.h"
#include "ledger/view/memory_graph.h"
#include "tests/support/figure.h"
#include "tests/support/sample_log.h"
#include "tests/support/scratch.h"
#include "trustee/law.h"

namespace usufruct {
namespace {

bool is_json = false;

void print(const Figure& figure) { print_figure(figure, is_json); }

/// Ed25519 verifications a second of the sample's own records, on all cores.
double verify_rate(const SampleLog& sample) {
  constexpr std::size_t count = 40'000;
  const Bytes message = sample.encode_consent(1);
  const Signature signature = sample.key().sign(Domain::record, message);
  const VerifyKey key = sample.key().verify_key();
  return count / seconds_of([&] {
           for_each_index(count, 64, [&](std::size_t) {
             if (!verify(key, Domain::record, message, signature)) std::abort();
           });
         });
}

/// Leaves hashed a second, on all cores, in memory.
double hash_rate(const SampleLog& sample) {
  constexpr std::size_t count = 1'000'000;
  const Bytes entry = encode_entry(SampleLog::begins(), sample.consent_envelope(1));
  return count / seconds_of([&] {
           for_each_index(count, 256, [&](std::size_t) {
             if (hash_leaf(entry) == Digest{}) std::abort();
           });
         });
}

/// Records a second that one thread can put under the law and into the graph.
double law_rate(const SampleLog& sample) {
  constexpr std::size_t count = 50'000;
  std::vector<Verified> records(sample.beginning());
  for (auto& result : verify_all(sample.consents(0, count))) records.push_back(*std::move(result));
  MemoryGraph graph;
  return static_cast<double>(records.size()) / seconds_of([&] {
           for (const auto& record : records) {
             const Candidate candidate{record, graph.size(), SampleLog::begins()};
             if (!usufruct_law(graph, candidate)) std::abort();
             graph.add(
                 {record.id(), candidate.index, candidate.time, record.record(), record.signers()},
                 record.id().digest);
           }
         });
}

double status_bytes(std::string_view field) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field)) return std::atof(line.c_str() + field.size()) * 1024;
  }
  return 0;
}

AuditReport must_audit(const std::filesystem::path& folder, const AuditOptions& options = {}) {
  auto report = audit(FolderReader(folder), test_verifier(), usufruct_law, options);
  if (!report.is_clean()) {
    fmt::print(stderr, "bench_audit: {}: {}\n", report.findings[0].rule,
               report.findings[0].message);
    std::exit(1);
  }
  return report;
}

void bench_one(const std::string& name, const std::filesystem::path& folder, std::uint64_t count,
               const std::string& limit, double limit_rate, const AuditOptions& options = {}) {
  const auto report = must_audit(folder, options);
  const auto rate = static_cast<double>(count) / report.seconds;
  print({name, rate, "records/s", limit, limit_rate});
  if (options.depth != AuditDepth::full) return;
  print({name + "_graph", static_cast<double>(report.graph_bytes) / static_cast<double>(count),
         "bytes/record", "memory of the process, bytes/record",
         status_bytes("VmHWM:") / static_cast<double>(count)});
}

void run(std::uint64_t count, const std::filesystem::path& folder) {
  const SampleLog sample;
  const double verify_all_cores = verify_rate(sample);
  const double hash_all_cores = hash_rate(sample);
  print({"law_and_graph", law_rate(sample), "records/s on one core", "Ed25519 on all cores",
         verify_all_cores});
  const auto single = folder / "single";
  LogFolder::write(single, test_log_key(), count, [&](std::uint64_t i) {
    return encode_entry(SampleLog::begins(), sample.envelope(i));
  });
  std::filesystem::path batched = folder / "batched";
  {
    BatchedSample records(sample, count, 4096);
    LogFolder::write(batched, test_log_key(), count, [&](std::uint64_t i) {
      return encode_entry(SampleLog::begins(), records.envelope(i));
    });
  }
  bench_one("audit_batch_signed", batched, count, "leaf hashes on all cores", hash_all_cores);
  bench_one("hashes_only", single, count, "leaf hashes on all cores", hash_all_cores,
            {.depth = AuditDepth::hashes});
  bench_one("audit_individually_signed", single, count, "Ed25519 on all cores", verify_all_cores);
  bench_one("audit_trusted", single, count, "leaf hashes on all cores", hash_all_cores,
            {.trusted = {count}});
}

}  // namespace
}  // namespace usufruct

int main(int argc, char** argv) {
  std::uint64_t count = 100'000;
  std::optional<std::filesystem::path> folder;
  for (const std::string_view word : std::span(argv, static_cast<std::size_t>(argc)).subspan(1)) {
    if (word == "--json") {
      usufruct::is_json = true;
    } else if (word.find_first_not_of("0123456789") == std::string_view::npos) {
      count = std::strtoull(std::string(word).c_str(), nullptr, 10);
    } else {
      folder = word;
    }
  }
  const usufruct::Scratch scratch;
  usufruct::run(count, folder.value_or(scratch.path()));
}
