#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/request_content.h"
#include "cli/table.h"
#include "cli/working.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"
#include "trustee/quorum.h"
#include "trustee/replay.h"

namespace usufruct::cli {
namespace {

struct Decide {
  Recording recording;
  std::string request;
  std::vector<std::string> reasons;
  bool approve = false;
  bool deny = false;
  bool recuse = false;
  bool return_ = false;
};

Result<Outcome> outcome_of(const Decide& options) {
  std::optional<Outcome> outcome;
  int said = 0;
  for (const auto& [is_said, what] :
       {std::pair{options.approve, Outcome::approve}, std::pair{options.deny, Outcome::deny},
        std::pair{options.recuse, Outcome::recuse}, std::pair{options.return_, Outcome::return_}}) {
    if (!is_said) continue;
    outcome = what;
    ++said;
  }
  if (said != 1) {
    return usage("a decision is exactly one of --approve, --deny, --return and --recuse",
                 "usufruct decision new REQUEST --as TRUSTEE --approve");
  }
  if (*outcome != Outcome::approve && options.reasons.empty()) {
    return usage("a denial, return or recusal gives its reasons", "add --reason TEXT");
  }
  return *outcome;
}

Result<Answer> decide(Context& context, const Decide& options) {
  const Outcome outcome = TRY(outcome_of(options));
  Record record = TRY(begin_record(context, options.recording));
  const auto request = TRY(context.find(options.request, Kind::request));
  const Graph& graph = *TRY(context.graph());
  const auto screening = TRY(screen(graph, request->id, Suggest::no));
  Decision decision;
  decision.outcome = outcome;
  decision.reasons = options.reasons;
  decision.assessment = screening.digest;
  decision.checkpoint_size = graph.size();
  decision.checkpoint_root = graph.root_at(graph.size());
  record.body = decision;
  record.add(Role::on, request->id);
  Answer answer = TRY(log_record(context, options.recording, record));
  if (options.recording.dry_run) return answer;
  const auto counted = TRY(tally(*TRY(context.graph()), request->id, context.now()));
  answer.json.set("state", name_of(counted.state))
      .set("approvals", counted.approvals)
      .set("threshold", counted.threshold);
  answer.text += fmt::format("request {} is {}: {}\n", context.name_of(request->id),
                             name_of(counted.state), counted.why);
  if (counted.state == CaseState::approved) {
    answer.next.push_back(
        fmt::format("usufruct share give {} --as TRUSTEE", context.name_of(request->id)));
  }
  if (counted.state == CaseState::returned) {
    answer.next.push_back(
        anew_of(context, *screening.holding.dataset, context.name_of(request->id)));
  }
  return answer;
}

/// How a replayed vote is told: in a table, and to a program.
std::pair<std::string_view, std::string_view> told(const ReplayedVote& vote) {
  if (!vote.matches) return {"MISMATCH", "mismatch"};
  if (!vote.stands) return {"match; void since, what it judged has changed", "void"};
  return {"match", "match"};
}

Result<Answer> replay(Context& context, const std::string& text) {
  const Graph& graph = *TRY(context.graph());
  std::vector<RecordId> decisions;
  if (text.empty()) {
    decisions = graph.of_kind(Kind::decision);
  } else {
    const auto request = TRY(context.find(text, Kind::request));
    for (const auto& logged : graph.referring(request->id, Role::on)) {
      if (logged->record.kind() == Kind::decision) decisions.push_back(logged->id);
    }
  }
  const Working working(context.world(), context.output().is_quiet(), "replaying decisions");
  Answer answer;
  Table table({"decision", "by", "vote", "on", "replay"});
  Json rows = Json::array();
  std::size_t mismatches = 0;
  const auto votes = replay_all(graph, decisions);
  for (std::size_t i = 0; i < votes.size(); ++i) {
    const auto logged = graph.find(decisions[i]);
    const auto* body = logged ? logged->record.as<Decision>() : nullptr;
    const auto [word, code] = told(votes[i]);
    mismatches += votes[i].matches ? 0 : 1;
    const std::string vote(body != nullptr ? name_of(body->outcome) : "-");
    const std::string by = logged ? context.name_of_issuer(logged->record.issuer) : "-";
    const auto on = logged ? logged->record.first(Role::on) : std::nullopt;
    table.add({context.name_of(decisions[i]), by, vote, on ? context.name_of(*on) : "-",
               std::string(word)});
    Json row = Json::object()
                   .set("id", print_id(decisions[i]))
                   .set("by", by)
                   .set("vote", vote)
                   .set("replay", code);
    if (votes[i].error) row.set("why", votes[i].error->message);
    rows.push(std::move(row));
  }
  answer.json.set("decisions", std::move(rows)).set("mismatches", mismatches);
  if (!table.is_empty()) answer.text = table.print();
  answer.text += fmt::format("{} judged again from the ledger alone, {} differ\n",
                             count_of(decisions.size(), "decision"), mismatches);
  if (mismatches != 0) {
    answer.failure = Error{Code::unverified,
                           fmt::format("{} cite another assessment than the ledger gives",
                                       count_of(mismatches, "decision")),
                           "keep a copy: `usufruct log export DIR`, then `usufruct audit DIR`",
                           "decision-assessment"};
  }
  return answer;
}

}  // namespace

void add_decision(Commands& commands) {
  auto& noun = commands.noun("decision", "trustees' votes");
  {
    const auto options = std::make_shared<Decide>();
    auto& verb = commands.verb(
        noun, "new",
        {.line = "vote on a request: bound to its content, its assessment and this log",
         .examples = {"usufruct decision new ask --as ama --approve",
                      "usufruct decision new ask --as bo --deny --reason 'no ethics approval'",
                      "usufruct decision new ask --as cy --return --reason 'one year will do'"}},
        [options](Context& context) { return decide(context, *options); });
    verb.add_option("REQUEST", options->request, "label or id")->required();
    verb.add_flag("--approve", options->approve, "yes");
    verb.add_flag("--deny", options->deny, "no; needs --reason");
    verb.add_flag("--return", options->return_,
                  "not so: changes are asked for; needs --reason, which says which");
    verb.add_flag("--recuse", options->recuse,
                  "not me; needs --reason; never lowers the threshold");
    verb.add_option("--reason", options->reasons, "one reason; may repeat")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    add_recording(verb, options->recording);
  }
  const auto text = std::make_shared<std::string>();
  const auto all = std::make_shared<bool>(false);
  auto& verb = commands.verb(
      noun, "replay",
      {.line = "judge every vote's assessment again from the ledger alone",
       .examples = {"usufruct decision replay --all", "usufruct decision replay ask"}},
      [text, all](Context& context) -> Result<Answer> {
        if (text->empty() != *all) {
          return usage("replay which?", "name a request, or say --all");
        }
        return replay(context, *text);
      });
  verb.add_option("REQUEST", *text, "label or id");
  verb.add_flag("--all", *all, "every decision in the log");
}

}  // namespace usufruct::cli
