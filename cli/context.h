#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.h"
#include "cli/world.h"
#include "ledger/record/record.h"
#include "trustee/client.h"
#include "trustee/holdings.h"
#include "trustee/workspace.h"

namespace usufruct::cli {

/// The options every command takes.
struct GlobalOptions {
  std::string workspace;  ///< -C; empty: USUFRUCT_WORKSPACE, else searched upward
  std::string passphrase_file;
  std::string colour = "auto";
  bool json = false;
  bool quiet = false;
  bool no_input = false;
};

/// What a command works with: opened when first asked for, so that a command needs no more than it
/// uses. Lives as long as one command.
class Context {
 public:
  Context(World& world, const GlobalOptions& options, Output& output);
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  World& world() { return world_; }
  Output& output() { return output_; }
  const GlobalOptions& options() const { return options_; }
  Time now() const { return world_.clock.now(); }

  Result<const Workspace*> workspace();
  Result<LocalClient*> client();
  Result<const Graph*> graph();
  /// Whether the ledger, where it was opened, answered every question in full.
  Result<void> health() const { return client_ ? client_->health() : Result<void>(); }

  /// A party's keys by name, opened once; asks for the passphrase where there is one.
  Result<const KeyPair*> key(const std::string& name);
  /// A new passphrase: from the file, or asked for twice.
  Result<SecretBytes> new_passphrase(std::string_view for_what);

  /// A record by label, id or prefix; it must be of the kind.
  Result<LoggedPtr> find(const std::string& text);
  Result<LoggedPtr> find(const std::string& text, Kind kind);
  /// The newest party record of a key's name, or of a label or id of a party.
  Result<LoggedPtr> party(const std::string& text);
  /// The party a key here speaks for.
  Result<LoggedPtr> acting_party(const std::string& key_name);
  /// `denied`, under the law's own rule, when a key is not of the party that registered a dataset:
  /// said before anything of the owner's is opened.
  Result<void> check_owner(const Logged& dataset, const std::string& key_name,
                           std::string_view rule);
  /// A version, or the newest version of a dataset that was not withdrawn.
  Result<LoggedPtr> version(const std::string& text);

  /// What a person calls a record: its label here, a party's name, or the first digits of its id.
  std::string name_of(const RecordId& id);
  std::string name_of_issuer(std::string_view did);

 private:
  Result<SecretBytes> passphrase_for(const std::string& name);

  World& world_;
  const GlobalOptions& options_;
  Output& output_;
  std::optional<Workspace> workspace_;
  std::unique_ptr<LocalClient> client_;
  std::map<std::string, KeyPair> keys_;
};

/// A whole small file a person wrote, or stdin for `-`; UTF-8 is its parser's business.
Result<std::string> read_text(Context& context, const std::string& path);

/// Refuses to overwrite and to write the file it reads.
Result<void> check_new_file(const std::string& path);

}  // namespace usufruct::cli
