#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>

#include "cli/command.h"
#include "cli/listening.h"
#include "cli/table.h"
#include "cli/witness_watch.h"
#include "crypto/base/text.h"
#include "trustee/http/server.h"
#include "trustee/http/stop_signals.h"
#include "trustee/log_node.h"
#include "trustee/log_witnesses.h"
#include "trustee/opened_log.h"

namespace usufruct::cli {
namespace {

/// For what is not in memory and for printing: reading may wait for the disk.
constexpr unsigned worker_threads = 2;
constexpr std::size_t worker_queue_max = 4096;

struct Serve {
  Listening listening;
  std::string witness_mode;  ///< empty: as the workspace says
};

Answer ready(const http::Server& server, const Workspace& workspace,
             const LogWitnesses* witnesses) {
  Answer answer;
  answer.json.set("url", server.url())
      .set("origin", workspace.origin())
      .set("log_vkey", workspace.log_vkey());
  answer.notes = {
      fmt::format("serving {} at {}", workspace.origin(), server.url()),
      fmt::format("vkey {}", workspace.log_vkey()),
      fmt::format("try: curl {}/checkpoint", server.url()),
      fmt::format("try: curl --data-binary @R.envelope -H 'content-type: application/octet-stream' "
                  "{}/v1/records",
                  server.url()),
      "stop it with ctrl-c: what was begun is finished first",
  };
  if (witnesses != nullptr) {
    const std::size_t count = witnesses->policy().witnesses().size();
    answer.notes.insert(answer.notes.begin() + 1,
                        fmt::format("each checkpoint is shown to {} before it is published",
                                    count == 1 ? "1 witness" : fmt::format("{} witnesses", count)));
  }
  return answer;
}

Result<Answer> serve(Context& context, const Serve& options) {
  // First of all: every thread made from here on leaves the two signals to this one.
  http::StopSignals signals;
  const Workspace& workspace = *TRY(context.workspace());
  const WitnessMode mode = options.witness_mode.empty()       ? witness_mode_of(workspace)
                           : options.witness_mode == "prefer" ? WitnessMode::prefer
                                                              : WitnessMode::require;
  const auto witnesses = TRY(LogWitnesses::open(workspace, context.world().clock, mode));
  const OpenedLog opened = TRY(OpenedLog::open(workspace, context.world().clock,
                                               witnesses ? &witnesses->cosigner() : nullptr));
  http::Workers workers(worker_threads, worker_queue_max);
  Intake intake(opened.log());
  http::Metrics metrics;
  http::AccessLog access_log(TRY(access_log_of(context, options.listening)));
  auto parts = node_parts(opened.store(), opened.log(), intake);
  if (witnesses) {
    parts.more = [&](http::PrometheusText& text) { witnesses->print_to(text); };
  }
  http::Node node(std::move(parts), workers, metrics);
  const auto server =
      TRY(http::Server::start(TRY(server_options(options.listening)), node.handler(),
                              context.world().clock, metrics, access_log));
  context.output().print(ready(*server, workspace, witnesses.get()));
  std::optional<WitnessWatch> watch;
  if (witnesses) {
    watch.emplace(*witnesses, [&](const std::string& line) { context.output().note(line); });
  }
  const int signal = signals.wait();
  watch.reset();
  context.output().note(fmt::format("stopping: {}", signal == SIGINT ? "interrupted" : "told to"));
  server->stop(stop_bound);
  Answer answer;
  const std::uint64_t size = opened.log().state().size;
  answer.json.set("requests", metrics.requests()).set("size", size);
  answer.notes.push_back(fmt::format("answered {}; the log has {}",
                                     count_of(metrics.requests(), "request"),
                                     size == 1 ? "1 entry" : fmt::format("{} entries", size)));
  return answer;
}

}  // namespace

void add_log_serve(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Serve>();
  auto& verb = commands.verb(
      noun, "serve",
      {.line = "serve the log over HTTP: tiles, records, receipts, metrics",
       .examples =
           {"usufruct log serve", "usufruct log serve --listen 127.0.0.1:0 --log none",
            "usufruct log serve --listen 0.0.0.0:443 --cert fullchain.pem --cert-key key.pem"},
       .details =
           "Others read the log as C2SP tlog-tiles says (/checkpoint, /tile/…), send records to\n"
           "POST /v1/records and get their receipts in the answer. Each request is a line of JSON\n"
           "on stdout. It runs until SIGINT or SIGTERM, and then finishes what it began.\n"
           "The paths are described in specs/openapi.yaml."},
      [options](Context& context) { return serve(context, *options); });
  add_listening(verb, options->listening);
  verb.add_option("--witness-mode", options->witness_mode,
                  "without a quorum of its witnesses: require publishes nothing, prefer publishes; "
                  "when not said, witness_mode in usufruct.yaml, else require")
      ->type_name("MODE")
      ->check(CLI::IsMember({"require", "prefer"}));
}

}  // namespace usufruct::cli
