#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/text.h"
#include "crypto/share.h"
#include "ledger/manifest.h"
#include "trustee/law/rules.h"
#include "trustee/law/within.h"
#include "trustee/vocabularies.h"

// What the data are and what their owner says: datasets, versions, terms, licences.

namespace usufruct::law {
namespace {

Result<void> check_files(std::string_view rule, const std::vector<File>& files,
                         const std::optional<Digest>& root) {
  if (auto order = check_manifest(files); !order) return refuse(rule, order.error().message);
  if (root != manifest_root(files)) {
    return refuse(rule, fmt::format("the manifest root is not that of its {} files", files.size()));
  }
  return {};
}

/// One column at most may be of such a role.
Result<void> check_once(const std::vector<Column>& columns, ColumnRole role,
                        std::string_view what) {
  const auto count = std::ranges::count(columns, role, &Column::role);
  if (count <= 1) return {};
  return refuse("version-columns", fmt::format("{} columns {}", count, what));
}

/// What is said of a column's values is said of one whose values are shown coarser or compared.
Result<void> check_column(const Column& column) {
  const bool is_quasi = column.role == ColumnRole::quasi_identifier;
  const std::string name = printable(column.name, 60);
  if (column.hierarchy_sha256 && !is_quasi && column.role != ColumnRole::sensitive) {
    return refuse("version-columns",
                  fmt::format("column '{}' is neither quasi-identifier nor sensitive and has a "
                              "hierarchy",
                              name));
  }
  constexpr std::uint32_t weight_milli_max = 1'000'000;
  if (column.weight_milli == 0 || (is_quasi && column.weight_milli <= weight_milli_max)) return {};
  return refuse("version-columns",
                is_quasi
                    ? fmt::format("column '{}' has a weight above 1000", name)
                    : fmt::format("column '{}' is no quasi-identifier and has a weight", name));
}

Result<void> check_columns(const std::vector<Column>& columns) {
  std::set<std::string_view> names;
  for (const auto& column : columns) {
    if (column.name.empty() || !names.insert(column.name).second) {
      return refuse("version-columns",
                    fmt::format("column '{}' is nameless or named twice", column.name));
    }
    CHECK_OK(check_column(column));
  }
  CHECK_OK(check_once(columns, ColumnRole::subject, "name the subject"));
  CHECK_OK(check_once(columns, ColumnRole::pseudonym, "leave as pseudonyms"));
  return check_once(columns, ColumnRole::asked_k, "say the k that a row asks for");
}

Result<void> check_custody(const Custody& custody, const Trust& trust) {
  if (custody.threshold == 0 && custody.commitments.empty()) return {};
  if (custody.threshold != trust.threshold) {
    return refuse("version-custody",
                  fmt::format("the key is dealt {}-of-n, the trust decides {}-of-n",
                              custody.threshold, trust.threshold));
  }
  Bytes points;
  for (const auto& commitment : custody.commitments) append(points, commitment);
  const auto parsed = parse_commitments(points);
  if (custody.commitments.size() != custody.threshold || !parsed ||
      parsed->size() != custody.threshold || !custody.sealed_sha256) {
    return refuse("version-custody", "commitments or the digest of the sealed data are missing");
  }
  return {};
}

}  // namespace

Result<void> check_dataset(const Case& it, const Dataset& dataset) {
  if (dataset.title.empty()) return refuse("dataset-titled", "the dataset has no title");
  const auto trust = *it.record.first(Role::held_by);
  if (is_withdrawn(it.graph, trust) || it.graph.has_edge(trust, Role::supersedes)) {
    return refuse("dataset-held", "the charter was withdrawn or superseded",
                  "name the newest charter of the trust");
  }
  return {};
}

Result<void> check_version(const Case& it, const Version& version) {
  const auto dataset = named(it, Role::of);
  if (!issued_by_same(it, *dataset)) {
    return refuse("version-owner", "only the owner of a dataset registers its versions");
  }
  if (it.record.first(Role::previous) &&
      named(it, Role::previous)->record.first(Role::of) != dataset->id) {
    return refuse("version-chain", "the previous version is of another dataset");
  }
  CHECK_OK(check_files("version-manifest", version.files, version.manifest_root));
  CHECK_OK(check_columns(version.columns));
  constexpr std::uint64_t people_max = 20'000'000'000;  // more than there are
  const std::uint64_t people = version.population.people;
  const bool is_named = version.population.sha256 || people > 0;
  if (is_named && (people == 0 || people < version.row_count || people > people_max))
    return refuse("version-population",
                  fmt::format("a population of {} people, and {} rows", people, version.row_count));
  if (const auto terms = terms_in_force(it.graph, dataset->id)) {
    const Record* const record = &it.record;
    auto inputs = inputs_of(it.graph, {&record, 1});
    std::erase_if(inputs, [&](const auto& input) { return input->id == dataset->id; });
    CHECK_OK(check_within(it, terms->record, inputs));
  }
  const auto held_by = dataset->record.first(Role::held_by);
  const auto trust = held_by ? it.graph.find(*held_by) : nullptr;
  if (!trust || trust->record.kind() != Kind::trust) {
    return refuse("version-custody", "the dataset is held by no trust");
  }
  return check_custody(version.custody, *trust->record.as<Trust>());
}

Result<void> check_vocabulary(const Case& it, const Vocabulary& vocabulary) {
  const auto read = terms::Vocabulary::of_words(vocabulary.words);
  if (!read) return refuse("vocabulary-words", read.error().message);
  if (vocabulary.sha256 != read->digest()) {
    return refuse("vocabulary-words", "the digest is not that of the words");
  }
  if (it.record.first(Role::supersedes) && !issued_by_same(it, *named(it, Role::supersedes))) {
    return refuse("vocabulary-succession", "only the issuer of a vocabulary supersedes it");
  }
  return {};
}

Result<void> check_licence(const Case& it, const Licence& licence) {
  if (licence.expression.empty()) return refuse("licence-owner", "the licence is not named");
  if (licence.source == LicenceSource::declared && !issued_by_same(it, *named(it, Role::on))) {
    return refuse("licence-owner", "a declared licence is the owner's to declare",
                  "record what you found as 'audited' or 'inferred'");
  }
  if (it.record.first(Role::supersedes)) {
    const auto before = named(it, Role::supersedes);
    if (!issued_by_same(it, *before) || it.graph.has_edge(before->id, Role::supersedes) ||
        before->record.first(Role::on) != it.record.first(Role::on)) {
      return refuse("licence-succession",
                    "only the issuer of a licence supersedes it, once, for the same record");
    }
  }
  return {};
}

Result<void> check_model(const Case& it, const Model& model) {
  for (const auto& id : it.record.all(Role::from)) {
    if (!issued_by_same(it, *it.graph.find(id))) {
      return refuse("model-run", "a model is recorded by the party that ran the run");
    }
  }
  if (model.files.empty() && !model.manifest_root) return {};
  return check_files("model-manifest", model.files, model.manifest_root);
}

}  // namespace usufruct::law
