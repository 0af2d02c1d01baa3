#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/terms/import/consent.h"

namespace usufruct::cli {
namespace {

/// The template on stdout, the account of every field on stderr.
Result<Answer> import(Context& context, const std::string& file) {
  const auto imported = TRY(terms::import_consent(TRY(read_text(context, file)), file));
  const auto status = imported.agreed.consent.status;
  Answer answer;
  answer.text = TRY(terms::print_consent_template(imported.agreed));
  Json lines = Json::array();
  for (const auto& line : imported.lines) {
    lines.push(Json::object()
                   .set("source", line.source)
                   .set("fidelity", terms::name_of(line.fidelity))
                   .set("into", line.into)
                   .set("loss", line.loss));
    answer.notes.push_back(fmt::format("{} {}: {}{}", terms::name_of(line.fidelity),
                                       printable(line.source), line.into,
                                       line.loss.empty() ? "" : "; " + line.loss));
  }
  answer.json.set("template", answer.text)
      .set("status", usufruct::name_of(status))
      .set("lines", std::move(lines));
  if (gives_consent(status)) {
    answer.next.emplace_back(
        "usufruct consent record DATASET --template FILE --subjects IDS --as OWNER");
  } else {
    answer.notes.emplace_back(
        "this gives nothing yet: ask the subject, or put right what was lost");
  }
  return answer;
}

}  // namespace

void add_consent_import(Commands& commands, CLI::App& noun) {
  const auto file = std::make_shared<std::string>();
  auto& verb = commands.verb(
      noun, "import",
      {.line = "a template from a consent record of another system, each field accounted for",
       .examples = {"usufruct consent import record.json > consent.yaml"},
       .details =
           "Takes ISO/IEC TS 27560 records and receipts, in plain JSON or in JSON-LD with DPV. "
           "The template is never\nwider than the record: where a condition is lost, it says "
           "`status: requested` and not given. Who the\nperson is stays behind."},
      [file](Context& context) { return import(context, *file); });
  verb.add_option("FILE", *file, "the record; - is standard input")->required();
}

}  // namespace usufruct::cli
