#pragma once

#include <chrono>
#include <string>

#include "cli/command.h"
#include "trustee/http/server.h"

namespace usufruct::cli {

/// Where a command that serves listens, and what it writes of it.
struct Listening {
  std::string listen = "127.0.0.1:8080";
  std::string certificate;
  std::string key;
  bool plain_anywhere = false;
  unsigned threads = 1;
  std::size_t connections = 4096;
  std::string log = "-";
};

/// How long what runs has to finish once a server is told to stop.
inline constexpr std::chrono::seconds stop_bound{20};

/// `--listen --cert --cert-key --plain-http --threads --connections --log`.
void add_listening(CLI::App& verb, Listening& options);
Result<http::ServerOptions> server_options(const Listening& options);
/// Lines of JSON to stdout for `-`, to a file, or nowhere for `none`.
Result<http::AccessLog::Write> access_log_of(Context& context, const Listening& options);

}  // namespace usufruct::cli
