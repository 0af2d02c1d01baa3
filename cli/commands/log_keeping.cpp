#include "trustee/log_keeping.h"

#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/log_key.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/stream.h"

namespace usufruct::cli {
namespace {

Result<Answer> rebuild(Context& context) {
  const Workspace& workspace = *TRY(context.workspace());
  Working working(context.world(), context.output().is_quiet(), "making the views again");
  const auto size = TRY(
      rebuild_log(workspace, [&](std::uint64_t done, std::uint64_t of) { working.at(done, of); }));
  Answer answer;
  answer.json.set("entries", size);
  answer.text = fmt::format("made the views of {} again\n", count_of(size, "entry"));
  return answer;
}

Result<Answer> change_key(Context& context) {
  const Workspace& workspace = *TRY(context.workspace());
  const std::string old_vkey = workspace.log_vkey();
  const std::string vkey =
      TRY(change_log_key(workspace, context.world().clock, context.world().chance));
  Answer answer;
  answer.json.set("log_vkey", vkey).set("former_log_vkey", old_vkey);
  answer.text = fmt::format(
      "the log has a new key\nvkey    {}\nformer  {}\n"
      "both sign its checkpoints until the former one is retired\n",
      vkey, old_vkey);
  answer.next = {"usufruct log statements", "usufruct log retire-key"};
  return answer;
}

Result<Answer> retire_key(Context& context) {
  const Workspace& workspace = *TRY(context.workspace());
  CHECK_OK(retire_log_key(workspace, context.world().clock));
  Answer answer;
  answer.json.set("log_vkey", workspace.log_vkey());
  answer.text = fmt::format("the former key signs no more\nvkey  {}\n", workspace.log_vkey());
  return answer;
}

Result<Answer> statements(Context& context) {
  const auto notes = TRY(log_statements(*TRY(context.workspace())));
  Answer answer;
  Json list = Json::array();
  for (const auto& note : notes) {
    list.push(note);
    answer.text += note + "\n";
  }
  answer.json.set("statements", std::move(list));
  if (notes.empty()) answer.text = "the log has said nothing of itself: no change of key, no end\n";
  return answer;
}

struct Follow {
  std::string key;
  std::vector<std::string> notes;
};

Result<Answer> follow_key(Context& context, const Follow& options) {
  std::vector<std::string> notes;
  for (const auto& path : options.notes) {
    notes.emplace_back(as_text(TRY(read_file(path, note_bytes_max))));
  }
  const auto known = TRY(log_key(context, options.key));
  const std::string vkey = print_vkey(TRY(follow_keys(known, notes)));
  return Answer{.json = Json::object().set("log_vkey", vkey), .text = vkey + "\n"};
}

Result<Answer> close(Context& context, const std::string& successor) {
  std::optional<NoteVerifier> next;
  if (!successor.empty()) next = TRY_IN("--successor", parse_vkey(successor));
  const Workspace& workspace = *TRY(context.workspace());
  const std::string note = TRY(close_log(workspace, context.world().clock, next));
  Answer answer;
  answer.json.set("closing", note);
  answer.text = note;
  answer.notes = {"the log takes no more records; what it holds stays verifiable for ever"};
  answer.next = {"usufruct log export public"};
  return answer;
}

}  // namespace

void add_log_keeping(Commands& commands, CLI::App& noun) {
  commands.verb(
      noun, "rebuild",
      {.line = "make the views of the log again from its entries",
       .examples = {"usufruct log rebuild"},
       .details = "For a store whose views an audit found rewritten or damaged. Entries,\n"
                  "tiles and checkpoint are read and not changed."},
      rebuild);
  commands.verb(noun, "change-key",
                {.line = "give the log a new key; the former one signs beside it until retired",
                 .examples = {"usufruct log change-key"}},
                change_key);
  commands.verb(
      noun, "retire-key",
      {.line = "let the log's newest key sign alone", .examples = {"usufruct log retire-key"}},
      retire_key);
  commands.verb(noun, "statements",
                {.line = "what the log said of itself: changes of key, and its end",
                 .examples = {"usufruct log statements"}},
                statements);
  const auto follow = std::make_shared<Follow>();
  auto& following =
      commands.verb(noun, "follow-key",
                    {.line = "from a key known before to the log's key today, by its statements",
                     .examples = {"usufruct log follow-key --key old.vkey statements/*-key.note"}},
                    [follow](Context& context) { return follow_key(context, *follow); });
  following.add_option("NOTE", follow->notes, "key changes, oldest first")->required();
  add_log_key(following, follow->key);
  const auto successor = std::make_shared<std::string>();
  auto& closing =
      commands.verb(noun, "close",
                    {.line = "end the log: it takes no more records and stays verifiable",
                     .examples = {"usufruct log close", "usufruct log close --successor VKEY"}},
                    [successor](Context& context) { return close(context, *successor); });
  closing.add_option("--successor", *successor, "vkey of the log that goes on")->type_name("VKEY");
}

}  // namespace usufruct::cli
