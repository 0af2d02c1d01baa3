#include <fmt/format.h>

#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/table.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"
#include "trustee/impact.h"

namespace usufruct::cli {
namespace {

Result<Answer> impact(Context& context, const std::string& text) {
  const auto start = TRY(context.find(text));
  const Graph& graph = *TRY(context.graph());
  const auto reached = impact_of(graph, start->id);
  Answer answer;
  Json rows = Json::array();
  const std::string kind = name_of(start->record.kind());
  answer.text = fmt::format("{} {}\n", kind, context.name_of(start->id));
  for (const auto& each : reached) {
    const std::string what = name_of(each.record->record.kind());
    answer.text +=
        fmt::format("{:>{}}{} {}  {}, from {}, made by {}\n", "", 2 * each.steps, what,
                    context.name_of(each.record->id), name_of(each.strength),
                    context.name_of(each.by), context.name_of_issuer(each.record->record.issuer));
    rows.push(Json::object()
                  .set("id", print_id(each.record->id))
                  .set("kind", what)
                  .set("name", context.name_of(each.record->id))
                  .set("strength", name_of(each.strength))
                  .set("by", print_id(each.by))
                  .set("steps", each.steps)
                  .set("index", each.record->index));
  }
  answer.text += fmt::format("{} reached, complete as of {}\n", print_count(reached.size()),
                             count_of(graph.size(), "record"));
  answer.json.set("id", print_id(start->id))
      .set("kind", kind)
      .set("reached", std::move(rows))
      .set("complete_as_of", graph.size());
  return answer;
}

/// The tree of what something came from. A record seen before is named once more, not followed.
class Trace {
 public:
  Trace(Context& context, const Graph& graph) : context_(context), graph_(graph) {}

  Json follow(const Logged& logged, std::string_view role, std::size_t depth) {
    const bool is_known = !seen_.insert(logged.id).second;
    text_ +=
        fmt::format("{:>{}}{}{} {}{}{}\n", "", 2 * depth,
                    role.empty() ? "" : fmt::format("{}: ", role), name_of(logged.record.kind()),
                    context_.name_of(logged.id), detail(logged), is_known ? " (above)" : "");
    Json json = Json::object()
                    .set("id", print_id(logged.id))
                    .set("kind", name_of(logged.record.kind()))
                    .set("name", context_.name_of(logged.id))
                    .set("index", logged.index);
    if (!role.empty()) json.set("role", role);
    Json from = Json::array();
    if (!is_known && depth < depth_max) upstream(logged, depth + 1, from);
    return json.set("from", std::move(from));
  }

  const std::string& text() const { return text_; }

 private:
  /// Deeper than any lineage anyone has; the command says so if it is reached.
  static constexpr std::size_t depth_max = 200;

  std::string detail(const Logged& logged) {
    if (const auto* release = logged.record.as<Release>()) {
      return fmt::format(", {}, k={}", count_of(release->rows_released, "row"), release->k);
    }
    if (logged.record.kind() == Kind::dataset) {
      return fmt::format(", owner {}", context_.name_of_issuer(logged.record.issuer));
    }
    if (logged.record.kind() == Kind::model || logged.record.kind() == Kind::run ||
        logged.record.kind() == Kind::request) {
      return fmt::format(", by {}", context_.name_of_issuer(logged.record.issuer));
    }
    if (const auto* decision = logged.record.as<Decision>()) {
      return fmt::format(", {} by {}", name_of(decision->outcome),
                         context_.name_of_issuer(logged.record.issuer));
    }
    if (const auto* licence = logged.record.as<Licence>()) {
      return fmt::format(", {}", licence->expression);
    }
    return {};
  }

  void upstream(const Logged& logged, std::size_t depth, Json& from) {
    for (const auto& ref : logged.record.refs) {
      const auto target = graph_.find(ref.id);
      if (!target || ref.role == Role::supersedes || ref.role == Role::trustee ||
          ref.role == Role::mandatory_seat || ref.role == Role::custodian || ref.role == Role::to) {
        continue;
      }
      from.push(follow(*target, name_of(ref.role), depth));
    }
    if (logged.record.kind() == Kind::dataset) dataset(logged, depth, from);
    if (logged.record.kind() != Kind::request) return;
    for (const auto& decision : graph_.referring(logged.id, Role::on)) {
      if (decision->record.kind() == Kind::decision) from.push(follow(*decision, "vote", depth));
    }
  }

  /// What stands over a dataset: terms, licences, consents.
  void dataset(const Logged& logged, std::size_t depth, Json& from) {
    if (const auto terms = terms_in_force(graph_, logged.id)) {
      from.push(follow(*terms, "terms", depth));
    }
    for (const auto& licence : licences_in_force(graph_, logged.id)) {
      from.push(follow(*licence, "licence", depth));
    }
    const std::uint64_t consents = graph_.referring(logged.id, Role::covers).size();
    text_ += fmt::format("{:>{}}{}\n", "", 2 * depth, count_of(consents, "consent record"));
    from.push(Json::object().set("consents", consents));
  }

  Context& context_;
  const Graph& graph_;
  std::set<RecordId> seen_;
  std::string text_;
};

Result<Answer> trace(Context& context, const std::string& text) {
  const auto start = TRY(context.find(text));
  const Graph& graph = *TRY(context.graph());
  Trace trace(context, graph);
  Answer answer;
  answer.json.set("trace", trace.follow(*start, "", 0)).set("complete_as_of", graph.size());
  answer.text = trace.text();
  return answer;
}

}  // namespace

void add_provenance(Commands& commands) {
  auto& noun = commands.noun("provenance", "what came from what");
  const auto down = std::make_shared<std::string>();
  auto& impact_verb = commands.verb(noun, "impact",
                                    {.line = "everything made from a record, any depth",
                                     .examples = {"usufruct provenance impact people",
                                                  "usufruct provenance impact release --json"}},
                                    [down](Context& context) { return impact(context, *down); });
  impact_verb.add_option("RECORD", *down, "label or id")->required();
  const auto up = std::make_shared<std::string>();
  auto& trace_verb = commands.verb(
      noun, "trace",
      {.line = "everything a record came from: model to run to release to terms and owner",
       .examples = {"usufruct provenance trace model"}},
      [up](Context& context) { return trace(context, *up); });
  trace_verb.add_option("RECORD", *up, "label or id")->required();
}

}  // namespace usufruct::cli
