#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/working.h"

namespace usufruct::cli {
namespace {

Result<Answer> checkpoint(Context& context) {
  const std::string note = TRY(context.client())->checkpoint();
  Answer answer;
  answer.json.set("checkpoint", note).set("log_vkey", TRY(context.workspace())->log_vkey());
  answer.text = note;
  return answer;
}

Result<Answer> key(Context& context) {
  const std::string& vkey = TRY(context.workspace())->log_vkey();
  return Answer{.json = Json::object().set("log_vkey", vkey), .text = vkey};
}

Result<Answer> export_log(Context& context, const std::string& folder) {
  std::error_code error;
  if (std::filesystem::exists(folder, error) && !std::filesystem::is_empty(folder, error) &&
      !std::filesystem::exists(std::filesystem::path(folder) / "checkpoint", error)) {
    return conflict(fmt::format("{} is there already and holds no log", folder),
                    "name a folder that does not exist yet, or an earlier export to bring up to "
                    "date");
  }
  const LocalClient& client = *TRY(context.client());
  Working working(context.world(), context.output().is_quiet(), "writing the log");
  CHECK_OK(client.export_to(folder, {.progress = [&](TreeSize done, TreeSize total) {
                              working.at(done.value, total.value);
                            }}));
  const std::string& vkey = TRY(context.workspace())->log_vkey();
  Answer answer;
  answer.json.set("folder", folder).set("records", client.graph().size()).set("log_vkey", vkey);
  answer.text = fmt::format("wrote {} to {}\nvkey {}\n", count_of(client.graph().size(), "record"),
                            folder, vkey);
  answer.next.push_back(fmt::format("usufruct audit {} --key {}", folder, vkey));
  return answer;
}

}  // namespace

void add_log(Commands& commands) {
  auto& noun = commands.noun("log", "the transparency log");
  commands.verb(noun, "checkpoint",
                {.line = "the newest signed checkpoint", .examples = {"usufruct log checkpoint"}},
                checkpoint);
  commands.verb(noun, "key",
                {.line = "the log's public key, as an auditor needs it",
                 .examples = {"usufruct log key > log.vkey"}},
                key);
  const auto folder = std::make_shared<std::string>();
  auto& verb =
      commands.verb(noun, "export",
                    {.line = "write the public log as tiles: all an auditor needs beside the key",
                     .examples = {"usufruct log export public"}},
                    [folder](Context& context) { return export_log(context, *folder); });
  verb.add_option("DIR", *folder, "a new folder, or an earlier export to bring up to date")
      ->required();
  add_log_verify(commands, noun);
  add_log_proofs(commands, noun);
  add_log_mirror(commands, noun);
  add_log_fsck(commands, noun);
  add_log_serve(commands, noun);
  add_log_keeping(commands, noun);
  add_log_submit(commands, noun);
}

}  // namespace usufruct::cli
