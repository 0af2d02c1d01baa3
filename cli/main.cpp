#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/app.h"
#include "cli/output.h"
#include "crypto/base/time.h"
#include "crypto/random.h"

namespace {

/// Stops at once. The ledger and every file are written all or nothing, so nothing is half done.
extern "C" void interrupted(int) {
  constexpr std::string_view line =
      "\nusufruct: interrupted: what was acknowledged is recorded, the rest is not; run it again\n";
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  ::_exit(usufruct::cli::exit_interrupted);
}

/// Takes the place of a closed standard stream with one that only fails: else the next file opened
/// would get its number, and what is printed would go into that file.
void keep_standard_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) != -1) continue;
    const int got = ::open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (got != stream) ::_exit(usufruct::cli::exit_bug);
  }
}

std::optional<std::string> environment(std::string_view name) {
  const char* value = std::getenv(std::string(name).c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  keep_standard_streams();
  std::signal(SIGINT, interrupted);
  const usufruct::SystemClock clock;
  usufruct::SystemChance chance;
  usufruct::cli::World world{
      .clock = clock,
      .chance = chance,
      .in = std::cin,
      .out = std::cout,
      .err = std::cerr,
      .terminals = {.in = ::isatty(STDIN_FILENO) == 1,
                    .out = ::isatty(STDOUT_FILENO) == 1,
                    .err = ::isatty(STDERR_FILENO) == 1},
      .environment = environment,
  };
  try {
    return usufruct::cli::run(std::vector<std::string>(argv + 1, argv + argc), world);
  } catch (const std::exception& error) {
    std::cerr << "usufruct: error: unexpected: " << error.what()
              << "\nusufruct: hint: this is a fault of the program; please report it\n";
    return usufruct::cli::exit_bug;
  }
}
