#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/licensing.h"
#include "cli/recording.h"
#include "cli/words.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"

namespace usufruct::cli {
namespace {

using terms::Vocabulary;

struct SetLicence {
  Recording recording;
  std::string on;
  std::string expression;
  std::string source = "declared";
};

/// What may surprise whoever recorded it.
Result<void> add_notes(Context& context, const std::string& text, const Logged& on,
                       Answer& answer) {
  const auto expression = terms::parse_licence_expression(text, Vocabulary::builtin());
  if (expression) {
    answer.notes = unknown_licences(*expression);
  } else {
    answer.notes.push_back(fmt::format(
        "'{}' is no licence expression of SPDX: the trustees must judge what it allows: {}",
        printable(text), expression.error().message));
    const auto& hint = expression.error().hint;
    if (!hint.empty()) answer.notes.push_back(hint);
  }
  const bool is_version = on.record.kind() == Kind::version;
  const auto dataset = is_version ? on.record.first(Role::of).value_or(on.id) : on.id;
  for (auto& note : TRY(licence_notes(context, text, dataset))) {
    answer.notes.push_back(std::move(note));
  }
  return {};
}

Result<Answer> set(Context& context, const SetLicence& options) {
  const auto on = TRY(context.find(options.on));
  Record record = TRY(begin_record(context, options.recording));
  Licence licence;
  licence.expression = options.expression;
  const auto expression =
      terms::parse_licence_expression(options.expression, Vocabulary::builtin());
  if (expression) licence.expression = print(*expression);
  licence.source = TRY(known_name<LicenceSource>(options.source, "--source"));
  record.body = licence;
  record.add(Role::on, on->id);
  for (const auto& before : licences_in_force(*TRY(context.graph()), on->id)) {
    if (before->record.issuer == record.issuer &&
        before->record.as<Licence>()->source == licence.source) {
      record.add(Role::supersedes, before->id);
      break;
    }
  }
  Answer answer = TRY(log_record(context, options.recording, record));
  CHECK_OK(add_notes(context, licence.expression, *on, answer));
  return answer;
}

Result<Answer> list_licences(Context& context, const std::string& text) {
  const auto on = TRY(context.find(text));
  Answer answer;
  Json licences = Json::array();
  for (const auto& logged : licences_in_force(*TRY(context.graph()), on->id)) {
    const auto& licence = *logged->record.as<Licence>();
    answer.text += fmt::format("{} ({} by {})\n", licence.expression, name_of(licence.source),
                               context.name_of_issuer(logged->record.issuer));
    licences.push(Json::object()
                      .set("id", print_id(logged->id))
                      .set("expression", licence.expression)
                      .set("source", name_of(licence.source)));
  }
  if (answer.text.empty())
    answer.notes.push_back(fmt::format("no licence is recorded on {}", text));
  answer.json.set("licences", std::move(licences));
  return answer;
}

}  // namespace

void add_licence(Commands& commands) {
  auto& noun = commands.noun("licence", "licences and how we know them");
  const auto options = std::make_shared<SetLicence>();
  auto& verb = commands.verb(
      noun, "set",
      {.line = "record a licence on a dataset, version or model",
       .examples = {"usufruct licence set people CC-BY-NC-4.0 --as ada",
                    "usufruct licence set people CC-BY-4.0 --source audited --as auditor"}},
      [options](Context& context) { return set(context, *options); });
  verb.add_option("RECORD", options->on, "dataset, version or model")->required();
  verb.add_option("SPDX", options->expression, "licence expression of the SPDX list")->required();
  verb.add_option("--source", options->source, "declared (the owner's word), audited or inferred")
      ->type_name("HOW");
  add_recording(verb, options->recording);
  const auto text = std::make_shared<std::string>();
  auto& look = commands.verb(
      noun, "list",
      {.line = "the licences on a record", .examples = {"usufruct licence list people"}},
      [text](Context& context) { return list_licences(context, *text); });
  look.add_option("RECORD", *text, "dataset, version or model")->required();
  add_licence_expression(commands, noun);
}

}  // namespace usufruct::cli
