#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/context.h"
#include "cli/output.h"

namespace usufruct::cli {

/// What a command does once its words are read.
using Action = std::function<Result<Answer>(Context&)>;

/// What help says of a command, examples first.
struct About {
  std::string line;                   ///< one line, no full stop
  std::vector<std::string> examples;  ///< as a person would type them
  std::string details{};              ///< for --help; may be empty
};

/// The one tree of commands: `usufruct <noun> <verb>`. Help, suggestions and dispatch are made from
/// it.
class Commands {
 public:
  explicit Commands(CLI::App& root) : root_(root) {}

  CLI::App& root() { return root_; }
  CLI::App& noun(const std::string& name, const std::string& line);
  /// A verb of a noun, or a command of one word on the root.
  CLI::App& verb(CLI::App& under, const std::string& name, About about, Action action);

  /// Null for a noun.
  const Action* action_of(const CLI::App& command) const;
  const About* about(const CLI::App& command) const;

 private:
  struct Entry {
    About about;
    Action action;
  };
  CLI::App& root_;
  std::map<const CLI::App*, Entry> entries_;
};

// One file per noun in cli/commands; the log and records have some for their verbs.
void add_init(Commands& commands);
void add_key(Commands& commands);
void add_party(Commands& commands);
void add_trust(Commands& commands);
void add_dataset(Commands& commands);
void add_hierarchy(Commands& commands);
void add_terms(Commands& commands);
void add_vocabulary(Commands& commands);
void add_licence(Commands& commands);
void add_consent(Commands& commands);
void add_consent_record(Commands& commands, CLI::App& noun);
void add_consent_renew(Commands& commands, CLI::App& noun);
void add_consent_receipt(Commands& commands, CLI::App& noun);
void add_consent_import(Commands& commands, CLI::App& noun);
void add_request(Commands& commands);
void add_request_import(Commands& commands, CLI::App& noun);
void add_request_show(Commands& commands, CLI::App& noun);
void add_decision(Commands& commands);
void add_share(Commands& commands);
void add_vault(Commands& commands);
void add_release(Commands& commands);
void add_release_trace(Commands& commands, CLI::App& noun);
void add_run(Commands& commands);
void add_model(Commands& commands);
void add_withdrawal(Commands& commands);
void add_obligation(Commands& commands);
void add_provenance(Commands& commands);
void add_log(Commands& commands);
void add_log_serve(Commands& commands, CLI::App& noun);
void add_log_keeping(Commands& commands, CLI::App& noun);
void add_log_verify(Commands& commands, CLI::App& noun);
void add_log_proofs(Commands& commands, CLI::App& noun);
void add_log_mirror(Commands& commands, CLI::App& noun);
void add_log_fsck(Commands& commands, CLI::App& noun);
void add_log_submit(Commands& commands, CLI::App& noun);
void add_dataset_find(Commands& commands, CLI::App& noun);
void add_dataset_profile(Commands& commands, CLI::App& noun);
void add_hierarchy_check(Commands& commands, CLI::App& noun);
void add_terms_analysis(Commands& commands, CLI::App& noun);
void add_terms_export(Commands& commands, CLI::App& noun);
void add_terms_history(Commands& commands, CLI::App& noun);
void add_terms_import(Commands& commands, CLI::App& noun);
void add_licence_expression(Commands& commands, CLI::App& noun);
void add_terms_new(Commands& commands, CLI::App& noun);
void add_terms_explain(Commands& commands, CLI::App& noun);
void add_audit(Commands& commands);
void add_record(Commands& commands);
void add_record_envelopes(Commands& commands, CLI::App& noun);
void add_witness(Commands& commands);
void add_witness_serve(Commands& commands, CLI::App& noun);

}  // namespace usufruct::cli
