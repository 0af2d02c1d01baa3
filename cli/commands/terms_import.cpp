#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <memory>

#include "cli/command.h"
#include "cli/table.h"
#include "crypto/base/ascii.h"
#include "crypto/base/text.h"
#include "ledger/record/id.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct::cli {
namespace {

namespace fs = std::filesystem;

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

/// What stands after the format on the command line.
std::string what_of(const terms::ImportFormat& format) {
  return format.words.empty() ? "FILE" : fmt::format("{} or FILE", format.words);
}

Answer list_import_formats() {
  Answer answer;
  Json formats = Json::array();
  Table table({"format", "WHAT", "what it is"});
  for (const auto& format : terms::import_formats()) {
    formats.push(Json::object()
                     .set("name", format.name)
                     .set("what", what_of(format))
                     .set("line", format.line));
    table.add({std::string(format.name), what_of(format), std::string(format.line)});
  }
  answer.json.set("formats", std::move(formats));
  answer.text = table.print();
  answer.next.emplace_back("usufruct terms import FORMAT FILE > terms.yaml");
  return answer;
}

/// For --help: what WHAT is, of each format.
std::string what_there_is() {
  std::string lines = "WHAT is, by FORMAT (one word that is the name of a file is that file):";
  for (const auto& format : terms::import_formats()) {
    lines += fmt::format("\n  {:<7} {:<19} {}", format.name, what_of(format), format.line);
  }
  return lines;
}

Result<const terms::ImportFormat*> find_import_format(const std::string& name) {
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

bool is_file(const std::string& name) {
  std::error_code error;
  return fs::exists(name, error) && !fs::is_directory(name, error);
}

/// `signal.txt` is meant as a file: no codes, labels and keys end so. Licences of one's own may.
bool is_named_as_file(const std::string& word) {
  const std::string end = fs::path(word).extension().string();
  return end.size() > 1 && std::all_of(end.begin() + 1, end.end(), is_ascii_letter) &&
         word.find_first_of("=:;, ") == word.npos && !word.contains("LicenseRef-");
}

/// What is to be imported, and what errors call it.
struct Source {
  std::string text;
  std::string name;
  bool is_file = false;
};

Result<Source> source_of_words(const terms::ImportFormat& format,
                               const std::vector<std::string>& words) {
  if (words.size() == 1 && is_named_as_file(words.front())) {
    return not_found(fmt::format("there is no file '{}'", printable(words.front(), 100)),
                     fmt::format("usufruct terms import {} {}", format.name, what_of(format)));
  }
  return Source{join(words, " "), std::string(format.name), false};
}

/// One word that is a file's name is that file, whatever else it may be called.
Result<Source> source_of(Context& context, const terms::ImportFormat& format,
                         const std::vector<std::string>& what) {
  const auto is_blank = [](const std::string& word) { return trim(word).empty(); };
  if (std::ranges::all_of(what, is_blank)) {
    return usage(fmt::format("nothing is given to import from '{}'", format.name),
                 fmt::format("usufruct terms import {} {}; - is standard input", format.name,
                             what_of(format)));
  }
  const bool is_one = what.size() == 1;
  const bool is_read = is_one && (what.front() == "-" || is_file(what.front()));
  if (!is_read && !format.words.empty()) return source_of_words(format, what);
  if (!is_one) {
    return usage(fmt::format("'{}' is imported from one file", format.name),
                 fmt::format("usufruct terms import {} FILE; - is standard input", format.name));
  }
  auto text = TRY(read_text(context, what.front()));
  return Source{std::move(text), what.front(), what.front() != "-"};
}

/// The path itself, or that of a whole URL.
Result<std::string> path_of(const std::string& written) {
  auto path = terms::path_on_site(written);
  if (path) return path;
  return usage(fmt::format("--path: {}", path.error().message), path.error().hint);
}

Result<Answer> import(Context& context, const Import& options) {
  if (options.format.empty()) return list_import_formats();
  const auto* format = TRY(find_import_format(options.format));
  const std::string path = TRY(path_of(options.path));
  const auto unstated = TRY(unstated_of(options.unstated));
  const auto source = TRY(source_of(context, *format, options.what));
  terms::ImportOptions how{.file = source.name, .path = path, .unstated = unstated};
  how.target = options.target;
  how.parties = TRY(known_parties(context, options.parties));
  auto answer = TRY(tell(TRY(format->read(source.text, how)), unstated));
  if (!format->words.empty() && source.is_file) {
    answer.notes.push_back(fmt::format("read from the file {}", printable(source.name, 100)));
  }
  return answer;
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
           "those: `usufruct terms meet mine.yaml signal.yaml`.\n\n" +
           what_there_is()},
      [options](Context& context) { return import(context, *options); });
  verb.add_option("FORMAT", options->format, "which; all are listed without it");
  verb.add_option("--path", options->path,
                  "where on the site the data are, from its slash on; or a whole URL")
      ->type_name("PATH")
      ->capture_default_str();
  verb.add_option("--unstated", options->unstated,
                  "uses that the source does not speak of: ask, leave or forbid")
      ->type_name("HOW")
      ->capture_default_str();
  verb.add_option("WHAT", options->what,
                  "a file, - for standard input; or the words themselves, see below");
  verb.add_option("--target", options->target, "what the text calls the dataset")->type_name("IRI");
  verb.add_option("--party", options->parties, "what the text calls a party that is known here")
      ->type_name("IRI=ID");
}

}  // namespace usufruct::cli
