#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/duo.h"

namespace usufruct::cli {
namespace {

/// The terms on stdout, the account of every word on stderr.
Result<Answer> told(const terms::Imported& imported) {
  Answer answer;
  answer.text = TRY(terms::print_terms(imported.terms));
  Json lines = Json::array();
  for (const auto& line : imported.lines) {
    lines.push(Json::object()
                   .set("source", line.source)
                   .set("fidelity", name_of(line.fidelity))
                   .set("into", line.into)
                   .set("loss", line.loss));
    answer.notes.push_back(fmt::format("{} {}: {}{}", name_of(line.fidelity),
                                       printable(line.source), line.into,
                                       line.loss.empty() ? "" : "; " + line.loss));
  }
  answer.json.set("terms", answer.text).set("lines", std::move(lines));
  return answer;
}

Result<Answer> import_duo(const std::vector<std::string>& codes) {
  const auto imported = TRY(terms::import_duo(codes));
  Answer answer = TRY(told(imported));
  answer.notes.push_back(fmt::format(
      "DUO says nothing of a privacy floor: k={} is set, with at most {} of rows suppressed",
      imported.terms.floor.k, print_share(imported.terms.floor.suppression_max_per10000 / 1e4)));
  return answer;
}

}  // namespace

void add_terms_import(Commands& commands, CLI::App& noun) {
  const auto codes = std::make_shared<std::vector<std::string>>();
  auto& verb = commands.verb(
      noun, "import-duo",
      {.line = "terms from codes of the Data Use Ontology, with an account of each",
       .examples = {"usufruct terms import-duo HMB NPU IRB TS=24 GS=EU > terms.yaml"},
       .details =
           "What DUO says and terms cannot is asked of the trustees, never left out. With a\n"
           "value: DS=disease, RS=topic, GS=regions, TS=months, MOR=date, US=, IS=, PS=."},
      [codes](Context&) { return import_duo(*codes); });
  verb.add_option("CODE", *codes, "as HMB or DUO:0000006, with =value where it needs one")
      ->required();
}

}  // namespace usufruct::cli
