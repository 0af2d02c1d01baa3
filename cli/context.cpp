#include "cli/context.h"

#include <fmt/format.h>

#include <filesystem>
#include <istream>
#include <iterator>
#include <system_error>

#include "cli/prompt.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/document/document.h"
#include "trustee/holdings.h"

namespace usufruct::cli {

namespace fs = std::filesystem;

namespace {

std::string with_article(std::string_view noun) {
  const bool is_vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return fmt::format("{} {}", is_vowel ? "an" : "a", noun);
}

}  // namespace

Context::Context(World& world, const GlobalOptions& options, Output& output)
    : world_(world), options_(options), output_(output) {}

Result<const Workspace*> Context::workspace() {
  if (!workspace_) {
    std::string named = options_.workspace;
    if (named.empty()) named = world_.environment("USUFRUCT_WORKSPACE").value_or("");
    workspace_ = named.empty() ? TRY(Workspace::find(".")) : TRY(Workspace::open(named));
  }
  return &*workspace_;
}

Result<LocalClient*> Context::client() {
  if (!client_) client_ = TRY(LocalClient::open(*TRY(workspace()), world_.clock));
  return client_.get();
}

Result<const Graph*> Context::graph() { return &TRY(client())->graph(); }

Result<SecretBytes> Context::passphrase_for(const std::string& name) {
  if (!options_.passphrase_file.empty()) return read_passphrase(options_.passphrase_file);
  if (options_.no_input || !world_.terminals.in) {
    return usage(fmt::format("the key '{}' has a passphrase", name),
                 "give it with --passphrase-file FILE, or - for standard input");
  }
  return ask_passphrase(fmt::format("passphrase for '{}'", name));
}

Result<const KeyPair*> Context::key(const std::string& name) {
  const auto known = keys_.find(name);
  if (known != keys_.end()) return &known->second;
  KeyPair keys = TRY(TRY(workspace())->key(name, [&] { return passphrase_for(name); }));
  return &keys_.emplace(name, std::move(keys)).first->second;
}

Result<SecretBytes> Context::new_passphrase(std::string_view for_what) {
  if (!options_.passphrase_file.empty()) return read_passphrase(options_.passphrase_file);
  if (options_.no_input || !world_.terminals.in) {
    return usage(fmt::format("{} needs a passphrase", for_what),
                 "give it with --passphrase-file FILE, or say --no-passphrase");
  }
  SecretBytes first = TRY(ask_passphrase(fmt::format("new passphrase for {}", for_what)));
  const SecretBytes second = TRY(ask_passphrase("the same again"));
  if (!equal_constant_time(first.view(), second.view())) {
    return malformed("the two passphrases differ", "nothing was written: try again");
  }
  return first;
}

Result<LoggedPtr> Context::find(const std::string& text) {
  const Graph& graph = *TRY(this->graph());
  const RecordId id = TRY(TRY(workspace())->resolve(text, graph));
  auto record = graph.find(id);
  if (!record) {
    return not_found(fmt::format("'{}' names {}, which is not in this log", text, print_short(id)));
  }
  return record;
}

Result<LoggedPtr> Context::find(const std::string& text, Kind kind) {
  auto record = TRY(find(text));
  if (record->record.kind() == kind) return record;
  return not_found(
      fmt::format("'{}' is {}, not {}", text,
                  with_article(usufruct::name_of(record->record.kind())),
                  with_article(usufruct::name_of(kind))),
      fmt::format("`usufruct record list --kind {}` shows what there is", usufruct::name_of(kind)));
}

Result<LoggedPtr> Context::party(const std::string& text) {
  const auto record = TRY(find(text, Kind::party));
  return newest_party(*TRY(graph()), record->id);
}

Result<LoggedPtr> Context::acting_party(const std::string& key_name) {
  const std::string did = print_did_key(TRY(TRY(workspace())->public_key(key_name)).signing);
  auto party = party_of(*TRY(graph()), did);
  if (party) return party;
  return denied(fmt::format("the key '{}' is not that of a registered party", key_name),
                fmt::format("usufruct party register --as {}", key_name), "issuer-registered");
}

Result<void> Context::check_owner(const Logged& dataset, const std::string& key_name,
                                  std::string_view rule) {
  const std::string did = print_did_key(TRY(TRY(workspace())->public_key(key_name)).signing);
  const std::string& owner = dataset.record.issuer;
  if (did == owner || same_party(*TRY(graph()), did, owner)) return {};
  return denied(fmt::format("'{}' is not the owner of '{}'", key_name, name_of(dataset.id)),
                fmt::format("its owner is {}", name_of_issuer(owner)), std::string(rule));
}

Result<LoggedPtr> Context::version(const std::string& text) {
  auto record = TRY(find(text));
  if (record->record.kind() == Kind::version) return record;
  if (record->record.kind() != Kind::dataset) {
    return not_found(fmt::format("'{}' is {}, not a dataset or a version of one", text,
                                 with_article(usufruct::name_of(record->record.kind()))),
                     "`usufruct dataset list` shows what there is");
  }
  const Graph& graph = *TRY(this->graph());
  LoggedPtr newest;
  for (auto& version : graph.referring(record->id, Role::of)) {
    if (!is_withdrawn(graph, version->id)) newest = std::move(version);
  }
  if (newest) return newest;
  return not_found(fmt::format("the dataset '{}' has no version that can be used", text));
}

std::string Context::name_of(const RecordId& id) {
  if (const auto open = workspace()) {
    if (auto label = (*open)->label_of(id)) return *label;
  }
  if (client_) {
    const auto record = client_->graph().find(id);
    if (record && record->record.kind() == Kind::party) {
      return printable(record->record.as<Party>()->name);
    }
  }
  return print_short(id);
}

std::string Context::name_of_issuer(std::string_view did) {
  const auto open = graph();
  const auto party = open ? party_ever_of(**open, did) : nullptr;
  return party ? printable(party->record.as<Party>()->name) : std::string(did);
}

Result<std::string> read_text(Context& context, const std::string& path) {
  if (path == "-") {
    std::string text;
    char next = 0;
    while (context.world().in.get(next)) {
      if (text.size() == document::text_bytes_max) {
        return malformed(
            fmt::format("standard input is longer than {} bytes", document::text_bytes_max));
      }
      text.push_back(next);
    }
    return text;
  }
  const Bytes bytes = TRY(read_file(path, document::text_bytes_max));
  return std::string(as_text(bytes));
}

Result<void> check_new_file(const std::string& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return {};
  return conflict(fmt::format("{} is there already", path),
                  "name a file that does not exist yet: nothing is overwritten");
}

}  // namespace usufruct::cli
