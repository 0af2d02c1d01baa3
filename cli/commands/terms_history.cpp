#include "trustee/terms_history.h"

#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "ledger/record/names.h"

namespace usufruct::cli {
namespace {

/// The days a record holds, where it says so.
std::string holds(const Record& record) {
  if (record.valid_from.ms == 0 && record.valid_to.ms == 0) return "";
  const auto day = [](Time time) { return time.ms == 0 ? "" : print_time(time).substr(0, 10); };
  return fmt::format("{} to {}", day(record.valid_from), day(record.valid_to));
}

Result<Answer> history(Context& context, const std::string& text, bool only_widening) {
  const auto dataset = TRY(context.find(text, Kind::dataset));
  const Graph& graph = *TRY(context.graph());
  Table table({"terms", "recorded", "beside those before", "state", "holds", "title"});
  Json all = Json::array();
  std::size_t widening = 0;
  for (const auto& logged : terms_history(graph, dataset->id)) {
    const auto& terms = *logged->record.as<Terms>();
    widening += may_widen(terms.comparison) ? 1 : 0;
    if (only_widening && !may_widen(terms.comparison)) continue;
    const std::string state(name_of(state_of_terms(graph, *logged, context.now())));
    table.add({context.name_of(logged->id), print_time(logged->time).substr(0, 10),
               name_of(terms.comparison), state, holds(logged->record), terms.title});
    all.push(Json::object()
                 .set("id", print_id(logged->id))
                 .set("index", logged->index)
                 .set("time", print_time(logged->time))
                 .set("comparison", name_of(terms.comparison))
                 .set("state", state)
                 .set("title", terms.title));
  }
  Answer answer;
  answer.json.set("terms", std::move(all)).set("widening", widening);
  if (!table.is_empty()) answer.text = table.print();
  if (table.is_empty()) {
    answer.text =
        only_widening ? "nothing widened what is permitted\n" : "no terms were ever set\n";
  }
  return answer;
}

}  // namespace

void add_terms_history(Commands& commands, CLI::App& noun) {
  const auto dataset = std::make_shared<std::string>();
  const auto widening = std::make_shared<bool>(false);
  auto& verb = commands.verb(
      noun, "history",
      {.line = "every terms a dataset ever had, each beside those before it",
       .examples = {"usufruct terms history people", "usufruct terms history people --widening"},
       .details =
           "How terms stand to those before is in their record, and no log that keeps the law\n"
           "holds terms that say otherwise than is so. It is about what they permit and ask;\n"
           "how long they hold stands beside it."},
      [dataset, widening](Context& context) { return history(context, *dataset, *widening); });
  verb.add_option("DATASET", *dataset, "label or id")->required();
  verb.add_flag("--widening", *widening,
                "only what permits more, or may: wider, incomparable, undecided");
}

}  // namespace usufruct::cli
