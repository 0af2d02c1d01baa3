#include "trustee/anonymise/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <utility>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

constexpr std::array<std::pair<ColumnRole, std::string_view>, 7> role_names{{
    {ColumnRole::identifier, "identifier"},
    {ColumnRole::quasi_identifier, "quasi_identifier"},
    {ColumnRole::sensitive, "sensitive"},
    {ColumnRole::insensitive, "insensitive"},
    {ColumnRole::subject, "subject"},
    {ColumnRole::pseudonym, "pseudonym"},
    {ColumnRole::asked_k, "asked_k"},
}};

std::string nearest_hint(std::string_view word, const std::vector<std::string>& candidates) {
  const auto near = nearest(word, candidates);
  return near ? fmt::format("did you mean '{}'?", printable(*near)) : std::string{};
}

Result<std::map<std::string, std::size_t, std::less<>>> index_of(
    const std::vector<ColumnSpec>& specs) {
  std::map<std::string, std::size_t, std::less<>> found;
  for (std::size_t i = 0; i < specs.size(); ++i)
    if (!found.emplace(specs[i].name, i).second)
      return malformed(fmt::format("column '{}' is described twice", printable(specs[i].name)),
                       "describe every column once");
  return found;
}

Result<void> place(Schema& schema, std::size_t column, const ColumnSpec& spec) {
  switch (spec.role) {
    case ColumnRole::identifier:
      return {};
    case ColumnRole::quasi_identifier:
      schema.quasi_identifiers.push_back(column);
      break;
    case ColumnRole::sensitive:
      schema.sensitive.push_back(column);
      break;
    case ColumnRole::insensitive:
      break;
    case ColumnRole::pseudonym:
      if (schema.pseudonym)
        return malformed(fmt::format("column '{}' is a second pseudonym", printable(spec.name)),
                         "give one column the role pseudonym; the other may be an identifier");
      schema.pseudonym = column;
      break;
    case ColumnRole::asked_k:
      if (schema.asked_k)
        return malformed(fmt::format("column '{}' is a second asked_k", printable(spec.name)),
                         "give one column the role asked_k: what a row asks for stands there");
      schema.asked_k = column;
      return {};
    case ColumnRole::subject:
      if (schema.subject)
        return malformed(fmt::format("column '{}' is a second subject", printable(spec.name)),
                         "give one column the role subject; the other may be an identifier");
      schema.subject = column;
      return {};
  }
  schema.released.push_back(column);
  return {};
}

}  // namespace

std::string_view name_of(ColumnRole role) {
  for (const auto& [each, name] : role_names)
    if (each == role) return name;
  return "";
}

Result<ColumnRole> parse_role(std::string_view word) {
  std::vector<std::string> names;
  for (const auto& [role, name] : role_names) {
    if (name == word) return role;
    names.emplace_back(name);
  }
  std::string hint = nearest_hint(word, names);
  if (hint.empty()) hint = "roles are " + join(names, ", ");
  return malformed(fmt::format("unknown column role '{}'", printable(word)), hint);
}

Result<void> check_weights(const std::vector<ColumnSpec>& specs) {
  for (const ColumnSpec& spec : specs)
    if (!(spec.weight > 0) || !std::isfinite(spec.weight))
      return malformed(
          fmt::format("column '{}' has the weight {}", printable(spec.name), spec.weight),
          "a weight is a number above 0; 1 is usual, 2 counts twice as much");
  return {};
}

Result<Schema> match_schema(const std::vector<std::string>& columns_of_file,
                            const std::vector<ColumnSpec>& specs) {
  const auto spec_of_name = TRY(index_of(specs));
  Schema schema;
  for (std::size_t column = 0; column < columns_of_file.size(); ++column) {
    const auto at = spec_of_name.find(columns_of_file[column]);
    if (at == spec_of_name.end())
      return malformed(
          fmt::format("column '{}' of the file has no role", printable(columns_of_file[column])),
          "give it a role; 'identifier' drops it");
    schema.spec_of_column.push_back(at->second);
    CHECK_OK(place(schema, column, specs[at->second]));
  }
  // The file's names are distinct, so fewer columns than specs means one of these is not there.
  const auto in_file = [&](const ColumnSpec& spec) {
    return std::find(columns_of_file.begin(), columns_of_file.end(), spec.name) !=
           columns_of_file.end();
  };
  for (const ColumnSpec& spec : specs)
    if (!in_file(spec))
      return malformed(fmt::format("the file has no column '{}'", printable(spec.name)),
                       nearest_hint(spec.name, columns_of_file));
  return schema;
}

}  // namespace usufruct::anonymise
