#include "cli/output.h"

#include <fmt/format.h>

#include <ostream>

#include "crypto/base/text.h"

namespace usufruct::cli {
namespace {

constexpr std::string_view usage_rule = "usage";
constexpr std::size_t message_bytes_max = 4000;

bool wants_colour(const World& world, Colour colour) {
  switch (colour) {
    case Colour::always:
      return true;
    case Colour::never:
      return false;
    case Colour::automatic:
      break;
  }
  return world.terminals.err && world.environment("NO_COLOR").value_or("").empty() &&
         world.environment("TERM").value_or("dumb") != "dumb";
}

bool is_usage(const Error& error) { return error.rule == usage_rule; }

}  // namespace

std::unexpected<Error> usage(std::string message, std::string hint) {
  return std::unexpected(
      Error{Code::malformed, std::move(message), std::move(hint), std::string(usage_rule)});
}

int exit_status_of(const Error& error) {
  return is_usage(error) ? exit_usage : row_of(error.code).exit_status;
}

std::string_view name_of(const Error& error) {
  return is_usage(error) ? usage_rule : row_of(error.code).name;
}

Output::Output(World& world, Form form, Colour colour, bool quiet)
    : world_(world), form_(form), colour_on_err_(wants_colour(world, colour)), quiet_(quiet) {}

std::string Output::paint(std::string_view text, std::string_view code) const {
  if (!colour_on_err_) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

int Output::print(const Answer& answer) {
  if (form_ == Form::json) {
    world_.out << answer.json.print() << '\n';
  } else {
    world_.out << answer.text;
    if (!answer.text.empty() && !answer.text.ends_with('\n')) world_.out << '\n';
  }
  world_.out.flush();
  if (!world_.out) {
    return print(unavailable("cannot write the result to standard output",
                             "what the command did is done: look before you run it again")
                     .error());
  }
  for (const auto& line : answer.notes) note(line);
  for (const auto& line : answer.next) note("next: " + line);
  return answer.failure ? print(*answer.failure) : exit_ok;
}

int Output::print(const Error& error) {
  const int status = exit_status_of(error);
  if (form_ == Form::json) {
    Json body = Json::object();
    body.set("code", name_of(error)).set("message", error.message);
    if (!error.hint.empty()) body.set("hint", error.hint);
    if (!error.rule.empty() && !is_usage(error)) body.set("rule", error.rule);
    body.set("exit_status", status);
    world_.err << Json::object().set("error", std::move(body)).print() << '\n';
  } else {
    const std::string rule =
        error.rule.empty() || is_usage(error) ? "" : fmt::format(" (rule {})", error.rule);
    world_.err << "usufruct: " << paint("error:", "1;31") << ' '
               << printable(error.message, message_bytes_max) << rule << '\n';
    if (!error.hint.empty()) {
      world_.err << "usufruct: hint: " << printable(error.hint, message_bytes_max) << '\n';
    }
  }
  world_.err.flush();
  return status;
}

void Output::note(std::string_view line) {
  if (quiet_ || form_ == Form::json) return;
  world_.err << "usufruct: " << line << '\n';
  world_.err.flush();
}

}  // namespace usufruct::cli
