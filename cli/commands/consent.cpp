#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <memory>
#include <set>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "cli/withdrawing.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/consents.h"
#include "trustee/holdings.h"
#include "trustee/release.h"
#include "trustee/terms/author.h"

namespace usufruct::cli {
namespace {

constexpr std::uint64_t subject_count_max = 10'000'000;
constexpr std::size_t subject_bytes_max = 1000;
constexpr std::size_t batch_records = 1024;

struct RecordConsents {
  Recording recording;
  std::string dataset;
  std::string template_file;
  std::string subjects_file;
  std::vector<std::string> rows;
  bool refused = false;
};

struct WithdrawConsent {
  Recording recording;
  Withdrawing withdrawing;
  std::string dataset;
  std::string subject;
  std::uint64_t row = 0;
};

Result<std::vector<std::string>> read_subjects(Context& context, const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      return not_found(fmt::format("no file '{}'", printable(path)), "check the path");
    }
    if (!std::filesystem::is_directory(path, error)) file.open(path);
    if (!file.is_open()) return unavailable(fmt::format("cannot read '{}'", printable(path)));
  }
  std::istream& in = path == "-" ? context.world().in : file;
  std::vector<std::string> subjects;
  std::uint64_t line_number = 0;
  for (std::string line; std::getline(in, line);) {
    ++line_number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    if (line.size() > subject_bytes_max || !is_utf8(line) || has_control(line)) {
      return malformed(fmt::format("{}: line {} is no subject's key", path, line_number),
                       "one key a line, UTF-8, as in the table's subject column");
    }
    if (subjects.size() == subject_count_max) {
      return malformed(fmt::format("{} names more than {} subjects", path, subject_count_max));
    }
    subjects.push_back(std::move(line));
  }
  if (in.bad()) return unavailable(fmt::format("cannot read all of '{}'", printable(path)));
  return subjects;
}

/// `1-500` or `7`, counted from 1, both ends included.
Result<void> add_rows(const std::string& range, std::uint64_t row_count,
                      std::vector<std::string>& subjects) {
  const auto dash = range.find('-');
  const auto first = parse_decimal(range.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_decimal(range.substr(dash + 1));
  if (!first || !last || *first < 1 || *last < *first || *last > row_count) {
    return usage(fmt::format("--rows: '{}' is no range of rows 1 to {}", range, row_count),
                 "write for example 1-500, or 1-500,700-800");
  }
  for (std::uint64_t row = *first; row <= *last; ++row) {
    subjects.push_back(subject_key(row - 1, {}, false));
  }
  return {};
}

bool has_subject_column(const Version& version) {
  return std::ranges::find(version.columns, ColumnRole::subject, &Column::role) !=
         version.columns.end();
}

Result<std::vector<std::string>> subjects_of(Context& context, const RecordConsents& options,
                                             const Version& version) {
  if (options.rows.empty() == options.subjects_file.empty()) {
    return usage("whose consent is it?", "give either --subjects FILE or --rows A-B");
  }
  if (options.rows.empty() != has_subject_column(version)) {
    return has_subject_column(version)
               ? usage("the table has a column of subjects: its rows have no numbers as names",
                       "give the subjects' keys with --subjects FILE")
               : usage("the table has no column of subjects: they are named by row",
                       "give the rows with --rows A-B");
  }
  std::vector<std::string> subjects;
  if (options.rows.empty()) {
    subjects = TRY(read_subjects(context, options.subjects_file));
  } else {
    for (const auto& range : options.rows) CHECK_OK(add_rows(range, version.row_count, subjects));
  }
  if (subjects.empty()) return usage("no subjects are named");
  std::set<std::string_view> once;
  for (const auto& subject : subjects) {
    if (!once.insert(subject).second) {
      return usage(fmt::format("'{}' is named twice", printable(subject, 80)));
    }
  }
  return subjects;
}

/// The newest consent of a subject on a dataset, whatever became of it.
LoggedPtr newest_consent(const Graph& graph, const RecordId& dataset, const RecordId& subject) {
  LoggedPtr newest;
  for (auto& consent : graph.referring(subject, Role::subject)) {
    if (consent->record.first(Role::covers) == dataset) newest = std::move(consent);
  }
  return newest;
}

struct Recorded {
  std::uint64_t count = 0;
  std::uint64_t superseding = 0;
  std::uint64_t first_index = 0;
  double seconds = 0;
};

/// Signs and logs one consent for each subject: one signature for as many as go into a batch.
Result<Recorded> record_all(Context& context, const RecordConsents& options, const Consent& consent,
                            const RecordId& dataset, const std::vector<std::string>& subjects) {
  const KeyPair& owner = *TRY(context.key(options.recording.as));
  const Workspace& workspace = *TRY(context.workspace());
  const Secret<32> pepper = TRY(workspace.vault().pepper(dataset, owner.receiving));
  LocalClient& client = *TRY(context.client());
  Working working(context.world(), context.output().is_quiet(), "recording consents");
  const auto started = std::chrono::steady_clock::now();
  Recorded recorded;
  for (std::size_t begin = 0; begin < subjects.size(); begin += batch_records) {
    const std::size_t end = std::min(begin + batch_records, subjects.size());
    std::vector<Record> batch;
    for (std::size_t i = begin; i < end; ++i) {
      const RecordId subject = commit_to_subject(pepper, subjects[i]);
      Record record;
      record.issuer = print_did_key(owner.signing.verify_key());
      record.issued_at = context.now();
      record.body = consent;
      record.add(Role::covers, dataset);
      record.add(Role::subject, subject);
      if (const auto before = newest_consent(client.graph(), dataset, subject)) {
        record.add(Role::supersedes, before->id);
        ++recorded.superseding;
      }
      batch.push_back(std::move(record));
    }
    const auto consents = TRY(sign_batch(batch, owner.signing));
    const auto answers = client.submit(consents);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) {
        const auto left = std::span(consents).subspan(i);
        return std::unexpected(
            keep_to_submit_again(workspace, left, answers[i].error())
                .within(fmt::format("{} of {} are acknowledged", recorded.count, subjects.size())));
      }
      if (recorded.count++ == 0) recorded.first_index = answers[i]->index;
    }
    working.at(recorded.count, subjects.size());
  }
  const auto passed = std::chrono::steady_clock::now() - started;
  recorded.seconds = std::chrono::duration<double>(passed).count();
  return recorded;
}

/// What is recorded of each: the template, or the bare fact of a refusal.
Result<Consent> consent_of(Context& context, const RecordConsents& options) {
  const bool has_template = !options.template_file.empty();
  if (options.refused && has_template) {
    return usage("who refused agreed to nothing", "leave out --template");
  }
  if (options.refused) return Consent{.status = ConsentStatus::refused};
  if (!has_template) return usage("what did they agree to?", "give --template FILE, or --refused");
  return terms::parse_consent_template(TRY(read_text(context, options.template_file)),
                                       options.template_file);
}

Result<Answer> record_consents(Context& context, const RecordConsents& options) {
  const auto consent = TRY(consent_of(context, options));
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  CHECK_OK(context.check_owner(*dataset, options.recording.as, "consent-owner"));
  const auto version = TRY(context.version(options.dataset));
  const auto subjects = TRY(subjects_of(context, options, *version->record.as<Version>()));
  if (options.recording.dry_run) {
    Answer answer;
    answer.json.set("would_record", subjects.size());
    answer.text = fmt::format("would record {}\n", count_of(subjects.size(), "consent"));
    return answer;
  }
  const auto recorded = TRY(record_all(context, options, consent, dataset->id, subjects));
  Answer answer;
  const double rate =
      recorded.seconds > 0 ? static_cast<double>(recorded.count) / recorded.seconds : 0;
  answer.json.set("count", recorded.count)
      .set("status", name_of(consent.status))
      .set("superseding", recorded.superseding)
      .set("first_index", recorded.first_index)
      .set("per_second", rate);
  answer.text =
      fmt::format("{} recorded as {}, index {}", count_of(recorded.count, "consent"),
                  name_of(consent.status), recorded.first_index) +
      (recorded.count == 1 ? std::string("\n")
                           : fmt::format(" to {}\n", recorded.first_index + recorded.count - 1));
  answer.notes.push_back(fmt::format(
      "{:.0f} a second{}", rate,
      recorded.superseding == 0
          ? std::string()
          : fmt::format("; {} replace an earlier one", print_count(recorded.superseding))));
  return answer;
}

struct Counts {
  std::uint64_t given = 0;
  std::uint64_t refused = 0;
  std::uint64_t withdrawn = 0;
};

Result<Answer> show(Context& context, const std::string& text) {
  const auto dataset = TRY(context.find(text, Kind::dataset));
  const Graph& graph = *TRY(context.graph());
  std::map<std::string, Counts> by_purpose;
  Counts all;
  std::uint64_t superseded = 0;
  for (const auto& logged : graph.referring(dataset->id, Role::covers)) {
    if (!graph.referring(logged->id, Role::supersedes).empty()) {
      ++superseded;
      continue;
    }
    const auto& consent = *logged->record.as<Consent>();
    Counts& counts = by_purpose[join(consent.purposes, ", ")];
    const bool withdrawn = is_withdrawn(graph, logged->id);
    const auto which = withdrawn                                ? &Counts::withdrawn
                       : consent.status == ConsentStatus::given ? &Counts::given
                                                                : &Counts::refused;
    ++(counts.*which);
    ++(all.*which);
  }
  Table table({"purposes", "given", "refused", "withdrawn"});
  Json purposes = Json::array();
  for (const auto& [purpose, counts] : by_purpose) {
    table.add({purpose.empty() ? "(none)" : purpose, print_count(counts.given),
               print_count(counts.refused), print_count(counts.withdrawn)});
    purposes.push(Json::object()
                      .set("purposes", purpose)
                      .set("given", counts.given)
                      .set("refused", counts.refused)
                      .set("withdrawn", counts.withdrawn));
  }
  const std::uint64_t subjects = all.given + all.refused + all.withdrawn;
  Answer answer;
  answer.json.set("subjects", subjects)
      .set("given", all.given)
      .set("refused", all.refused)
      .set("withdrawn", all.withdrawn)
      .set("superseded", superseded)
      .set("by_purpose", std::move(purposes));
  answer.text =
      fmt::format("{} asked: {} given, {} refused, {} withdrawn\n", count_of(subjects, "subject"),
                  print_count(all.given), print_count(all.refused), print_count(all.withdrawn));
  if (!table.is_empty()) answer.text += table.print();
  return answer;
}

Result<Answer> withdraw_consent(Context& context, const WithdrawConsent& options) {
  if (options.subject.empty() == (options.row == 0)) {
    return usage("whose consent is withdrawn?", "give either --subject KEY or --row N");
  }
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  CHECK_OK(context.check_owner(*dataset, options.recording.as, "withdrawal-owner"));
  const KeyPair& owner = *TRY(context.key(options.recording.as));
  const Secret<32> pepper =
      TRY(TRY(context.workspace())->vault().pepper(dataset->id, owner.receiving));
  const std::string key =
      options.row != 0 ? subject_key(options.row - 1, {}, false) : options.subject;
  const auto consent =
      newest_consent(*TRY(context.graph()), dataset->id, commit_to_subject(pepper, key));
  if (!consent) {
    return not_found(
        fmt::format("no consent of '{}' is recorded on '{}'", printable(key, 80), options.dataset),
        "the key must be exactly as it was when the consent was recorded");
  }
  return withdraw(context, options.recording, options.withdrawing, consent->id);
}

}  // namespace

void add_consent(Commands& commands) {
  auto& noun =
      commands.noun("consent", "what data subjects agreed to; on the ledger only commitments");
  {
    const auto options = std::make_shared<RecordConsents>();
    auto& verb = commands.verb(
        noun, "record",
        {.line = "record one consent for each subject",
         .examples =
             {"usufruct consent record people --template consent.yaml --rows 1-500 --as ada",
              "usufruct consent record people --template consent.yaml --subjects ids.txt "
              "--as ada"},
         .details =
             "A subject's newer consent takes the place of the one before. Keys are taken as "
             "they stand in the file,\nspaces too: whether the table has them cannot be "
             "seen, it lies sealed. The template's keys: specs/terms.md, Files."},
        [options](Context& context) { return record_consents(context, *options); });
    verb.add_option("DATASET", options->dataset, "label or id")->required();
    verb.add_option("--template", options->template_file, "what they agreed to, in YAML")
        ->type_name("FILE");
    verb.add_flag("--refused", options->refused, "they were asked and said no");
    verb.add_option("--subjects", options->subjects_file, "subject keys, one a line; - is stdin")
        ->type_name("FILE");
    verb.add_option("--rows", options->rows, "for tables without a subject column: A-B, from 1")
        ->type_name("A-B")
        ->delimiter(',');
    verb.add_option("--as", options->recording.as, "the owner's key")
        ->type_name("NAME")
        ->required();
    verb.add_flag("--dry-run", options->recording.dry_run, "count, record nothing");
  }
  const auto text = std::make_shared<std::string>();
  auto& look = commands.verb(
      noun, "show",
      {.line = "how many consents stand, by purpose", .examples = {"usufruct consent show people"}},
      [text](Context& context) { return show(context, *text); });
  look.add_option("DATASET", *text, "label or id")->required();
  const auto options = std::make_shared<WithdrawConsent>();
  auto& verb = commands.verb(
      noun, "withdraw",
      {.line = "take a subject's consent back; whoever used the row must act",
       .examples = {"usufruct consent withdraw people --row 17 --as ada --reason 'asked by letter'",
                    "usufruct consent withdraw people --subject p-17 --as ada --reason 'asked by "
                    "letter' --effect erase"}},
      [options](Context& context) { return withdraw_consent(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  verb.add_option("--subject", options->subject, "the subject's key")->type_name("KEY");
  verb.add_option("--row", options->row, "for tables without a subject column: the row, from 1")
      ->type_name("N");
  add_withdrawing(verb, options->withdrawing);
  add_recording(verb, options->recording);
}

}  // namespace usufruct::cli
