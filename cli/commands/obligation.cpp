#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/words.h"
#include "ledger/record/names.h"
#include "trustee/obligations.h"

namespace usufruct::cli {
namespace {

struct AnswerObligation {
  Recording recording;
  std::string obligation;
  std::string state;
  std::string note;
};

Result<Answer> list_obligations(Context& context, bool only_open) {
  const Graph& graph = *TRY(context.graph());
  Table table({"obligation", "must", "on", "who", "by", "state", "note"});
  Json obligations = Json::array();
  std::size_t open = 0;
  for (const auto& owed : all_owed(graph, context.now())) {
    const auto& opened = owed.opened;
    const auto& due = *opened->record.as<Obligation>();
    const std::string note = owed.answer ? owed.answer->record.as<Obligation>()->note : due.note;
    // What was refused is still to be done, whoever sees to it.
    const bool is_settled =
        owed.state == ObligationState::done || owed.state == ObligationState::exempt;
    open += is_settled ? 0 : 1;
    if (only_open && is_settled) continue;
    const RecordId on = *opened->record.first(Role::on);
    const std::string what =
        fmt::format("{} {}", name_of(graph.find(on)->record.kind()), context.name_of(on));
    const std::string who = context.name_of(*opened->record.first(Role::owed_by));
    table.add({context.name_of(opened->id), name_of(due.action), what, who,
               print_time(due.due).substr(0, 10), print_state(owed), note});
    obligations.push(Json::object()
                         .set("id", print_id(opened->id))
                         .set("action", name_of(due.action))
                         .set("on", print_id(on))
                         .set("owed_by", print_id(*opened->record.first(Role::owed_by)))
                         .set("due", print_time(due.due))
                         .set("state", name_of(owed.state))
                         .set("late", owed.is_late)
                         .set("note", note));
  }
  Answer answer;
  answer.json.set("obligations", std::move(obligations)).set("open", open);
  if (table.is_empty()) {
    answer.text = only_open ? "nothing is owed\n" : "no obligations\n";
  } else {
    answer.text = table.print();
    if (open != 0) {
      answer.next.emplace_back("usufruct obligation answer ID --state done --note TEXT --as NAME");
    }
  }
  return answer;
}

Result<Answer> answer_obligation(Context& context, const AnswerObligation& options) {
  const auto opened = TRY(context.find(options.obligation, Kind::obligation));
  Record record = TRY(begin_record(context, options.recording));
  Obligation body = *opened->record.as<Obligation>();
  body.state = TRY(known_name<ObligationState>(options.state, "--state"));
  body.note = options.note;
  record.body = body;
  for (const Role role : {Role::caused_by, Role::on, Role::owed_by}) {
    if (const auto id = opened->record.first(role)) record.add(role, *id);
  }
  record.add(Role::answers, opened->id);
  return log_record(context, options.recording, record);
}

}  // namespace

void add_obligation(Commands& commands) {
  auto& noun = commands.noun("obligation", "what must be done because of a withdrawal");
  const auto only_open = std::make_shared<bool>(false);
  auto& look = commands.verb(
      noun, "list",
      {.line = "who must do what, by when, and what they answered",
       .examples = {"usufruct obligation list --open", "usufruct obligation list --json"}},
      [only_open](Context& context) { return list_obligations(context, *only_open); });
  look.add_flag("--open", *only_open, "only what is not done or exempt");
  const auto options = std::make_shared<AnswerObligation>();
  auto& verb = commands.verb(
      noun, "answer",
      {.line = "say what was done, who owes it; or that it need not be, who opened it",
       .examples = {"usufruct obligation answer 1f00ab --state done --note 'erased' --as mia",
                    "usufruct obligation answer 1f00ab --state exempt --as odile"},
       .details = "done, refused and exempt are final."},
      [options](Context& context) { return answer_obligation(context, *options); });
  verb.add_option("OBLIGATION", options->obligation, "label or id")->required();
  verb.add_option("--state", options->state, "acknowledged, done, refused or exempt")
      ->type_name("STATE")
      ->required();
  verb.add_option("--note", options->note, "how, or why not")->type_name("TEXT");
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
