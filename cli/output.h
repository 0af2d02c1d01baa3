#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/world.h"
#include "crypto/base/json.h"
#include "crypto/base/result.h"

namespace usufruct::cli {

inline constexpr int exit_ok = 0;
inline constexpr int exit_bug = 1;
inline constexpr int exit_usage = 2;
inline constexpr int exit_interrupted = 130;

/// Wrong words on the command line, found by a command itself: exit status 2.
std::unexpected<Error> usage(std::string message, std::string hint = {});

/// The exit status of an error, and its name in JSON: specs/errors.def, or `usage`.
int exit_status_of(const Error& error);
std::string_view name_of(const Error& error);

/// What a command has to say. The text goes to stdout, or with --json the object; notes and what
/// can follow go to stderr. A failure comes after it all and gives the exit status: for commands
/// that found something wrong and still have a result to show.
struct Answer {
  Json json = Json::object();
  std::string text{};
  std::vector<std::string> notes{};
  std::vector<std::string> next{};  ///< commands
  std::optional<Error> failure{};
};

enum class Form { text, json };
enum class Colour { automatic, always, never };

/// The two streams of a command (specs/cli: result on stdout, everything said about it on stderr).
class Output {
 public:
  Output(World& world, Form form, Colour colour, bool quiet);

  /// Prints an answer and says with which status to leave.
  int print(const Answer& answer);
  /// Prints an error, three lines or one JSON object, and says with which status to leave.
  int print(const Error& error);
  /// One line about the result, on stderr; nothing with --quiet or --json.
  void note(std::string_view line);

  Form form() const { return form_; }
  bool is_quiet() const { return quiet_; }

 private:
  std::string paint(std::string_view text, std::string_view code) const;

  World& world_;
  Form form_;
  bool colour_on_err_;
  bool quiet_;
};

}  // namespace usufruct::cli
