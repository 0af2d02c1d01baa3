#include <fmt/format.h>

#include <memory>
#include <span>

#include "cli/command.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/profile.h"

namespace usufruct::cli {
namespace {

void describe(Json& json, const anonymise::Distinctness& figures) {
  json.set("distinct", figures.distinct)
      .set("unique_rows", figures.unique_rows)
      .set("uniqueness", figures.uniqueness)
      .set("separation", figures.separation)
      .set("estimate", figures.is_estimate);
}

Json json_of(const anonymise::ColumnProfile& column) {
  Json json = Json::object();
  json.set("name", column.name).set("type", anonymise::name_of(column.type));
  describe(json, column.figures);
  json.set("empty", column.empty)
      .set("lowest", column.lowest)
      .set("highest", column.highest)
      .set("outlier_rows", column.outlier_rows)
      .set("suggested_role", anonymise::name_of(column.suggested))
      .set("reason", column.reason)
      .set("hierarchy", column.hierarchy ? Json(anonymise::name_of(*column.hierarchy)) : Json())
      .set("warnings", Json::array_of(column.warnings));
  return json;
}

std::string alone_of(const anonymise::Distinctness& figures, std::uint64_t rows) {
  return print_share(static_cast<double>(figures.unique_rows) / static_cast<double>(rows));
}

void add_notes(Answer& answer, const anonymise::Profile& found) {
  answer.notes.emplace_back(
      "alone: rows whose value no other has; apart: pairs of rows it tells apart");
  answer.notes.emplace_back("the roles are suggestions: the owner decides, in the description");
  for (const auto& column : found.columns) {
    const std::string name = printable(column.name);
    if (column.figures.is_estimate)
      answer.notes.push_back(
          fmt::format("{}: figures are estimates, of a sample of its values", name));
    for (const auto& warning : column.warnings)
      answer.notes.push_back(fmt::format("{}: {}", name, printable(warning)));
  }
}

Result<Answer> profile(Context& context, const std::string& path) {
  const Working working(context.world(), context.output().is_quiet(), "reading " + path);
  const anonymise::Source file{.path = path};
  const auto found = TRY(anonymise::profile(std::span(&file, 1)));
  Table table({"column", "type", "distinct", "empty", "alone", "apart", "lowest", "highest"});
  Json columns = Json::array();
  for (const auto& column : found.columns) {
    table.add({column.name, std::string(anonymise::name_of(column.type)),
               print_count(column.figures.distinct), print_count(column.empty),
               alone_of(column.figures, found.rows), print_share(column.figures.separation),
               printable(column.lowest, 20), printable(column.highest, 20)});
    columns.push(json_of(column));
  }
  Answer answer;
  Json together = Json::object();
  describe(together, found.quasi_identifiers);
  answer.json.set("rows", found.rows)
      .set("columns", std::move(columns))
      .set("quasi_identifiers", std::move(together));
  answer.text = fmt::format("{}\n{}", count_of(found.rows, "row"), table.print());
  if (found.quasi_identifiers.distinct > 0)
    answer.text += fmt::format("the quasi-identifiers together: {} of the rows alone, {} apart\n",
                               alone_of(found.quasi_identifiers, found.rows),
                               print_share(found.quasi_identifiers.separation));
  answer.text += "\n" + anonymise::print_columns(found);
  add_notes(answer, found);
  for (const auto& column : found.columns) {
    if (!column.hierarchy) continue;
    answer.next.push_back(
        fmt::format("usufruct hierarchy build {} --column {}", path, printable(column.name)));
    break;
  }
  answer.next.emplace_back("usufruct dataset register -h");
  return answer;
}

}  // namespace

void add_dataset_profile(Commands& commands, CLI::App& noun) {
  const auto path = std::make_shared<std::string>();
  auto& look = commands.verb(noun, "profile",
                             {.line = "look at a table and suggest a role for each column",
                              .examples = {"usufruct dataset profile people.csv"}},
                             [path](Context& context) { return profile(context, *path); });
  look.add_option("TABLE", *path, "CSV, TSV, JSON lines or Parquet")->required();
}

}  // namespace usufruct::cli
