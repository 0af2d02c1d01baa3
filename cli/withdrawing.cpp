#include "cli/withdrawing.h"

#include <fmt/format.h>

#include "cli/table.h"
#include "cli/words.h"
#include "ledger/record/names.h"
#include "trustee/impact.h"

namespace usufruct::cli {
namespace {

constexpr unsigned deadline_days_max = 36'500;

Record obligation_of(const Record& withdrawal, const RecordId& cause, const Due& due, Time by) {
  Record record;
  record.issuer = withdrawal.issuer;
  record.issued_at = withdrawal.issued_at;
  record.body = Obligation{.action = due.action, .due = by};
  record.add(Role::caused_by, cause);
  record.add(Role::on, due.on);
  record.add(Role::owed_by, due.owed_by->id);
  return record;
}

}  // namespace

void add_withdrawing(CLI::App& verb, Withdrawing& withdrawing) {
  verb.add_option("--reason", withdrawing.reason, "why, for those who must act")
      ->type_name("TEXT")
      ->required();
  verb.add_option("--effect", withdrawing.effect,
                  "stopFuture, erase, retrain, quarantine or notify")
      ->type_name("EFFECT");
  verb.add_option("--deadline-days", withdrawing.deadline_days, "days they have to act")
      ->type_name("N");
}

Result<Answer> withdraw(Context& context, const Recording& recording,
                        const Withdrawing& withdrawing, const RecordId& target) {
  if (withdrawing.deadline_days > deadline_days_max) {
    return usage(fmt::format("--deadline-days is at most {}", deadline_days_max));
  }
  Record record = TRY(begin_record(context, recording));
  Withdrawal body;
  body.reason = withdrawing.reason;
  body.effect = TRY(known_name<WithdrawalEffect>(withdrawing.effect, "--effect"));
  body.deadline_days = withdrawing.deadline_days;
  record.body = body;
  record.add(Role::revokes, target);
  if (recording.dry_run) return dry_run_answer(record);
  const auto logged = TRY(submit_record(context, recording.as, recording.label, record));

  const auto reached = impact_of(*TRY(context.graph()), target);
  const auto dues = obligations_of(*TRY(context.graph()), reached, body.effect);
  const Time by = logged.time.plus_days(body.deadline_days);
  Answer answer;
  describe(answer.json, logged, recording.label);
  answer.text = sentence(context, Kind::withdrawal, logged);
  Table table({"obligation", "must", "on", "who", "by"});
  Json obligations = Json::array();
  for (const auto& due : dues) {
    const auto opened =
        TRY_IN("the withdrawal is recorded, an obligation is not",
               submit_record(context, recording.as, "", obligation_of(record, logged.id, due, by)));
    const std::string on =
        fmt::format("{} {}", name_of(TRY(context.graph())->find(due.on)->record.kind()),
                    context.name_of(due.on));
    const std::string who = due.owed_by->record.as<Party>()->name;
    table.add({print_short(opened.id), name_of(due.action), on, who, print_time(by).substr(0, 10)});
    obligations.push(Json::object()
                         .set("id", print_id(opened.id))
                         .set("action", name_of(due.action))
                         .set("on", print_id(due.on))
                         .set("owed_by", print_id(due.owed_by->id))
                         .set("due", print_time(by)));
  }
  answer.json.set("obligations", std::move(obligations)).set("reached", reached.size());
  if (table.is_empty()) {
    answer.text += "nothing was made from it: nobody must act\n";
  } else {
    answer.text += table.print();
    answer.next.emplace_back("usufruct obligation list --open");
  }
  return answer;
}

}  // namespace usufruct::cli
