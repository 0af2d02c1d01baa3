#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/age.h"
#include "crypto/did_key.h"
#include "crypto/keyfile.h"

namespace usufruct::cli {
namespace {

struct NewKey {
  std::string name;
  bool no_passphrase = false;
};

struct ExportAge {
  std::string name;
  std::string output;
};

Json json_of(const std::string& name, const PublicKeys& keys) {
  return Json::object()
      .set("name", name)
      .set("signing", print_did_key(keys.signing))
      .set("receiving", print_age_recipient(keys.receiving));
}

std::string text_of(const std::string& name, const PublicKeys& keys) {
  return fmt::format("name       {}\nsigning    {}\nreceiving  {}\n", name,
                     print_did_key(keys.signing), print_age_recipient(keys.receiving));
}

Result<Answer> make(Context& context, const NewKey& options) {
  const Workspace& workspace = *TRY(context.workspace());
  // A name that cannot be a file here is refused as it would be when looked for.
  if (auto known = workspace.public_key(options.name);
      !known && known.error().code == Code::malformed) {
    return std::unexpected(std::move(known).error());
  }
  const auto keys = TRY(generate_keys(options.name, context.world().clock, context.world().chance));
  const auto path = workspace.key_path(options.name);
  CHECK_OK(check_new_file(path.string()));
  std::optional<SecretBytes> passphrase;
  if (!options.no_passphrase) {
    passphrase = TRY(context.new_passphrase(fmt::format("the key '{}'", options.name)));
  }
  CHECK_OK(write_key_file(path, keys, passphrase, context.world().chance));
  Answer answer;
  answer.json = json_of(options.name, public_keys(keys));
  answer.json.set("file", path.string()).set("protected", !options.no_passphrase);
  answer.text = text_of(options.name, public_keys(keys));
  if (options.no_passphrase) {
    answer.notes.push_back(
        fmt::format("{} has no passphrase: whoever reads it has the key", path.string()));
  }
  answer.next.push_back(fmt::format("usufruct party register --as {}", options.name));
  return answer;
}

Result<Answer> list_keys(Context& context) {
  const Workspace& workspace = *TRY(context.workspace());
  Table table({"name", "signing", "receiving"});
  Json keys = Json::array();
  for (const auto& name : workspace.key_names()) {
    const auto found = TRY(workspace.public_key(name));
    table.add({name, print_did_key(found.signing), print_age_recipient(found.receiving)});
    keys.push(json_of(name, found));
  }
  Answer answer;
  answer.json.set("keys", std::move(keys));
  if (table.is_empty()) {
    answer.notes.emplace_back("there are no keys yet");
    answer.next.emplace_back("usufruct key new NAME");
  } else {
    answer.text = table.print();
  }
  return answer;
}

Result<Answer> show_key(Context& context, const std::string& name) {
  const auto keys = TRY(TRY(context.workspace())->public_key(name));
  return Answer{.json = json_of(name, keys), .text = text_of(name, keys)};
}

Result<Answer> export_age(Context& context, const ExportAge& options) {
  CHECK_OK(check_new_file(options.output));
  const KeyPair& keys = *TRY(context.key(options.name));
  const SecretBytes identity = keys.receiving.print();
  FileSink sink =
      TRY(FileSink::create(options.output, {.mode = 0600, .existing = Existing::refuse}));
  CHECK_OK(sink.write(identity.view()));
  CHECK_OK(sink.write(as_view("\n")));
  CHECK_OK(sink.commit());
  Answer answer;
  answer.json.set("name", options.name)
      .set("file", options.output)
      .set("recipient", print_age_recipient(keys.receiving.recipient()));
  answer.text = fmt::format("wrote the age identity of {} to {}\n", options.name, options.output);
  answer.notes.push_back(fmt::format("{} is a secret: whoever reads it opens what is sealed to {}",
                                     options.output, options.name));
  answer.next.push_back(fmt::format("age --decrypt -i {} PACKAGE.age", options.output));
  return answer;
}

}  // namespace

void add_key(Commands& commands) {
  auto& noun = commands.noun("key", "the keys of the parties that work here");
  {
    const auto options = std::make_shared<NewKey>();
    auto& verb = commands.verb(
        noun, "new",
        {.line = "make keys: Ed25519 to sign, X25519 to receive",
         .examples = {"usufruct key new ada", "usufruct key new ada --passphrase-file secret.txt",
                      "usufruct key new robot --no-passphrase"}},
        [options](Context& context) { return make(context, *options); });
    verb.add_option("NAME", options->name, "name of the key here")->required();
    verb.add_flag("--no-passphrase", options->no_passphrase, "keep it readable by its file alone");
  }
  commands.verb(noun, "list",
                {.line = "the keys in this workspace", .examples = {"usufruct key list"}},
                list_keys);
  {
    const auto name = std::make_shared<std::string>();
    auto& verb =
        commands.verb(noun, "show",
                      {.line = "the public part of a key: did:key and age recipient",
                       .examples = {"usufruct key show ada", "usufruct key show ada --json"}},
                      [name](Context& context) { return show_key(context, *name); });
    verb.add_option("NAME", *name, "name of the key")->required();
  }
  const auto options = std::make_shared<ExportAge>();
  auto& verb =
      commands.verb(noun, "export-age",
                    {.line = "write the receiving key as an identity file for the age program",
                     .examples = {"usufruct key export-age mia -o mia.age-key",
                                  "age --decrypt -i mia.age-key package.age > table.csv"}},
                    [options](Context& context) { return export_age(context, *options); });
  verb.add_option("NAME", options->name, "name of the key")->required();
  verb.add_option("-o,--output", options->output, "file to write, readable by you alone")
      ->type_name("FILE")
      ->required();
}

}  // namespace usufruct::cli
