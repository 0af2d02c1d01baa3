#include <fmt/format.h>

#include <memory>

#include "cli/command.h"
#include "cli/given_terms.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "ledger/record/id.h"
#include "trustee/terms/export/formats.h"

namespace usufruct::cli {
namespace {

struct Export {
  std::string format;
  std::string from;
  std::string vocabulary;
  terms::ExportOptions options;
};

Answer list_export_formats() {
  Answer answer;
  Json formats = Json::array();
  Table table({"format", "what it is"});
  for (const auto& format : terms::export_formats()) {
    formats.push(Json::object().set("name", format.name).set("line", format.line));
    table.add({std::string(format.name), std::string(format.line)});
  }
  answer.json.set("formats", std::move(formats));
  answer.text = table.print();
  answer.next.emplace_back("usufruct terms export FORMAT FILE|DATASET");
  return answer;
}

Result<const terms::ExportFormat*> find_export_format(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& format : terms::export_formats()) {
    if (format.name == name) return &format;
    names.emplace_back(format.name);
  }
  const auto meant = nearest(name, names);
  return not_found(
      fmt::format("there is no format '{}' to export to", printable(name, 60)),
      meant ? fmt::format("did you mean '{}'?", *meant) : "`usufruct terms export` lists them");
}

/// The file on stdout, as it is. Of a dataset it is known what the terms are for, and who sets
/// them.
Result<Answer> write(Context& context, const Export& wanted) {
  if (wanted.format.empty()) return list_export_formats();
  const auto* format = TRY(find_export_format(wanted.format));
  if (wanted.from.empty()) {
    return usage("nothing is given to export",
                 fmt::format("usufruct terms export {} FILE|DATASET", wanted.format));
  }
  if (const auto checked = terms::check_iris(wanted.options); !checked) {
    return usage(checked.error().message, checked.error().hint);
  }
  const auto given = TRY(given_terms(context, wanted.from, wanted.vocabulary));
  terms::ExportOptions options = wanted.options;
  options.vocabulary = given.words.vocabulary.get();
  if (given.dataset) {
    if (options.target.empty()) options.target = "urn:usufruct:" + print_id(given.dataset->id);
    if (options.assigner.empty()) options.assigner = given.dataset->record.issuer;
  }
  Answer answer;
  answer.text = TRY(format->write(given.terms, options));
  answer.json.set("format", format->name).set("text", answer.text);
  if (!is_of_program(given.words)) {
    answer.notes.push_back(said_of_words(context, given.words));
  }
  if (options.target.empty()) {
    answer.notes.emplace_back(
        "it does not say what it is for, nor who offers it: --target and "
        "--assigner do");
  }
  return answer;
}

}  // namespace

void add_terms_export(Commands& commands, CLI::App& noun) {
  const auto wanted = std::make_shared<Export>();
  auto& verb = commands.verb(
      noun, "export",
      {.line = "terms in another way of writing them",
       .examples = {"usufruct terms export odrl people > policy.json",
                    "usufruct terms export odrl terms.yaml --target http://example.org/people"},
       .details = "Without a format it lists what there is. Importing what was exported gives the "
                  "same\nterms again."},
      [wanted](Context& context) { return write(context, *wanted); });
  verb.add_option("FORMAT", wanted->format, "which; all are listed without it");
  verb.add_option("FROM", wanted->from,
                  "a file of terms, - for standard input, or a dataset: its terms in force");
  verb.add_option("--target", wanted->options.target, "what the terms are for")->type_name("IRI");
  verb.add_option("--assigner", wanted->options.assigner, "who sets them")->type_name("IRI");
  verb.add_option("--uid", wanted->options.uid, "the policy's name; else made of its content")
      ->type_name("IRI");
  add_vocabulary_option(verb, wanted->vocabulary);
}

}  // namespace usufruct::cli
