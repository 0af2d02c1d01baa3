#include <algorithm>
#include <array>
#include <initializer_list>

#include "crypto/base/text.h"
#include "trustee/document/fields.h"
#include "trustee/terms/author.h"
#include "trustee/terms/author_limits.h"
#include "trustee/terms/author_words.h"
#include "trustee/terms/fixed_point.h"

namespace usufruct::terms {
namespace {

using document::Fields;

constexpr std::size_t column_count_max = 1024;

/// The place in a list of names of the word under a key.
Result<std::size_t> choice(Fields& fields, std::string_view key,
                           const std::vector<std::string>& names) {
  const std::string written = TRY(fields.text_or(key, names.front()));
  const auto found = std::ranges::find(names, written);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  const auto meant = nearest(written, names);
  return fields.fault(
      key, fmt::format("'{}' is not known", printable(written)),
      meant ? fmt::format("did you mean '{}'?", *meant) : "one of: " + join(names, ", "));
}

Result<std::string> one_place(Fields& fields, std::string_view key) {
  const std::string written = TRY(fields.text_or(key, ""));
  if (written.empty()) return written;
  if (const Term* term = Vocabulary::builtin().find(Scheme::jurisdiction, written)) return term->id;
  const auto meant = Vocabulary::builtin().nearest(Scheme::jurisdiction, written);
  return fields.fault(key, fmt::format("'{}' is no known jurisdiction", printable(written)),
                      meant ? fmt::format("did you mean '{}'?", *meant) : "write an ISO 3166 code");
}

Result<void> read_columns(Fields& above, DatasetFile& out) {
  static const std::vector<std::string> roles = {"identifier",  "quasi_identifier", "sensitive",
                                                 "insensitive", "subject",          "pseudonym",
                                                 "asked_k"};
  auto columns = TRY(above.mapping("columns"));
  if (!columns) return {};
  if (columns->node().items.size() > column_count_max) {
    return above.fault("columns", fmt::format("more than {} columns", column_count_max));
  }
  for (const auto& item : columns->node().items) {
    const std::string role = TRY(columns->text(item.key));
    const std::string name = role == "quasi-identifier" ? roles[1] : role;
    if (std::ranges::find(roles, name) == roles.end()) {
      const auto meant = nearest(role, roles);
      return columns->fault(
          item.key, fmt::format("'{}' is no role of a column", printable(role)),
          meant ? fmt::format("did you mean '{}'?", *meant) : "one of: " + join(roles, ", "));
    }
    const bool is_alone = name == "subject" || name == "pseudonym" || name == "asked_k";
    if (is_alone && std::ranges::find(out.columns, name, &ColumnChoice::role) != out.columns.end())
      return columns->fault(item.key, fmt::format("a second {} column is not taken", name),
                            "a table has one at most; give one of the two another role");
    if (name == "subject") out.subject_column = item.key;
    out.columns.push_back({.name = item.key, .role = name});
  }
  return {};
}

/// The column that a key of a mapping names, which must have one of the roles.
Result<ColumnChoice*> column_with(const Fields& at, std::string_view name,
                                  std::initializer_list<std::string_view> roles,
                                  std::string_view what, DatasetFile& out) {
  const auto column = std::ranges::find(out.columns, name, &ColumnChoice::name);
  if (column != out.columns.end() && std::ranges::find(roles, column->role) != roles.end())
    return &*column;
  const auto listed = join(std::vector<std::string>(roles.begin(), roles.end()), " or ");
  return at.fault(name, fmt::format("'{}' is no {} column", printable(name), listed),
                  fmt::format("{} is for a column that 'columns' calls {}", what, listed));
}

Result<void> read_hierarchies(Fields& above, DatasetFile& out) {
  auto hierarchies = TRY(above.mapping("hierarchies"));
  if (!hierarchies) return {};
  for (const auto& item : hierarchies->node().items) {
    ColumnChoice* column = TRY(
        column_with(*hierarchies, item.key, {"quasi_identifier", "sensitive"}, "a hierarchy", out));
    column->hierarchy = TRY(hierarchies->text(item.key));
  }
  return {};
}

Result<void> read_weights(Fields& above, DatasetFile& out) {
  constexpr std::uint64_t weight_milli_max = 1'000'000;
  auto weights = TRY(above.mapping("weights"));
  if (!weights) return {};
  for (const auto& item : weights->node().items) {
    ColumnChoice* column =
        TRY(column_with(*weights, item.key, {"quasi_identifier"}, "a weight", out));
    const auto weight = parse_fixed_point(TRY(weights->text(item.key)), 3);
    if (!weight || *weight == 0 || *weight > weight_milli_max)
      return weights->fault(
          item.key, fmt::format("'{}' is no weight", printable(TRY(weights->text(item.key)), 40)),
          "write a number from 0.001 to 1000, with at most 3 digits after the point; 2 makes what "
          "the column loses count twice");
    column->weight_milli = static_cast<std::uint32_t>(*weight);
  }
  return {};
}

/// A file's name alone, or `table` and `people`.
Result<void> read_population(Fields& above, DatasetFile& out) {
  const auto* node = above.find("population");
  if (node == nullptr) return {};
  PopulationChoice population;
  if (node->kind == document::Kind::scalar) {
    population.table = TRY(above.text("population"));
    if (population.table.find_first_not_of("0123456789") == std::string::npos &&
        !population.table.empty())
      return above.fault("population", "a number alone names no table",
                         fmt::format("write '{{people: {}}}'", population.table));
  } else {
    auto fields = TRY(above.mapping("population"));
    population.table = TRY(fields->text_or("table", ""));
    constexpr std::int64_t people_max = 20'000'000'000;
    population.people =
        static_cast<std::uint64_t>(TRY(fields->integer_or("people", 1, people_max, 0)));
    CHECK_OK(fields->finish());
  }
  if (population.table.empty() && population.people == 0)
    return above.fault("population", "nothing is said of the population",
                       "name its table, or write '{table: people.csv, people: 67000000}'");
  out.population = std::move(population);
  return {};
}

Result<void> read_subject(Fields& fields, DatasetFile& out) {
  const std::string subject = TRY(fields.text_or("subject_column", ""));
  if (subject.empty()) return {};
  if (out.subject_column && *out.subject_column != subject) {
    return fields.fault("subject_column", "'columns' names another subject column");
  }
  const auto column = std::ranges::find(out.columns, subject, &ColumnChoice::name);
  if (column == out.columns.end()) {
    out.columns.push_back({.name = subject, .role = "subject"});
  } else if (column->role != "subject") {
    return fields.fault("subject_column",
                        fmt::format("'columns' gives '{}' another role", printable(subject)),
                        "a column has one role; for a subject's pseudonym copy the column in the "
                        "table");
  }
  out.subject_column = subject;
  return {};
}

}  // namespace

Result<DatasetFile> parse_dataset(std::string_view text, std::string_view name) {
  const auto file = TRY(document::parse(text, name));
  CHECK_OK(check_sizes(file));
  auto fields = TRY(Fields::of(file, file.root));
  DatasetFile out;
  Dataset& dataset = out.dataset;
  dataset.title = TRY(fields.text("title"));
  dataset.description = TRY(fields.text_or("description", ""));
  dataset.keywords = TRY(fields.texts("keywords"));
  dataset.languages = TRY(fields.texts("languages"));
  dataset.modality = TRY(fields.texts("modality"));
  dataset.personal_data = static_cast<PersonalData>(TRY(choice(
      fields, "personal_data", {"unknown", "none", "pseudonymised", "personal", "special"})));
  for (const auto& word : TRY(fields.words("origin_geography"))) {
    const Term* term = Vocabulary::builtin().find(Scheme::jurisdiction, word.text);
    if (term == nullptr) {
      const auto meant = Vocabulary::builtin().nearest(Scheme::jurisdiction, word.text);
      return file.fault(word.place,
                        fmt::format("'{}' is no known jurisdiction", printable(word.text)),
                        meant ? fmt::format("did you mean '{}'?", *meant) : "");
    }
    dataset.origin_geography.push_back(term->id);
  }
  dataset.data_categories =
      TRY(known_words(fields, "data_categories", Scheme::data_category, Vocabulary::builtin()));
  dataset.collection_methods = TRY(fields.texts("collection_methods"));
  dataset.collection_from = TRY(fields.text_or("collection_from", ""));
  dataset.collection_to = TRY(fields.text_or("collection_to", ""));
  dataset.creators = TRY(fields.texts("creators"));
  dataset.sources = TRY(fields.texts("sources"));
  dataset.homepage = TRY(fields.text_or("homepage", ""));
  dataset.licence = TRY(fields.text_or("licence", ""));
  CHECK_OK(read_columns(fields, out));
  CHECK_OK(read_hierarchies(fields, out));
  CHECK_OK(read_weights(fields, out));
  CHECK_OK(read_population(fields, out));
  CHECK_OK(read_subject(fields, out));
  if (fields.find("delimiter") != nullptr) {
    const std::string delimiter = TRY(fields.text("delimiter"));
    if (delimiter.size() != 1 || delimiter == "\"" || delimiter == "\n") {
      return fields.fault("delimiter", "a delimiter is one character", "write ',', ';' or \"\\t\"");
    }
    out.delimiter = delimiter[0];
  }
  CHECK_OK(fields.finish());
  CHECK_OK(check_fits(file, dataset));
  return out;
}

Result<TrustFile> parse_trust(std::string_view text, std::string_view name) {
  const auto file = TRY(document::parse(text, name));
  CHECK_OK(check_sizes(file));
  auto fields = TRY(Fields::of(file, file.root));
  TrustFile out;
  out.trust.name = TRY(fields.text("name"));
  out.trust.purpose = TRY(fields.text_or("purpose", ""));
  out.trust.threshold = static_cast<std::uint8_t>(TRY(fields.integer("threshold", 1, 255)));
  out.trust.deadline_days =
      static_cast<std::uint16_t>(TRY(fields.integer_or("deadline_days", 0, 3650, 0)));
  out.trust.auto_approve =
      static_cast<AutoApprove>(TRY(choice(fields, "auto_approve", {"never", "permitted"})));
  out.trust.jurisdiction = TRY(one_place(fields, "jurisdiction"));
  out.trustees = TRY(fields.texts("trustees"));
  out.mandatory_seats = TRY(fields.texts("mandatory_seats"));
  CHECK_OK(fields.finish());
  CHECK_OK(check_fits(file, out.trust));
  if (!out.trustees.empty() && out.trust.threshold > out.trustees.size()) {
    return fields.fault("threshold", fmt::format("{} of {} trustees cannot be reached",
                                                 out.trust.threshold, out.trustees.size()));
  }
  return out;
}

}  // namespace usufruct::terms
