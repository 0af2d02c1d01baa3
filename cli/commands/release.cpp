#include "trustee/release.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/release_facts.h"
#include "cli/table.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"
#include "trustee/ppm.h"
#include "trustee/quorum.h"

namespace usufruct::cli {
namespace {

struct Make {
  Recording recording;
  std::string request;
  std::string recoding = "best";
  std::string effort = "usual";
  std::string format;  ///< as the owner's file when empty
};

struct Open {
  std::string release;
  std::string as;
  std::string output;
};

std::filesystem::path package_of(const Workspace& workspace, const Release& release) {
  return workspace.packages() / (to_hex(*release.package_sha256) + ".age");
}

/// Logs the record of a package. Refused, the package goes too; where the ledger did not answer,
/// the record may be there, and so the package stays.
Result<Logging> log_package(Context& context, const Make& options, const Package& package) {
  auto logged =
      submit_record(context, options.recording.as, options.recording.label, package.record);
  if (!logged && logged.error().code != Code::unavailable) {
    std::error_code error;
    std::filesystem::remove(package.file, error);
    std::filesystem::remove(package.report, error);
    std::filesystem::remove(package.trace, error);
  }
  return logged;
}

/// An option's word that is none is the command's fault, not that of any data.
template <class T>
Result<T> word_of(std::string_view option, Result<T> parsed) {
  if (parsed) return parsed;
  return usage(fmt::format("{}: {}", option, parsed.error().message), parsed.error().hint);
}

Result<ReleaseOptions> options_of(Context& context, const Make& options) {
  const Workspace& workspace = *TRY(context.workspace());
  ReleaseOptions made{.packages = workspace.packages(),
                      .documents = workspace.documents(),
                      .now = context.now(),
                      .traces = workspace.traces()};
  made.recoding.scope = TRY(word_of("--recoding", anonymise::parse_scope(options.recoding)));
  made.recoding.effort = TRY(word_of("--effort", anonymise::parse_effort(options.effort)));
  if (options.format.empty()) return made;
  anonymise::OutputFormat output{.compression = anonymise::compression_of_path(options.format)};
  const std::string rows = options.format.substr(0, options.format.find('.'));
  output.format = TRY(word_of("--format", anonymise::parse_format(rows)));
  made.output = output;
  return made;
}

Result<Package> build(Context& context, const Graph& graph, const Grant& grant,
                      const KeyPair& custodian, const Make& options) {
  const auto release_options = TRY(options_of(context, options));
  const Workspace& workspace = *TRY(context.workspace());
  const Working working(context.world(), context.output().is_quiet(), "making the release");
  return make_release(graph, grant, workspace.vault(), custodian, release_options,
                      context.world().chance);
}

/// Two releases in one hand may show more than each of them.
void note_joint_risk(const Release& release, const Floor& floor, Answer& answer) {
  const auto bound = ppm_rounded_up(1, floor.k);
  const auto above = std::ranges::count_if(release.composition, [&](const Composition& beside) {
    return beside.joint_risk_ppm > bound;
  });
  if (above == 0) return;
  answer.notes.push_back(fmt::format(
      "beside {} of the dataset, in one hand, a row may be matched with more than the {} of k {}",
      count_of(static_cast<std::uint64_t>(above), "earlier release"), print_ppm(bound), floor.k));
}

/// Said before the shares are looked for: they are sealed to the custodian and to nobody else.
Result<void> check_custodian(Context& context, const Grant& grant, const std::string& as) {
  const Graph& graph = *TRY(context.graph());
  const auto& trust = *grant.screening().holding.trust;
  const auto custodian = newest_party(graph, *trust.record.first(Role::custodian));
  const std::string did = print_did_key(TRY(TRY(context.workspace())->public_key(as)).signing);
  if (!custodian || same_party(graph, did, custodian->record.issuer)) return {};
  return denied(fmt::format("'{}' is not the custodian of '{}'", as,
                            printable(trust.record.as<Trust>()->name)),
                fmt::format("its custodian is {}", context.name_of(custodian->id)),
                "release-custodian");
}

/// Said before the package is opened: it is sealed to one party.
Result<void> check_recipient(Context& context, const Logged& release, const std::string& as) {
  const Graph& graph = *TRY(context.graph());
  const auto to = newest_party(graph, *release.record.first(Role::to));
  const std::string did = print_did_key(TRY(TRY(context.workspace())->public_key(as)).signing);
  if (!to || same_party(graph, did, to->record.issuer)) return {};
  return denied(
      fmt::format("the release is sealed to {}, not to '{}'", context.name_of(to->id), as),
      "only who asked for it opens it");
}

Result<Answer> make(Context& context, const Make& options) {
  const auto request = TRY(context.find(options.request, Kind::request));
  const Graph& graph = *TRY(context.graph());
  CHECK_OK(check_label(context, options.recording.label));
  const auto grant = TRY(grant_of(graph, request->id, context.now()));
  CHECK_OK(check_custodian(context, grant, options.recording.as));
  const KeyPair& custodian = *TRY(context.key(options.recording.as));
  const Package package = TRY(build(context, graph, grant, custodian, options));
  const auto logged = TRY(log_package(context, options, package));
  const auto& release = *package.record.as<Release>();
  Answer answer;
  answer.json = json_of(release);
  describe(answer.json, logged, options.recording.label);
  answer.json.set("package", package.file.string()).set("report", package.report.string());
  answer.text = sentence(context, Kind::release, logged) + facts_of(context, release);
  answer.notes.push_back(fmt::format("package {}", package.file.string()));
  answer.notes.push_back(fmt::format("report {}", package.report.string()));
  note_joint_risk(release, grant.screening().floor, answer);
  answer.next.push_back(fmt::format("usufruct release open {} --as {} -o TABLE{}",
                                    context.name_of(logged.id),
                                    context.name_of(*package.record.first(Role::to)),
                                    anonymise::ending_of_media_type(release.media_type)));
  return answer;
}

Result<Answer> open(Context& context, const Open& options) {
  const auto logged = TRY(context.find(options.release, Kind::release));
  CHECK_OK(check_new_file(options.output));
  CHECK_OK(check_recipient(context, *logged, options.as));
  const KeyPair& keys = *TRY(context.key(options.as));
  const auto& release = *logged->record.as<Release>();
  const auto package = package_of(*TRY(context.workspace()), release);
  const auto opened = TRY(open_release(release, package, keys.receiving, options.output));
  const auto& measured = opened.measurement;
  Answer answer;
  answer.json.set("file", options.output)
      .set("bytes", opened.size_bytes)
      .set("rows", measured.rows)
      .set("k", measured.k_achieved);
  answer.text = fmt::format("wrote {}: {}, {} bytes\n", options.output,
                            count_of(measured.rows, "row"), print_count(opened.size_bytes));
  answer.notes.push_back(fmt::format(
      "digests and claims hold: measured again on these bytes, k={}, {}", measured.k_achieved,
      measured.classes == 1 ? "1 class" : print_count(measured.classes) + " classes"));
  const std::string ending = anonymise::ending_of_media_type(release.media_type);
  if (!options.output.ends_with(ending))
    answer.notes.push_back(
        fmt::format("the table is {}: other programs expect a name that ends in {}",
                    printable(release.media_type, 60), ending));
  answer.next.push_back(fmt::format("usufruct run record --used {} --type train --as {}",
                                    context.name_of(logged->id), options.as));
  return answer;
}

Result<Answer> show_release(Context& context, const std::string& text) {
  const auto logged = TRY(context.find(text, Kind::release));
  const auto& release = *logged->record.as<Release>();
  const auto package = package_of(*TRY(context.workspace()), release);
  std::error_code error;
  const bool is_here = std::filesystem::exists(package, error);
  Answer answer;
  answer.json = json_of(release);
  answer.json.set("id", print_id(logged->id))
      .set("index", logged->index)
      .set("request", print_id(*logged->record.first(Role::under)))
      .set("to", print_id(*logged->record.first(Role::to)))
      .set("package", is_here ? Json(package.string()) : Json());
  answer.text = fmt::format(
      "release     {}\nid          {}\nunder       {}\nfrom        {}\nto          {}\n"
      "package     {}\n{}",
      context.name_of(logged->id), print_id(logged->id),
      context.name_of(*logged->record.first(Role::under)),
      context.name_of(*logged->record.first(Role::from)),
      context.name_of(*logged->record.first(Role::to)),
      is_here ? package.string() : "not in this workspace", facts_of(context, release));
  return answer;
}

Result<Answer> list_releases(Context& context) {
  const Graph& graph = *TRY(context.graph());
  Table table({"release", "to", "under", "rows", "k", "made"});
  Json releases = Json::array();
  for (const auto& id : graph.of_kind(Kind::release)) {
    const auto logged = graph.find(id);
    const auto& release = *logged->record.as<Release>();
    table.add({context.name_of(id), context.name_of(*logged->record.first(Role::to)),
               context.name_of(*logged->record.first(Role::under)),
               print_count(release.rows_released), std::to_string(release.k),
               print_time(logged->time).substr(0, 10)});
    releases.push(Json::object()
                      .set("id", print_id(id))
                      .set("name", context.name_of(id))
                      .set("rows", release.rows_released)
                      .set("k", release.k)
                      .set("index", logged->index));
  }
  Answer answer;
  answer.json.set("releases", std::move(releases));
  if (table.is_empty()) {
    answer.notes.emplace_back("nothing was released yet");
  } else {
    answer.text = table.print();
  }
  return answer;
}

}  // namespace

void add_release(Commands& commands) {
  auto& noun = commands.noun("release", "anonymised tables, sealed to who asked");
  {
    const auto options = std::make_shared<Make>();
    auto& verb = commands.verb(
        noun, "make",
        {.line = "make the release a grant allows: drop rows without consent, anonymise, measure, "
                 "seal",
         .examples = {"usufruct release make ask --as ama --label release"}},
        [options](Context& context) { return make(context, *options); });
    verb.add_option("REQUEST", options->request, "label or id")->required();
    verb.add_option("--as", options->recording.as, "the custodian's key")
        ->type_name("NAME")
        ->required();
    verb.add_option("--label", options->recording.label, "a name for it in this workspace")
        ->type_name("NAME");
    verb.add_option("--recoding", options->recoding,
                    "best: what keeps most; full-domain: one level a column")
        ->type_name("KIND");
    verb.add_option("--effort", options->effort,
                    "how long to look for more: quick, usual, thorough")
        ->type_name("EFFORT");
    verb.add_option(
            "--format", options->format,
            "csv, tsv, json_lines (also csv.gz, csv.zst, …) or parquet; as the owner's file "
            "else")
        ->type_name("FORMAT");
  }
  {
    const auto options = std::make_shared<Open>();
    auto& verb = commands.verb(
        noun, "open",
        {.line = "open a release and check every claim made of it",
         .examples = {"usufruct release open release --as mia -o table.csv",
                      "age --decrypt -i mia.age-key packages/….age > table.csv"},
         .details = "The package is an age file: `usufruct key export-age` and any age program do "
                    "as well, without the checks."},
        [options](Context& context) { return open(context, *options); });
    verb.add_option("RELEASE", options->release, "label or id")->required();
    verb.add_option("--as", options->as, "the recipient's key")->type_name("NAME")->required();
    verb.add_option("-o,--output", options->output, "the table to write; never overwritten")
        ->type_name("FILE")
        ->required();
  }
  const auto text = std::make_shared<std::string>();
  auto& verb = commands.verb(noun, "show",
                             {.line = "what was released and what was measured on it",
                              .examples = {"usufruct release show release"}},
                             [text](Context& context) { return show_release(context, *text); });
  verb.add_option("RELEASE", *text, "label or id")->required();
  add_release_trace(commands, noun);
  commands.verb(noun, "list", {.line = "every release", .examples = {"usufruct release list"}},
                list_releases);
}

}  // namespace usufruct::cli
