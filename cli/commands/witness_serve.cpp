#include <fmt/format.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <thread>

#include "cli/command.h"
#include "cli/listening.h"
#include "cli/table.h"
#include "trustee/http/server.h"
#include "trustee/http/stop_signals.h"
#include "trustee/http/witness_face.h"
#include "trustee/witness_folder.h"

namespace usufruct::cli {
namespace {

/// One commits while others verify; more threads than cores help where the disk is slow.
constexpr unsigned worker_threads = 4;
constexpr std::size_t worker_queue_max = 4096;
constexpr std::chrono::milliseconds reload_interval{500};

struct Serve {
  std::string folder;
  int split_status = 409;
  Listening listening{.listen = "127.0.0.1:8081"};
};

/// Takes up a changed list of logs while the witness runs.
class LogsWatch {
 public:
  LogsWatch(const WitnessFolder& folder, Witness& witness, std::function<void(std::string)> note)
      : folder_(folder), witness_(witness), note_(std::move(note)), seen_(stamp()) {
    thread_ = std::thread([this] { run(); });
  }
  ~LogsWatch() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    over_.notify_all();
    thread_.join();
  }
  LogsWatch(const LogsWatch&) = delete;
  LogsWatch& operator=(const LogsWatch&) = delete;

 private:
  std::filesystem::file_time_type stamp() const {
    std::error_code ignored;
    return std::filesystem::last_write_time(folder_.logs_path(), ignored);
  }
  void run() {
    std::unique_lock lock(mutex_);
    while (!over_.wait_for(lock, reload_interval, [&] { return is_over_; })) {
      if (const auto now = stamp(); now != seen_) {
        seen_ = now;
        reload();
      }
    }
  }
  void reload() {
    const auto logs = folder_.logs();
    if (!logs) return note_(fmt::format("the old list of logs holds: {}", logs.error().message));
    witness_.set_logs(*logs);
    note_(fmt::format("now serving {}", count_of(logs->size(), "log")));
  }

  const WitnessFolder& folder_;
  Witness& witness_;
  std::function<void(std::string)> note_;
  std::filesystem::file_time_type seen_;
  std::mutex mutex_;
  std::condition_variable over_;
  bool is_over_ = false;  ///< guarded by mutex_
  std::thread thread_;
};

Answer ready(const http::Server& server, const WitnessFolder& folder, std::size_t logs) {
  const std::string vkey = print_vkey(folder.verifier());
  Answer answer;
  answer.json.set("url", server.url()).set("witness_vkey", vkey).set("logs", logs);
  answer.notes = {
      fmt::format("{} witnesses {} at {}", folder.verifier().name, count_of(logs, "log"),
                  server.url()),
      fmt::format("vkey {}", vkey),
      fmt::format("a log here asks it after: usufruct witness add {} --url {}", vkey, server.url()),
      "stop it with ctrl-c: what was begun is finished first",
  };
  return answer;
}

Result<Answer> serve(Context& context, const Serve& options) {
  // First of all: every thread made from here on leaves the two signals to this one.
  http::StopSignals signals;
  const auto folder = TRY(WitnessFolder::open(options.folder));
  const WitnessOptions rules{.split_status = options.split_status == 422
                                                 ? SplitStatus::unprocessable
                                                 : SplitStatus::conflict};
  const auto opened = TRY(OpenedWitness::open(folder, context.world().clock, rules));
  http::Workers workers(worker_threads, worker_queue_max);
  http::Metrics metrics;
  http::AccessLog access_log(TRY(access_log_of(context, options.listening)));
  const http::WitnessFace face(opened.witness(), workers, metrics);
  auto listening = TRY(server_options(options.listening));
  listening.limits = http::witness_limits();
  listening.limits.connections = options.listening.connections;
  const auto server = TRY(
      http::Server::start(listening, face.handler(), context.world().clock, metrics, access_log));
  context.output().print(ready(*server, folder, TRY(folder.logs()).size()));
  {
    const LogsWatch watch(folder, opened.witness(),
                          [&](std::string line) { context.output().note(line); });
    signals.wait();
  }
  context.output().note("stopping");
  server->stop(stop_bound);
  const WitnessCounts counts = opened.witness().counts();
  Answer answer;
  answer.json.set("requests", metrics.requests()).set("cosigned", counts.cosigned);
  answer.notes.push_back(fmt::format("cosigned {}", count_of(counts.cosigned, "checkpoint")));
  return answer;
}

}  // namespace

void add_witness_serve(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Serve>();
  auto& verb = commands.verb(
      noun, "serve",
      {.line = "serve a witness over HTTP: cosign what continues what it cosigned",
       .examples = {"usufruct witness serve w1", "usufruct witness serve w1 --listen 127.0.0.1:0",
                    "usufruct witness serve w1 --listen 0.0.0.0:443 --cert chain.pem "
                    "--cert-key key.pem"},
       .details =
           "Logs ask POST /add-checkpoint (C2SP tlog-witness v1.0.0); anybody sees what was\n"
           "cosigned last at /<hex SHA-256 of the origin>/checkpoint. It runs until SIGINT\n"
           "or SIGTERM. Logs added meanwhile are taken up within a second."},
      [options](Context& context) { return serve(context, *options); });
  verb.add_option("DIR", options->folder, "folder of the witness")->required();
  verb.add_option("--split-status", options->split_status,
                  "answer to another root of the same size: 409 (v1.0.0) or 422 (its draft)")
      ->type_name("STATUS")
      ->check(CLI::IsMember({409, 422}))
      ->capture_default_str();
  add_listening(verb, options->listening);
}

}  // namespace usufruct::cli
