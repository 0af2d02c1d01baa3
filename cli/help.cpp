#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/table.h"

namespace usufruct::cli {
namespace {

#ifndef USUFRUCT_VERSION
#define USUFRUCT_VERSION "0.1.0"
#endif

/// Names and lines in two columns.
std::string two_columns(const std::vector<std::pair<std::string, std::string>>& rows) {
  std::size_t width = 0;
  for (const auto& [name, line] : rows) width = std::max(width, name.size());
  std::string out;
  for (const auto& [name, line] : rows) {
    std::string text = fmt::format("  {:<{}}  {}", name, width, line);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + '\n';
  }
  return out;
}

std::string path_of(const CLI::App& command, const CLI::App& root) {
  if (&command == &root) return "usufruct";
  return path_of(*command.get_parent(), root) + " " + command.get_name();
}

std::string usage_of(const CLI::App& command, const CLI::App& root) {
  std::string out = "usage: " + path_of(command, root);
  for (const auto* option : command.get_options()) {
    if (!option->get_positional()) continue;
    const std::string name = option->get_name(true, false);
    const std::string many = option->get_items_expected_max() > 1 ? "…" : "";
    out += option->get_required() ? " " + name + many : " [" + name + many + "]";
  }
  for (const auto* option : command.get_options()) {
    if (!option->get_positional() && option->get_required()) {
      out += fmt::format(" {} {}", option->get_name(false, false), option->get_type_name());
    }
  }
  const bool has_more = std::ranges::any_of(command.get_options(), [](const CLI::Option* option) {
    return !option->get_positional() && !option->get_required();
  });
  return out + (has_more ? " [options]\n" : "\n");
}

std::vector<std::pair<std::string, std::string>> options_of(const CLI::App& command) {
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto* option : command.get_options()) {
    if (option->get_positional()) {
      rows.emplace_back(option->get_name(true, false), option->get_description());
      continue;
    }
    std::string name = option->get_name(false, true);
    std::ranges::replace(name, ',', ' ');
    if (option->get_items_expected_max() > 0) name += " " + option->get_type_name();
    rows.emplace_back(name, option->get_description());
  }
  return rows;
}

std::string root_help(const CLI::App& root) {
  std::string out =
      "Usufruct is the trust layer for AI training data: what may be used, by whom, and the "
      "proof.\n"
      "\n"
      "examples:\n"
      "  usufruct init trust-log                    a workspace: ledger, vault, keys\n"
      "  usufruct key new ada                       keys for a party\n"
      "  usufruct request check fair request.yaml   what the terms say, nothing recorded\n"
      "\n"
      "usage: usufruct <noun> <verb> [options]\n"
      "\n"
      "nouns:\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto* noun : root.get_subcommands([](const CLI::App*) { return true; })) {
    std::string verbs;
    for (const auto* verb : noun->get_subcommands([](const CLI::App*) { return true; })) {
      verbs += (verbs.empty() ? "" : ", ") + verb->get_name();
    }
    rows.emplace_back(noun->get_name(),
                      noun->get_description() + (verbs.empty() ? "" : fmt::format(": {}", verbs)));
  }
  out += two_columns(rows);
  out += "\noptions for every command:\n" + two_columns(options_of(root));
  return out + "\n`usufruct help exit-codes`, `formats` and `environment` say more.\n";
}

std::string noun_help(const Commands& commands, const CLI::App& noun, const CLI::App& root) {
  const auto verbs = noun.get_subcommands([](const CLI::App*) { return true; });
  std::string out =
      fmt::format("{}: {}\n\nexamples:\n", path_of(noun, root), noun.get_description());
  std::vector<std::pair<std::string, std::string>> rows;
  for (const auto* verb : verbs) {
    const auto* about = commands.about(*verb);
    if (about && !about->examples.empty()) out += "  " + about->examples.front() + '\n';
    rows.emplace_back(verb->get_name(), verb->get_description());
  }
  return out + "\nverbs:\n" + two_columns(rows);
}

std::string exit_codes() {
  std::string out =
      "Exit statuses. A status not in this table is a failure too.\n\n"
      "    0  ok\n"
      "    1  unexpected: a fault of the program; please report it\n"
      "    2  usage: the words of the command are wrong\n";
#define USUFRUCT_ERROR(code, exit_status, http_status, meaning, next) \
  out += fmt::format("    {}  {}: {}; {}\n", exit_status, #code, meaning, next);
#include "specs/errors.def"
#undef USUFRUCT_ERROR
  return out + "  130  interrupted\n";
}

constexpr std::string_view formats =
    "Formats, each readable without this program.\n\n"
    "  record         canonical Cap'n Proto, schema specs/records.capnp; JSON by `record show`\n"
    "  record id      SHA-256 of the record's bytes, 64 hex digits; 6 or more digits name it\n"
    "  log            C2SP tlog-tiles, tlog-checkpoint, signed-note (`log export DIR`)\n"
    "  receipt        C2SP tlog-proof (.tlog-proof), verified offline by `log verify`\n"
    "  package        age-encryption.org/v1: any age program opens it\n"
    "  terms, request, dataset, consent template   YAML 1.2, of which JSON is a part\n"
    "  table          CSV (RFC 4180), TSV, JSON lines or Parquet, in and out; gzip and zstd too\n"
    "  party          did:key (Ed25519) to sign, age1… (X25519) to receive\n"
    "  --json         one object; 64-bit integers as strings, times RFC 3339 UTC\n";

constexpr std::string_view environment =
    "Environment. A flag goes before a variable.\n\n"
    "  USUFRUCT_WORKSPACE   the workspace, where -C is not given\n"
    "  NO_COLOR             no colour when not empty\n"
    "  TERM                 no colour when `dumb`\n\n"
    "Secrets never come from the environment: --passphrase-file FILE, or - for standard input.\n";

}  // namespace

std::string help_for(const Commands& commands, const CLI::App& command, const CLI::App& root,
                     Detail detail) {
  if (&command == &root) return root_help(root);
  const auto* about = commands.about(command);
  if (!about) return noun_help(commands, command, root);
  std::string out = fmt::format("{}: {}\n\nexamples:\n", path_of(command, root), about->line);
  for (const auto& example : about->examples) out += "  " + example + '\n';
  out += '\n' + usage_of(command, root);
  const auto rows = options_of(command);
  if (!rows.empty()) out += '\n' + two_columns(rows);
  if (!about->details.empty()) out += '\n' + about->details + '\n';
  if (detail == Detail::full) {
    out += "\noptions for every command:\n" + two_columns(options_of(root));
  }
  return out;
}

const std::vector<std::string>& help_topics() {
  static const std::vector<std::string> topics{"environment", "exit-codes", "formats"};
  return topics;
}

std::optional<std::string> help_topic(std::string_view topic) {
  if (topic == "exit-codes") return exit_codes();
  if (topic == "formats") return std::string(formats);
  if (topic == "environment") return std::string(environment);
  return std::nullopt;
}

std::string version_text() {
  return "usufruct " USUFRUCT_VERSION
         "\nformats: record v1, envelope v1, sealed v1, share v1, key file v1, tlog-tiles v0.1, "
         "tlog-proof v1, age v1\n";
}

}  // namespace usufruct::cli
