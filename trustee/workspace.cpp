#include "trustee/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "crypto/folder.h"
#include "crypto/hash.h"
#include "crypto/note.h"
#include "trustee/document/document.h"
#include "trustee/document/fields.h"
#include "trustee/holdings.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view config_name = "usufruct.yaml";
constexpr std::size_t settings_file_max = 64 * 1024;
constexpr std::size_t name_bytes_max = 100;
constexpr std::size_t prefix_digits_min = 6;

bool is_plain_name(std::string_view name) {
  if (name.empty() || name.size() > name_bytes_max || name.front() == '.') return false;
  return std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

Result<void> check_name(std::string_view name, std::string_view what) {
  if (is_plain_name(name)) return {};
  return malformed(fmt::format("'{}' cannot be the name of a {}", printable(name, 60), what),
                   "use letters, digits, '-', '_' and '.', at most 100, not '.' first");
}

bool is_prefix(std::string_view text) {
  return text.size() >= prefix_digits_min && text.size() <= 64 &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

constexpr std::string_view witness_mode_default = "require";

Result<void> write_config(const fs::path& root, std::string_view origin, std::string_view vkey,
                          std::string_view witness_mode) {
  std::string config = fmt::format(
      "# A Usufruct workspace. The log's public key is what an auditor needs beside its tiles.\n"
      "origin: {}\nlog_vkey: {}\n",
      document::print_scalar(origin), document::print_scalar(vkey));
  if (witness_mode != witness_mode_default)
    config += fmt::format("witness_mode: {}\n", witness_mode);
  return write_file(root / config_name, as_view(config));
}

}  // namespace

Workspace::Workspace(fs::path root, std::string origin, std::string log_vkey,
                     std::string witness_mode)
    : root_(std::move(root)),
      origin_(std::move(origin)),
      log_vkey_(std::move(log_vkey)),
      witness_mode_(std::move(witness_mode)) {}

Result<Workspace> Workspace::create(const fs::path& root, const Options& options, Chance& chance) {
  std::error_code error;
  if (fs::exists(root, error) && !(fs::is_directory(root, error) && fs::is_empty(root, error))) {
    return conflict(fmt::format("{} is there already and is not an empty folder", root.string()),
                    "name a folder that does not exist yet");
  }
  if (!is_note_name(options.origin)) {
    return malformed(fmt::format("'{}' cannot be the origin of a log", printable(options.origin)),
                     "an origin is a name without spaces and '+', such as example.org/my-log");
  }
  const NoteSigner signer{options.origin, SigningKey::generate(chance)};
  const NoteVerifier verifier =
      TRY(note_verifier(options.origin, NoteKeyType::ed25519, signer.key.verify_key()));
  for (const char* folder :
       {"ledger", "vault", "keys", "documents", "packages", "receipts", "labels"}) {
    CHECK_OK(make_folder(root / folder));
  }
  fs::permissions(root / "vault", fs::perms::owner_all, error);
  fs::permissions(root / "keys", fs::perms::owner_all, error);
  CHECK_OK(write_file(root / "log.key", print_skey(signer).view(), {.mode = 0600}));
  CHECK_OK(write_config(root, options.origin, print_vkey(verifier), witness_mode_default));
  return Workspace(root, options.origin, print_vkey(verifier), std::string(witness_mode_default));
}

Result<void> Workspace::set_log_vkey(const std::string& vkey) const {
  return write_config(root_, origin_, vkey, witness_mode_);
}

Result<Workspace> Workspace::open(const fs::path& root) {
  const fs::path config = root / config_name;
  std::error_code error;
  if (!fs::exists(config, error)) {
    return not_found(fmt::format("{} is not a workspace", root.string()),
                     "make one with `usufruct init DIR`, or name one with -C DIR");
  }
  const Bytes text = TRY(read_file(config, settings_file_max));
  const auto file = TRY(document::parse(as_text(text), config.string()));
  auto fields = TRY(document::Fields::of(file, file.root));
  std::string origin = TRY(fields.text("origin"));
  std::string vkey = TRY(fields.text("log_vkey"));
  std::string mode = TRY(fields.text_or("witness_mode", std::string(witness_mode_default)));
  CHECK_OK(fields.finish());
  if (mode != "require" && mode != "prefer") {
    return malformed(fmt::format("{}: witness_mode '{}' is neither require nor prefer",
                                 config.string(), printable(mode, 40)));
  }
  if (const auto verifier = TRY_IN(config.string(), parse_vkey(vkey)); verifier.name != origin) {
    return malformed(fmt::format("{}: the key is of the log '{}', not '{}'", config.string(),
                                 verifier.name, origin));
  }
  return Workspace(root, std::move(origin), std::move(vkey), std::move(mode));
}

Result<Workspace> Workspace::find(const fs::path& from) {
  std::error_code error;
  fs::path folder = fs::absolute(from, error).lexically_normal();
  while (true) {
    if (fs::exists(folder / config_name, error)) return open(folder);
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return not_found(fmt::format("no workspace in {} or above it", from.string()),
                   "make one with `usufruct init DIR`, or name one with -C DIR");
}

fs::path Workspace::key_path(std::string_view name) const {
  return root_ / "keys" / (std::string(name) + ".key");
}

std::vector<std::string> Workspace::key_names() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ / "keys", error)) {
    if (entry.path().extension() == ".key") names.push_back(entry.path().stem().string());
  }
  std::ranges::sort(names);
  return names;
}

Result<void> Workspace::check_key(std::string_view name) const {
  CHECK_OK(check_name(name, "key"));
  std::error_code error;
  if (fs::exists(key_path(name), error)) return {};
  const auto names = key_names();
  const auto meant = nearest(name, names);
  return not_found(fmt::format("there is no key '{}' in {}", name, (root_ / "keys").string()),
                   meant           ? fmt::format("did you mean '{}'?", *meant)
                   : names.empty() ? "make one with `usufruct key new NAME`"
                                   : fmt::format("the keys are {}", join(names, ", ")));
}

Result<KeyPair> Workspace::key(std::string_view name, const PassphraseSource& passphrase) const {
  CHECK_OK(check_key(name));
  return read_key_file(key_path(name), passphrase);
}

Result<PublicKeys> Workspace::public_key(std::string_view name) const {
  CHECK_OK(check_key(name));
  return read_key_file_public(key_path(name));
}

Result<void> Workspace::check_label(std::string_view label) const {
  CHECK_OK(check_name(label, "label"));
  if (!is_prefix(label)) return {};
  return malformed(fmt::format("the label '{}' looks like the beginning of a record id", label),
                   "choose one with a letter after f, or shorter than 6");
}

Result<void> Workspace::set_label(std::string_view label, const RecordId& id) const {
  CHECK_OK(check_label(label));
  return write_file(root_ / "labels" / label, as_view(print_id(id) + "\n"));
}

std::optional<RecordId> Workspace::label(std::string_view label) const {
  if (!is_plain_name(label)) return std::nullopt;
  const auto text = read_file(root_ / "labels" / label, settings_file_max);
  if (!text) return std::nullopt;
  const auto id = parse_id(trim(as_text(*text)));
  return id ? std::optional(*id) : std::nullopt;
}

std::optional<std::string> Workspace::label_of(const RecordId& id) const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ / "labels", error)) {
    const std::string name = entry.path().filename().string();
    if (label(name) == id) names.push_back(name);
  }
  if (names.empty()) return std::nullopt;
  return *std::ranges::min_element(names);
}

Result<RecordId> Workspace::resolve(std::string_view text, const Graph& graph) const {
  if (const auto id = label(text)) return *id;
  if (is_plain_name(text)) {
    if (const auto keys = public_key(text)) {
      if (const auto party = party_of(graph, print_did_key(keys->signing))) return party->id;
      return not_found(fmt::format("'{}' has a key but is not registered as a party", text),
                       fmt::format("usufruct party register --as {}", text));
    }
  }
  if (is_prefix(text)) {
    if (text.size() == 64) {
      const RecordId id = TRY(parse_id(text));
      if (graph.find(id)) return id;
    }
    const auto found = graph.beginning_with(text, 2);  // more than one is too many
    if (found.size() == 1) return found.front();
    if (found.size() > 1) {
      return conflict(fmt::format("several records begin with {}", text), "write more digits");
    }
  }
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_ / "labels", error)) {
    names.push_back(entry.path().filename().string());
  }
  const auto meant = nearest(text, names);
  return not_found(fmt::format("'{}' names no record here", printable(text, 80)),
                   meant ? fmt::format("did you mean '{}'?", *meant)
                         : "write a label, a record id or at least 6 digits of one; "
                           "`usufruct record list` shows what there is");
}

Result<Digest> Workspace::keep_document(View bytes, std::string_view extension) const {
  const Digest digest = sha256(bytes);
  CHECK_OK(write_file(documents() / fmt::format("{}.{}", to_hex(digest), extension), bytes));
  return digest;
}

}  // namespace usufruct
