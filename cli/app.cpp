#include "cli/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <ostream>

#include "cli/command.h"
#include "cli/help.h"
#include "crypto/base/text.h"

namespace usufruct::cli {
namespace {

/// The program's words, read.
struct Tree {
  CLI::App root{"the trust layer for AI training data"};
  GlobalOptions options;
  Commands commands{root};
  bool wants_version = false;
  std::string topic;

  Tree();
};

void add_global_options(Tree& tree) {
  auto& root = tree.root;
  auto& options = tree.options;
  root.add_option("-C,--workspace", options.workspace,
                  "the workspace; else USUFRUCT_WORKSPACE, else searched upward from here")
      ->type_name("DIR");
  root.add_flag("--json", options.json, "one JSON object instead of text; errors as JSON too");
  root.add_flag("-q,--quiet", options.quiet, "only results and errors");
  root.add_flag("--no-input", options.no_input, "never ask; a missing value is an error");
  root.add_option("--passphrase-file", options.passphrase_file,
                  "file whose first line is the passphrase; - is standard input")
      ->type_name("FILE");
  root.add_option("--color", options.colour, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  root.add_flag("--version", tree.wants_version, "the version of the program and its formats");
}

Answer page_of(std::string text) {
  Answer answer;
  answer.json.set("text", text);
  answer.text = std::move(text);
  return answer;
}

Tree::Tree() {
  root.name("usufruct");
  root.set_help_flag();
  root.require_subcommand(0, 1);
  add_global_options(*this);
  add_init(commands);
  add_key(commands);
  add_party(commands);
  add_trust(commands);
  add_dataset(commands);
  add_hierarchy(commands);
  add_terms(commands);
  add_vocabulary(commands);
  add_licence(commands);
  add_consent(commands);
  add_request(commands);
  add_decision(commands);
  add_share(commands);
  add_vault(commands);
  add_release(commands);
  add_run(commands);
  add_model(commands);
  add_withdrawal(commands);
  add_obligation(commands);
  add_provenance(commands);
  add_log(commands);
  add_witness(commands);
  add_audit(commands);
  add_record(commands);
  auto& help = commands.verb(root, "help",
                             {.line = "pages on exit codes, formats and the environment",
                              .examples = {"usufruct help exit-codes", "usufruct help formats"}},
                             [this](Context&) -> Result<Answer> {
                               if (topic.empty()) {
                                 return page_of(help_for(commands, root, root, Detail::full));
                               }
                               if (auto page = help_topic(topic)) return page_of(std::move(*page));
                               const auto meant = nearest(topic, help_topics());
                               return usage(fmt::format("there is no help page '{}'", topic),
                                            meant ? fmt::format("did you mean '{}'?", *meant)
                                                  : "the pages are " + join(help_topics(), ", "));
                             });
  help.add_option("TOPIC", topic, "exit-codes, formats or environment");
}

std::vector<CLI::App*> children_of(CLI::App& app) {
  return app.get_subcommands([](CLI::App*) { return true; });
}

/// The command that the words name, as deep as they do.
CLI::App* deepest(CLI::App& root, std::span<const std::string> args) {
  CLI::App* at = &root;
  for (const auto& word : args) {
    const auto children = children_of(*at);
    const auto next = std::ranges::find(children, word, [](CLI::App* c) { return c->get_name(); });
    if (next != children.end()) at = *next;
    if (children_of(*at).empty()) break;
  }
  return at;
}

/// Whether help was asked for, before any `--`.
std::optional<Detail> wanted_help(std::span<const std::string> args) {
  for (const auto& word : args) {
    if (word == "--") return std::nullopt;
    if (word == "-h") return Detail::brief;
    if (word == "--help") return Detail::full;
  }
  return std::nullopt;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> names;
  for (const auto* option : command.get_options()) {
    for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    for (const auto& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::string words_to(const CLI::App& command, const CLI::App& root) {
  if (&command == &root) return "usufruct";
  return words_to(*command.get_parent(), root) + " " + command.get_name();
}

/// What is wrong with words the tree does not know, and what was meant.
Error unknown_words(Tree& tree, CLI::App& at, const std::string& word) {
  const std::string where = words_to(at, tree.root);
  std::vector<std::string> known;
  std::string what;
  if (word.starts_with('-')) {
    known = flags_of(at);
    std::ranges::copy(flags_of(tree.root), std::back_inserter(known));
    what = fmt::format("`{}` has no option '{}'", where, printable(word, 80));
  } else if (!children_of(at).empty()) {
    for (const auto* child : children_of(at)) known.push_back(child->get_name());
    what = &at == &tree.root ? fmt::format("there is no command '{}'", printable(word, 80))
                             : fmt::format("`{}` has no verb '{}'", where, printable(word, 80));
  } else {
    what = fmt::format("`{}` takes no more words: '{}'", where, printable(word, 80));
  }
  // An option of one letter is one letter away from all others.
  const bool is_letter = word.size() == 2 && word.front() == '-';
  const auto meant = is_letter ? std::nullopt : nearest(word.substr(0, word.find('=')), known);
  return usage(std::move(what), meant ? fmt::format("did you mean '{}'?", *meant)
                                      : fmt::format("`{} -h` shows how", where))
      .error();
}

Error explain_parse_error(Tree& tree, std::span<const std::string> args,
                          const CLI::ParseError& error) {
  CLI::App& at = *deepest(tree.root, args);
  const auto left = tree.root.remaining(true);
  if (!left.empty() && dynamic_cast<const CLI::ConversionError*>(&error) == nullptr) {
    return unknown_words(tree, at, left.front());
  }
  const std::string where = words_to(at, tree.root);
  if (!children_of(at).empty()) {
    return usage(fmt::format("`{}` needs a verb", where), fmt::format("`{} -h` lists them", where))
        .error();
  }
  std::string message = error.what();
  // CLI11: "Could not convert: --threshold = two"
  constexpr std::string_view unconverted = "Could not convert: ";
  const auto equals = message.find(" = ");
  if (message.starts_with(unconverted) && equals != std::string::npos) {
    const std::string option = message.substr(unconverted.size(), equals - unconverted.size());
    message = fmt::format("{}: '{}' is no number it takes", option,
                          printable(message.substr(equals + 3), 80));
  }
  return usage(fmt::format("`{}`: {}", where, message), fmt::format("`{} -h` shows how", where))
      .error();
}

Colour colour_of(const std::string& word) {
  if (word == "always") return Colour::always;
  return word == "never" ? Colour::never : Colour::automatic;
}

/// Whether JSON was asked for, when the words could not be read.
Form form_of(std::span<const std::string> args) {
  return std::ranges::find(args, "--json") == args.end() ? Form::text : Form::json;
}

/// The same of colour: `--color never` or `--color=never`.
Colour colour_in(std::span<const std::string> args) {
  constexpr std::string_view name = "--color";
  for (std::size_t i = 0; i < args.size(); ++i) {
    if (args[i].starts_with("--color=")) return colour_of(args[i].substr(name.size() + 1));
    if (args[i] == name && i + 1 < args.size()) return colour_of(args[i + 1]);
  }
  return Colour::automatic;
}

int dispatch(Tree& tree, std::span<const std::string> args, World& world) {
  Output output(world, form_of(args), colour_of(tree.options.colour), tree.options.quiet);
  if (tree.wants_version) {
    return output.print(page_of(version_text()));
  }
  const CLI::App& command = *deepest(tree.root, args);
  const Action* action = tree.commands.action_of(command);
  if (!action) {
    if (output.form() == Form::json) {
      return output.print(usage("a command is needed", "`usufruct -h` lists them").error());
    }
    world.err << help_for(tree.commands, command, tree.root, Detail::brief);
    return exit_usage;
  }
  Context context(world, tree.options, output);
  const auto answer = (*action)(context);
  // An answer drawn from a store that failed midway, a refusal too, is none.
  if (const auto whole = context.health(); !whole) return output.print(whole.error());
  return answer ? output.print(*answer) : output.print(answer.error());
}

}  // namespace

int run(std::span<const std::string> args, World& world) {
  Tree tree;
  if (const auto detail = wanted_help(args)) {
    Output output(world, Form::text, Colour::never, false);
    return output.print(
        page_of(help_for(tree.commands, *deepest(tree.root, args), tree.root, *detail)));
  }
  try {
    // CLI11 takes its words from the back.
    tree.root.parse(std::vector<std::string>(args.rbegin(), args.rend()));
  } catch (const CLI::ParseError& error) {
    Output output(world, form_of(args), colour_in(args), false);
    return output.print(explain_parse_error(tree, args, error));
  }
  return dispatch(tree, args, world);
}

}  // namespace usufruct::cli
