#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <span>

#include "cli/command.h"
#include "cli/deposit.h"
#include "cli/licensing.h"
#include "cli/recording.h"
#include "cli/table.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/holdings.h"
#include "trustee/released_floor.h"
#include "trustee/terms/fixed_point.h"

namespace usufruct::cli {
namespace {

struct Register {
  Recording recording;
  std::string file;
  std::string data;
  std::string trust;
  std::vector<std::string> derived_from;
};

struct AddVersion {
  Recording recording;
  std::string dataset;
  std::string file;
  std::string data;
};

void describe_version(Answer& answer, const Prepared& prepared, const Logging& logged) {
  answer.json.set("version", print_id(logged.id))
      .set("version_index", logged.index)
      .set("rows", prepared.version.row_count)
      .set("manifest_root", print_digest(*prepared.version.manifest_root));
  answer.notes.insert(answer.notes.end(), prepared.notes.begin(), prepared.notes.end());
}

/// What data were made of: a release, or a version, of a dataset the newest.
Result<LoggedPtr> input_of(Context& context, const std::string& text) {
  const auto record = TRY(context.find(text));
  if (record->record.kind() == Kind::release) return record;
  return context.version(text);
}

Result<Answer> register_dataset(Context& context, const Register& options) {
  const auto& [recording, file, data, trust_name, derived_from] = options;
  const auto trust = TRY(context.find(trust_name, Kind::trust));
  Record record = TRY(begin_record(context, recording));
  if (!recording.label.empty()) CHECK_OK(check_label(context, version_label(recording.label, 1)));
  const Prepared prepared = TRY(prepare_version(context, file, data));
  record.body = prepared.file.dataset;
  record.add(Role::held_by, trust->id);
  for (const auto& input : derived_from) {
    record.add(Role::derived_from, TRY(input_of(context, input))->id);
  }
  if (recording.dry_run) return dry_run_answer(record);
  const KeyPair& owner = *TRY(context.key(recording.as));
  const auto dataset = TRY(submit_record(context, recording.as, recording.label, record));
  const Workspace& workspace = *TRY(context.workspace());
  const Secret<32> pepper = TRY(workspace.vault().create_pepper(
      dataset.id, owner.receiving.recipient(), context.world().chance));
  const auto version = TRY_IN("the dataset is recorded, its version is not",
                              deposit_version(context, recording.as, recording.label, prepared,
                                              dataset.id, *trust, nullptr, pepper));
  Answer answer;
  describe(answer.json, dataset, recording.label);
  describe_version(answer, prepared, version);
  answer.text =
      sentence(context, Kind::dataset, dataset) + sentence(context, Kind::version, version);
  const auto& charter = *trust->record.as<Trust>();
  answer.notes.push_back(
      fmt::format("{} sealed in the vault; the key is dealt {} of {} to the trustees of '{}'",
                  count_of(prepared.version.row_count, "row"), charter.threshold,
                  trustees_of(*trust).size(), printable(charter.name)));
  const std::string name = context.name_of(dataset.id);
  answer.next.push_back(
      fmt::format("usufruct terms set {} TERMS.yaml --as {}", name, recording.as));
  if (const auto& licence = prepared.file.dataset.licence; !licence.empty()) {
    answer.next.push_back(
        fmt::format("usufruct licence set {} {} --as {}", name, printable(licence), recording.as));
    for (auto& note : TRY(licence_notes(context, licence, dataset.id))) {
      answer.notes.push_back(std::move(note));
    }
  }
  return answer;
}

/// The record but for its custody, which is made while the table is sealed.
Result<Answer> dry_run_version(Context& context, const Recording& recording,
                               const Prepared& prepared, const Logged& dataset,
                               const LoggedPtr& previous) {
  Record record;
  record.issuer = print_did_key(TRY(TRY(context.workspace())->public_key(recording.as)).signing);
  record.issued_at = context.now();
  record.body = prepared.version;
  record.add(Role::of, dataset.id);
  if (previous) record.add(Role::previous, previous->id);
  return dry_run_answer(record);
}

/// Rows without a column of subjects are named by their number, and consents go with the names: in
/// another state of the table row 17 may be somebody else, who agreed to nothing.
Result<void> check_row_names(Context& context, const Logged& dataset, const Version& next,
                             std::span<const LoggedPtr> versions) {
  if (dataset.record.as<Dataset>()->personal_data == PersonalData::none) return {};
  const auto names_by_row = [](const Version& version) {
    return std::ranges::find(version.columns, ColumnRole::subject, &Column::role) ==
           version.columns.end();
  };
  if (!names_by_row(next)) return {};
  for (const auto& version : versions) {
    if (!names_by_row(*version->record.as<Version>())) continue;
    return denied(
        fmt::format("consents on '{}' are by row number, and would go to whoever stands in that "
                    "row of the new table",
                    context.name_of(dataset.id)),
        "register the table as a dataset of its own, best with a column of subjects");
  }
  return {};
}

/// The dataset's pepper. One that has no version yet may be without: its registration was cut
/// short.
Result<Secret<32>> pepper_of(Context& context, const Logged& dataset, const KeyPair& owner,
                             const std::vector<LoggedPtr>& versions) {
  const Vault vault = TRY(context.workspace())->vault();
  auto pepper = vault.pepper(dataset.id, owner.receiving);
  if (pepper || pepper.error().code != Code::not_found || !versions.empty()) return pepper;
  return vault.create_pepper(dataset.id, owner.receiving.recipient(), context.world().chance);
}

Result<Answer> add_version(Context& context, const AddVersion& options) {
  const auto& [recording, dataset_name, file, data] = options;
  const auto dataset = TRY(context.find(dataset_name, Kind::dataset));
  const Graph& graph = *TRY(context.graph());
  CHECK_OK(context.check_owner(*dataset, recording.as, "version-owner"));
  const auto trust = graph.find(*dataset->record.first(Role::held_by));
  const auto versions = graph.referring(dataset->id, Role::of);
  const LoggedPtr previous = versions.empty() ? nullptr : versions.back();
  const Prepared prepared = TRY(prepare_version(context, file, data));
  for (const auto& version : versions) {
    const auto& known = *version->record.as<Version>();
    const bool is_same = known.manifest_root == prepared.version.manifest_root &&
                         known.columns == prepared.version.columns &&
                         known.population == prepared.version.population;
    if (!is_same) continue;
    return conflict(
        fmt::format("{} is version {} of the dataset already", data, context.name_of(version->id)),
        "nothing is to be done");
  }
  CHECK_OK(check_row_names(context, *dataset, prepared.version, versions));
  if (!recording.label.empty()) {
    CHECK_OK(check_label(context, version_label(recording.label, versions.size() + 1)));
  }
  if (recording.dry_run) return dry_run_version(context, recording, prepared, *dataset, previous);
  const KeyPair& owner = *TRY(context.key(recording.as));
  const Secret<32> pepper = TRY(pepper_of(context, *dataset, owner, versions));
  const auto logged = TRY(deposit_version(context, recording.as, recording.label, prepared,
                                          dataset->id, *trust, previous, pepper));
  Answer answer;
  describe(answer.json, logged, "");
  describe_version(answer, prepared, logged);
  if (const auto terms = terms_in_force(graph, dataset->id))
    for (const auto& reason : never_met(terms->record.as<Terms>()->floor, prepared.version))
      answer.notes.push_back(fmt::format(
          "warning: nothing of this version can be released under the terms: {}", reason));
  answer.text = sentence(context, Kind::version, logged);
  return answer;
}

Result<Answer> list_datasets(Context& context) {
  const Graph& graph = *TRY(context.graph());
  Table table({"dataset", "title", "owner", "versions", "rows", "id"});
  Json datasets = Json::array();
  for (const auto& id : graph.of_kind(Kind::dataset)) {
    const auto logged = graph.find(id);
    const auto& dataset = *logged->record.as<Dataset>();
    const auto versions = graph.referring(id, Role::of);
    const std::uint64_t rows =
        versions.empty() ? 0 : versions.back()->record.as<Version>()->row_count;
    const std::string owner = context.name_of_issuer(logged->record.issuer);
    table.add({context.name_of(id), dataset.title, owner, std::to_string(versions.size()),
               print_count(rows), print_short(id)});
    datasets.push(Json::object()
                      .set("id", print_id(id))
                      .set("name", context.name_of(id))
                      .set("title", dataset.title)
                      .set("owner", owner)
                      .set("versions", versions.size())
                      .set("rows", rows)
                      .set("withdrawn", is_withdrawn(graph, id)));
  }
  Answer answer;
  answer.json.set("datasets", std::move(datasets));
  if (table.is_empty()) {
    answer.notes.emplace_back("no dataset is registered yet");
  } else {
    answer.text = table.print();
  }
  return answer;
}

std::string version_text(Context& context, const Logged& logged, std::size_t seat_count) {
  const auto& version = *logged.record.as<Version>();
  std::string text =
      fmt::format("\nversion {} ({}), {}, key dealt {} of {}\n", context.name_of(logged.id),
                  print_short(logged.id), count_of(version.row_count, "row"),
                  version.custody.threshold, seat_count);
  const bool is_weighted = std::ranges::any_of(
      version.columns, [](const Column& column) { return column.weight_milli != 0; });
  std::vector<std::string> heads{"column", "role", "hierarchy"};
  if (is_weighted) heads.emplace_back("weight");
  Table columns(std::move(heads));
  for (const auto& column : version.columns) {
    const bool is_quasi = column.role == ColumnRole::quasi_identifier;
    std::vector<std::string> cells{column.name, std::string(name_of(column.role)),
                                   column.hierarchy_sha256
                                       ? to_hex(*column.hierarchy_sha256).substr(0, 12)
                                   : is_quasi ? "built"
                                              : ""};
    const std::uint32_t weight = column.weight_milli == 0 ? 1'000 : column.weight_milli;
    if (is_weighted) cells.push_back(is_quasi ? terms::print_fixed_point(weight, 3) : "");
    columns.add(std::move(cells));
  }
  text += columns.print(2);
  if (version.population.people > 0)
    text += fmt::format("of a population of {}{}\n", version.population.people,
                        version.population.sha256
                            ? ", whose table is " + to_hex(*version.population.sha256).substr(0, 12)
                            : "");
  return text;
}

Json columns_json(const Version& version) {
  Json columns = Json::array();
  for (const auto& column : version.columns) {
    const auto& digest = column.hierarchy_sha256;
    columns.push(Json::object()
                     .set("name", column.name)
                     .set("role", name_of(column.role))
                     .set("hierarchy", digest ? Json(print_digest(*digest)) : Json())
                     .set("weight_milli", column.weight_milli));
  }
  return columns;
}

Result<Answer> show_dataset(Context& context, const std::string& text) {
  const auto logged = TRY(context.find(text, Kind::dataset));
  const Graph& graph = *TRY(context.graph());
  const auto& dataset = *logged->record.as<Dataset>();
  const auto terms = terms_in_force(graph, logged->id);
  Answer answer;
  Facts facts;
  facts.add("dataset", dataset.title);
  facts.add("id", print_id(logged->id));
  facts.add("owner", context.name_of_issuer(logged->record.issuer));
  facts.add("personal", name_of(dataset.personal_data));
  facts.add("tells of", join(dataset.data_categories, ", "));
  if (!dataset.collection_from.empty() || !dataset.collection_to.empty()) {
    facts.add("collected", fmt::format("{} to {}", dataset.collection_from, dataset.collection_to));
  }
  facts.add("geography", join(dataset.origin_geography, ", "));
  facts.add("sources", join(dataset.sources, "; "));
  facts.add("licence", dataset.licence);
  facts.add("terms", terms ? context.name_of(terms->id) : "none in force");
  answer.text = facts.print();
  Json versions = Json::array();
  for (const auto& version : graph.referring(logged->id, Role::of)) {
    const auto holding = holding_of(graph, version->id);
    answer.text +=
        version_text(context, *version, holding ? trustees_of(*holding->trust).size() : 0);
    const auto& said = *version->record.as<Version>();
    versions.push(Json::object()
                      .set("id", print_id(version->id))
                      .set("name", context.name_of(version->id))
                      .set("rows", said.row_count)
                      .set("columns", columns_json(said))
                      .set("people", said.population.people)
                      .set("manifest_root", print_digest(*said.manifest_root)));
  }
  answer.json.set("id", print_id(logged->id))
      .set("title", dataset.title)
      .set("owner", context.name_of_issuer(logged->record.issuer))
      .set("personal_data", name_of(dataset.personal_data))
      .set("terms", terms ? Json(print_id(terms->id)) : Json())
      .set("versions", std::move(versions));
  return answer;
}

constexpr std::string_view description_details =
    "A description, at the least:\n\n"
    "  title: People\n"
    "  personal_data: personal     # none, pseudonymised, personal, special or unknown\n"
    "  columns:                    # `usufruct dataset profile TABLE` suggests roles\n"
    "    id: subject               # who the row is about; consents name it; never released\n"
    "    name: identifier          # never released\n"
    "    age: quasi_identifier     # coarsened until k rows look alike\n"
    "    diagnosis: sensitive      # released as it is\n"
    "    remark: insensitive       # released as it is\n"
    "    card: pseudonym           # released as a token that only one trainer gets\n"
    "    crowd: asked_k            # how many the row wants to be like; never released\n"
    "  hierarchies: {age: age.csv} # how a column is coarsened; built when left out\n"
    "  weights: {age: 2}           # what is to keep more of its detail\n"
    "  population: {people: 67000000, table: people.csv} # for k_map and population_uniques\n"
    "\n"
    "Every column has a role. All keys: specs/terms.md, Files.";

void add_table_options(CLI::App& verb, std::string& file, std::string& data) {
  verb.add_option("FILE", file, "description in YAML: title, columns and their roles")
      ->type_name("FILE")
      ->required();
  verb.add_option("--data", data, "the table: CSV, TSV, JSON lines or Parquet")
      ->type_name("TABLE")
      ->required();
}

}  // namespace

void add_dataset(Commands& commands) {
  auto& noun = commands.noun("dataset", "data and where they come from");
  {
    const auto options = std::make_shared<Register>();
    auto& verb = commands.verb(
        noun, "register",
        {.line = "describe a dataset, seal its table in the vault, deal the key to the trustees",
         .examples = {"usufruct dataset register dataset.yaml --data people.csv --trust trust --as "
                      "ada --label people"},
         .details = std::string(description_details)},
        [options](Context& context) { return register_dataset(context, *options); });
    add_table_options(verb, options->file, options->data);
    verb.add_option("--trust", options->trust, "the trust that decides on access")
        ->type_name("TRUST")
        ->required();
    verb.add_option("--derived-from", options->derived_from,
                    "what the data were made of: datasets, versions or releases")
        ->type_name("INPUT");
    add_recording(verb, options->recording);
  }
  {
    const auto options = std::make_shared<AddVersion>();
    auto& verb = commands.verb(
        noun, "add-version",
        {.line = "seal a new state of a dataset's table",
         .examples = {"usufruct dataset add-version people dataset.yaml --data people-2.csv --as "
                      "ada --label people"},
         .details = "The label gets the number of the version: people.v2."},
        [options](Context& context) { return add_version(context, *options); });
    verb.add_option("DATASET", options->dataset, "label or id")->required();
    add_table_options(verb, options->file, options->data);
    add_recording(verb, options->recording);
  }
  commands.verb(noun, "list", {.line = "what is registered", .examples = {"usufruct dataset list"}},
                list_datasets);
  add_dataset_find(commands, noun);
  const auto text = std::make_shared<std::string>();
  auto& verb = commands.verb(noun, "show",
                             {.line = "one dataset with its versions and columns",
                              .examples = {"usufruct dataset show people"}},
                             [text](Context& context) { return show_dataset(context, *text); });
  verb.add_option("DATASET", *text, "label or id")->required();
  add_dataset_profile(commands, noun);
}

}  // namespace usufruct::cli
