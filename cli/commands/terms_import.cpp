#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "ledger/record/id.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/formats.h"

namespace usufruct::cli {
namespace {

struct Import {
  std::string format;
  std::vector<std::string> what;
  std::string path = "/";
  std::string unstated = "ask";
  std::string target;
  std::vector<std::string> parties;  ///< IRI=ID
};

Result<terms::Unstated> unstated_of(const std::string& word) {
  if (word == "ask") return terms::Unstated::ask;
  if (word == "leave") return terms::Unstated::leave;
  if (word == "forbid") return terms::Unstated::forbid;
  return usage(fmt::format("'{}' is no way to treat what is not stated", printable(word, 40)),
               "--unstated ask, leave or forbid");
}

Answer list() {
  Answer answer;
  Json formats = Json::array();
  Table table({"format", "what it is"});
  for (const auto& format : terms::import_formats()) {
    formats.push(Json::object().set("name", format.name).set("line", format.line));
    table.add({std::string(format.name), std::string(format.line)});
  }
  answer.json.set("formats", std::move(formats));
  answer.text = table.print();
  answer.next.emplace_back("usufruct terms import FORMAT FILE > terms.yaml");
  return answer;
}

Result<const terms::ImportFormat*> find_format(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& format : terms::import_formats()) {
    if (format.name == name) return &format;
    names.emplace_back(format.name);
  }
  const auto meant = nearest(name, names);
  return not_found(
      fmt::format("there is no format '{}' to import", printable(name, 60)),
      meant ? fmt::format("did you mean '{}'?", *meant) : "`usufruct terms import` lists them");
}

/// The terms on stdout, the account of every word on stderr.
Result<Answer> tell(const terms::Imported& imported, terms::Unstated unstated) {
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
  if (unstated == terms::Unstated::leave) {
    answer.notes.emplace_back(
        "alone they permit what the source does not speak of: meet them with terms of your own");
  }
  answer.notes.push_back(fmt::format(
      "the privacy floor is k={}, with at most {} of rows suppressed: "
      "change it to what the data need",
      imported.terms.floor.k, print_share(imported.terms.floor.suppression_max_per10000 / 1e4)));
  return answer;
}

/// Parties that the text calls by IRIs, by the labels or ids they have here.
Result<std::map<std::string, std::string, std::less<>>> known_parties(
    Context& context, const std::vector<std::string>& written) {
  std::map<std::string, std::string, std::less<>> parties;
  for (const auto& one : written) {
    // An IRI may hold an equals sign, an id does not.
    const auto equals = one.rfind('=');
    if (equals == one.npos || equals == 0 || equals + 1 == one.size()) {
      return usage(fmt::format("'--party {}' names no party", printable(one, 80)),
                   "write --party IRI=ID, with the label or id of a party");
    }
    const std::string party = one.substr(equals + 1);
    const auto id = parse_id(party);
    parties[one.substr(0, equals)] =
        id ? print_id(*id) : print_id(TRY(context.find(party, Kind::party))->id);
  }
  return parties;
}

Result<Answer> import(Context& context, const Import& options) {
  if (options.format.empty()) return list();
  const auto* format = TRY(find_format(options.format));
  terms::ImportOptions how{.path = options.path};
  how.unstated = TRY(unstated_of(options.unstated));
  const bool from_stdin = options.what == std::vector<std::string>{"-"};
  if (format->is_words && !from_stdin) {
    return tell(TRY(format->read(join(options.what, " "), how)), how.unstated);
  }
  if (options.what.size() != 1) {
    return usage(fmt::format("'{}' is imported from one file", format->name),
                 fmt::format("usufruct terms import {} FILE; - is standard input", format->name));
  }
  how.file = options.what.front();
  how.target = options.target;
  how.parties = TRY(known_parties(context, options.parties));
  return tell(TRY(format->read(TRY(read_text(context, options.what.front())), how)), how.unstated);
}

}  // namespace

void add_terms_import(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<Import>();
  auto& verb = commands.verb(
      noun, "import",
      {.line = "terms from another way of writing them, with an account of every word",
       .examples = {"usufruct terms import",
                    "usufruct terms import duo HMB NPU IRB TS=24 GS=EU > terms.yaml",
                    "usufruct terms import robots robots.txt --unstated leave > signal.yaml",
                    "usufruct terms import odrl policy.json --target http://example.org/people "
                    "--party http://example.org/mia=mia",
                    "curl -sI https://example.org/ | usufruct terms import aipref - > signal.yaml"},
       .details =
           "Without a format it lists what there is. What the source says and terms cannot\n"
           "is asked of the trustees, never left out. So are uses for which a signal states\n"
           "no preference; with --unstated leave the terms that it is met with decide on\n"
           "those: `usufruct terms meet mine.yaml signal.yaml`."},
      [options](Context& context) { return import(context, *options); });
  verb.add_option("FORMAT", options->format, "which; all are listed without it");
  verb.add_option("--path", options->path, "where on the site the data are")
      ->type_name("PATH")
      ->capture_default_str();
  verb.add_option("--unstated", options->unstated,
                  "uses that the source does not speak of: ask, leave or forbid")
      ->type_name("HOW")
      ->capture_default_str();
  verb.add_option("WHAT", options->what, "a file, - for standard input; or the codes themselves");
  verb.add_option("--target", options->target, "what the text calls the dataset")->type_name("IRI");
  verb.add_option("--party", options->parties, "what the text calls a party that is known here")
      ->type_name("IRI=ID");
}

}  // namespace usufruct::cli
