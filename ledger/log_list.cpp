#include "ledger/log_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

constexpr std::string_view header = "logs/v0";
constexpr std::string_view of_the_key = "none";

Result<std::uint64_t> parse_allowance(std::string_view text) {
  const auto count = TRY_IN("qpd", parse_decimal(text));
  if (count < 1 || count > log_requests_per_day_max) {
    return malformed(fmt::format("qpd {} is not within 1 and {}", count, log_requests_per_day_max));
  }
  return count;
}

/// One line of a log's entry.
Result<void> read_line(std::string_view line, std::vector<ListedLog>& logs) {
  const auto space = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, space);
  const std::string_view value = trim(line.substr(space));
  if (word == "vkey") {
    if (logs.size() == log_list_logs_max) {
      return malformed(fmt::format("more than {} logs", log_list_logs_max));
    }
    const auto verifier = TRY(parse_vkey(value));
    if (verifier.type != NoteKeyType::ed25519) {
      return malformed(fmt::format("'{}' is no log's key", printable(value)),
                       "a log's key is of type 0x01");
    }
    logs.push_back({.verifier = verifier, .origin = verifier.name});
    return {};
  }
  if (logs.empty()) return malformed(fmt::format("'{}' stands before any vkey", printable(line)));
  if (word == "origin" && value != of_the_key) {
    if (value.empty() || !is_utf8(value) || has_control(value)) {
      return malformed(fmt::format("'{}' is no origin", printable(value)));
    }
    logs.back().origin = value;
  }
  if (word == "qpd") logs.back().requests_per_day = TRY(parse_allowance(value));
  if (word == "contact") logs.back().contact = value;
  return {};
}

}  // namespace

Result<std::vector<ListedLog>> parse_log_list(std::string_view text) {
  if (text.size() > log_list_bytes_max) return malformed("the list of logs is too large");
  std::vector<ListedLog> logs;
  bool has_header = false;
  std::size_t number = 0;
  for (const auto raw : split(text, '\n')) {
    ++number;
    const auto line = trim(raw);
    if (line.empty() || line.starts_with('#')) continue;
    const auto where = fmt::format("line {}", number);
    if (has_header) {
      CHECK_OK_IN(where, read_line(line, logs));
    } else if (line != header) {
      return malformed(
          fmt::format("{}: '{}' stands where '{}' is due", where, printable(line), header));
    }
    has_header = true;
  }
  if (!has_header) return malformed(fmt::format("no line '{}'", header));
  return logs;
}

std::string print_log_list(const std::vector<ListedLog>& logs) {
  std::string text = fmt::format("{}\n", header);
  for (const auto& log : logs) {
    text += fmt::format("\nvkey {}\norigin {}\n", print_vkey(log.verifier),
                        log.origin == log.verifier.name ? of_the_key : log.origin);
    if (log.requests_per_day) text += fmt::format("qpd {}\n", *log.requests_per_day);
    if (!log.contact.empty()) text += fmt::format("contact {}\n", log.contact);
  }
  return text;
}

}  // namespace usufruct
