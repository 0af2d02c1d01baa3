#include "cli/command.h"

#include <utility>

namespace usufruct::cli {

CLI::App& Commands::noun(const std::string& name, const std::string& line) {
  auto* app = root_.add_subcommand(name, line);
  app->set_help_flag();
  app->fallthrough();
  app->require_subcommand(1);
  return *app;
}

CLI::App& Commands::verb(CLI::App& under, const std::string& name, About about, Action action) {
  auto* app = under.add_subcommand(name, about.line);
  app->set_help_flag();
  app->fallthrough();
  entries_.emplace(app, Entry{std::move(about), std::move(action)});
  return *app;
}

const Action* Commands::action_of(const CLI::App& command) const {
  const auto found = entries_.find(&command);
  return found == entries_.end() ? nullptr : &found->second.action;
}

const About* Commands::about(const CLI::App& command) const {
  const auto found = entries_.find(&command);
  return found == entries_.end() ? nullptr : &found->second.about;
}

}  // namespace usufruct::cli
