// How many checkpoints a witness cosigns a second, in process and over HTTP, for one log that waits
// for each answer and for many side by side; beside what one core and the disk need for the least
// that has to be done for each: verify a signature, make one, and sync one write.
//
//     bench_witness [--json] [requests]
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <latch>
#include <string_view>
#include <thread>

#include "ledger/head_guard.h"
#include "ledger/store/rocksdb_store.h"
#include "ledger/witness.h"
#include "tests/support/scratch.h"
#include "tests/support/witnessed_log.h"
#include "trustee/http/client.h"
#include "trustee/http/server.h"
#include "trustee/http/witness_face.h"

namespace usufruct {
namespace {

using Steady = std::chrono::steady_clock;

struct Figure {
  std::string name;
  double per_second = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

bool is_json = false;
double baseline = 0;  ///< verify, sign and sync one after the other, a second

void print(const Figure& figure) {
  const double ratio = figure.per_second / baseline;
  if (is_json) {
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.6g},\"unit\":\"/s\",\"p50_ms\":{:.4g},\"p99_ms\":{:.4g},"
        "\"baseline\":\"verify + sign + sync\",\"baseline_value\":{:.6g},\"ratio\":{:.4g}}}\n",
        figure.name, figure.per_second, figure.p50_ms, figure.p99_ms, baseline, ratio);
  } else {
    fmt::print(
        "{}: {:.0f}/s, p50 {:.3f} ms, p99 {:.3f} ms; verify + sign + sync: {:.0f}/s; "
        "ratio {:.2f}\n",
        figure.name, figure.per_second, figure.p50_ms, figure.p99_ms, baseline, ratio);
  }
  std::fflush(stdout);
}

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "bench_witness: {}\n", result.error().message);
  std::exit(1);
}

double seconds_since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

/// A log with the bodies it will send, made beforehand: each grows it by one entry.
struct Client {
  ListedLog listed;
  std::vector<std::string> bodies;
};

std::vector<Client> make_clients(std::size_t count, std::size_t each) {
  std::vector<Client> clients;
  for (std::size_t i = 0; i < count; ++i) {
    // From a thousand on, so that a proof has the length it has in a real log.
    constexpr std::uint64_t first = 1000;
    WitnessedLog log(fmt::format("log{}.example", i), 1000 + i);
    log.grow_to(first + each);
    Client client{log.listed(), {log.body(0, first)}};
    for (std::uint64_t n = 0; n < each; ++n)
      client.bodies.push_back(log.body(first + n, first + n + 1));
    clients.push_back(std::move(client));
  }
  return clients;
}

/// A witness on disk, as it is served.
struct Place {
  explicit Place(const std::vector<Client>& clients) {
    store = must(RocksdbStore::open(folder.path() / "store"));
    guard = must(FileHeadGuard::open(folder.path() / "guard"));
    witness = must(Witness::open(*store, {"witness.example", key_from(40)}, clock, guard.get()));
    std::vector<ListedLog> logs;
    for (const auto& client : clients) logs.push_back(client.listed);
    witness->set_logs(logs);
  }
  Scratch folder;
  SystemClock clock;
  std::unique_ptr<RocksdbStore> store;
  std::unique_ptr<FileHeadGuard> guard;
  std::unique_ptr<Witness> witness;
};

void measure_baseline(std::size_t rounds) {
  const Scratch folder;
  const auto store = must(RocksdbStore::open(folder.path() / "store"));
  const SigningKey key = key_from(1);
  const std::string text =
      "a text as long as a checkpoint is, with an origin and a size and a root";
  const Signature signature = key.sign(Domain::note, as_view(text));
  const auto begin = Steady::now();
  for (std::size_t i = 0; i < rounds; ++i) {
    if (!verify(key.verify_key(), Domain::note, as_view(text), signature)) std::exit(1);
    key.sign(Domain::cosignature, as_view(text));
    Batch batch;
    batch.put("C", Bytes(400));
    if (!store->commit(batch)) std::exit(1);
  }
  baseline = static_cast<double>(rounds) / seconds_since(begin);
}

Figure figure_of(std::string name, std::vector<double> times_ms, double seconds) {
  std::ranges::sort(times_ms);
  const auto at = [&](double share) {
    return times_ms[static_cast<std::size_t>(share * static_cast<double>(times_ms.size() - 1))];
  };
  return {std::move(name), static_cast<double>(times_ms.size()) / seconds, at(0.5), at(0.99)};
}

/// Each client a thread that waits for its answers, which `ask` gets.
template <class MakeAsk>
Figure run_clients(std::string name, const std::vector<Client>& clients, const MakeAsk& make_ask) {
  std::vector<std::vector<double>> times(clients.size());
  std::latch ready(static_cast<std::ptrdiff_t>(clients.size()) + 1);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < clients.size(); ++i) {
    threads.emplace_back([&, i] {
      auto ask = make_ask();
      if (ask(clients[i].bodies[0]) != 200) std::exit(1);
      ready.arrive_and_wait();
      for (std::size_t n = 1; n < clients[i].bodies.size(); ++n) {
        const auto begin = Steady::now();
        if (ask(clients[i].bodies[n]) != 200) std::exit(1);
        times[i].push_back(seconds_since(begin) * 1000);
      }
    });
  }
  ready.arrive_and_wait();
  const auto begin = Steady::now();
  for (auto& thread : threads) thread.join();
  const double seconds = seconds_since(begin);
  std::vector<double> all;
  for (const auto& some : times) all.insert(all.end(), some.begin(), some.end());
  return figure_of(std::move(name), std::move(all), seconds);
}

void measure_in_process(const std::vector<Client>& clients, std::string_view what) {
  const Place place(clients);
  print(run_clients(fmt::format("in process, {}", what), clients, [&] {
    return [&](const std::string& body) { return place.witness->add_checkpoint(body).status; };
  }));
  const WitnessCounts counts = place.witness->counts();
  if (!is_json) {
    fmt::print("  {:.1f} cosignatures a commit\n",
               static_cast<double>(counts.cosigned) / static_cast<double>(counts.commits));
  }
}

void measure_http(const std::vector<Client>& clients, std::string_view what) {
  const Place place(clients);
  http::Workers workers(4, 4096);
  http::Metrics metrics;
  http::AccessLog access_log{{}};
  const http::WitnessFace face(*place.witness, workers, metrics);
  const auto server = must(http::Server::start({.limits = http::witness_limits()}, face.handler(),
                                               place.clock, metrics, access_log));
  print(run_clients(fmt::format("over HTTP, {}", what), clients, [&] {
    std::shared_ptr<http::Client> client = must(http::Client::open(server->url()));
    return [client](const std::string& body) {
      return must(client->post("/add-checkpoint", "text/plain", as_view(body))).status;
    };
  }));
}

int run(std::size_t requests) {
  measure_baseline(std::min<std::size_t>(requests, 2000));
  for (const std::size_t count : {1, 32, 256}) {
    const auto clients = make_clients(count, std::max<std::size_t>(requests / count, 4));
    const std::string what = count == 1 ? "one log" : fmt::format("{} logs", count);
    measure_in_process(clients, what);
    measure_http(clients, what);
  }
  return 0;
}

}  // namespace
}  // namespace usufruct

int main(int argc, char** argv) {
  std::size_t requests = 4000;
  for (int i = 1; i < argc; ++i) {
    if (std::string_view(argv[i]) == "--json") {
      usufruct::is_json = true;
    } else {
      requests = std::strtoull(argv[i], nullptr, 10);
    }
  }
  return usufruct::run(std::max<std::size_t>(requests, 100));
}
