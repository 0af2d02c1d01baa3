#include "cli/listening.h"

#include <fmt/format.h>

#include <fstream>
#include <memory>

#include "crypto/base/text.h"

namespace usufruct::cli {

void add_listening(CLI::App& verb, Listening& options) {
  verb.add_option("--listen", options.listen, "address and port; port 0 takes a free one")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  auto* certificate =
      verb.add_option("--cert", options.certificate, "PEM: the certificate and its chain")
          ->type_name("FILE");
  auto* key = verb.add_option("--cert-key", options.key, "PEM: the certificate's private key")
                  ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  verb.add_flag("--plain-http", options.plain_anywhere,
                "no TLS beyond this machine: for behind a proxy that speaks it");
  verb.add_option("--threads", options.threads, "threads that serve connections")
      ->check(CLI::Range(1U, 64U))
      ->capture_default_str();
  verb.add_option("--connections", options.connections, "connections at once")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  verb.add_option("--log", options.log, "a line of JSON per request: a file, - or none")
      ->type_name("FILE")
      ->capture_default_str();
}

Result<http::ServerOptions> server_options(const Listening& options) {
  const auto colon = options.listen.rfind(':');
  std::string_view host = std::string_view(options.listen).substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto port = colon == std::string::npos
                        ? Result<std::uint64_t>(malformed("no port"))
                        : parse_decimal(std::string_view(options.listen).substr(colon + 1));
  if (!port || *port > 65'535 || host.empty()) {
    return usage(fmt::format("--listen: '{}' is no address and port", printable(options.listen)),
                 "write it as 127.0.0.1:8080 or [::1]:8080");
  }
  http::ServerOptions server{.host = std::string(host),
                             .port = static_cast<std::uint16_t>(*port),
                             .threads = options.threads};
  if (!options.certificate.empty()) server.tls = http::TlsFiles{options.certificate, options.key};
  if (options.plain_anywhere) server.plain = http::Plain::anywhere;
  server.limits.connections = options.connections;
  return server;
}

Result<http::AccessLog::Write> access_log_of(Context& context, const Listening& options) {
  if (options.log == "none") return http::AccessLog::Write{};
  if (options.log == "-") {
    return http::AccessLog::Write([&out = context.world().out](std::string_view lines) {
      out << lines;
      out.flush();
    });
  }
  const auto file = std::make_shared<std::ofstream>(options.log, std::ios::app);
  if (!*file) {
    return unavailable(fmt::format("cannot write the log {}", options.log),
                       "name a file in a folder that is there, - or none");
  }
  return http::AccessLog::Write([file](std::string_view lines) {
    *file << lines;
    file->flush();
  });
}

}  // namespace usufruct::cli
