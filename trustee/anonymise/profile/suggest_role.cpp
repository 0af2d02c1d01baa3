#include "trustee/anonymise/profile/suggest_role.h"

#include <fmt/format.h>

#include <utility>

#include "trustee/anonymise/profile/column_words.h"

namespace usufruct::anonymise {

namespace {

constexpr std::uint64_t unique_rows_min = 10;
constexpr double name_uniqueness = 0.5;         ///< texts this different may name people
constexpr std::uint64_t remark_count_max = 12;  ///< up to here a remark is chosen, not written

void say(ColumnProfile& column, ColumnRole role, std::string reason) {
  column.suggested = role;
  column.reason = std::move(reason);
}

/// What the values themselves forbid, whatever the column is called.
bool suggest_by_type(ColumnProfile& column) {
  switch (column.type) {
    case ValueType::free_text:
      say(column, ColumnRole::identifier, "free text may name anybody; it is never released");
      return true;
    case ValueType::email:
      say(column, ColumnRole::identifier, "its values are e-mail addresses");
      return true;
    case ValueType::phone:
      say(column, ColumnRole::identifier, "its values look like phone numbers");
      return true;
    case ValueType::url:
      say(column, ColumnRole::identifier, "its values are addresses on the web");
      return true;
    case ValueType::none:
      say(column, ColumnRole::insensitive, "it has no values");
      return true;
    case ValueType::whole_number:
    case ValueType::decimal:
    case ValueType::date:
    case ValueType::timestamp:
    case ValueType::boolean:
    case ValueType::postcode:
    case ValueType::identifier:
    case ValueType::category:
    case ValueType::text:
      return false;
  }
  return false;
}

bool suggest_by_name(ColumnProfile& column) {
  const auto telling = telling_word(column.name);
  if (!telling) return false;
  if (telling->is_remark && column.figures.distinct <= remark_count_max) return false;
  say(column, telling->role,
      fmt::format("its name has '{}'{}", telling->word,
                  telling->is_remark ? ": what people write may name anybody" : ""));
  return true;
}

void suggest_by_figures(ColumnProfile& column, std::uint64_t rows) {
  if (column.type == ValueType::identifier)
    return say(column, ColumnRole::identifier,
               fmt::format("{} distinct values in {} rows", column.figures.distinct, rows));
  if (rows >= unique_rows_min && column.type == ValueType::text &&
      column.figures.uniqueness >= name_uniqueness)
    return say(column, ColumnRole::identifier, "most of its texts occur once: they may be names");
  if (column.figures.distinct <= 1) return say(column, ColumnRole::insensitive, "it has one value");
  say(column, ColumnRole::quasi_identifier,
      fmt::format("it tells {:.3g} % of all pairs of rows apart", 100 * column.figures.separation));
}

/// Of a column that would be released as it is.
void warn(ColumnProfile& column, std::uint64_t rows) {
  const bool is_released =
      column.suggested == ColumnRole::sensitive || column.suggested == ColumnRole::insensitive;
  if (is_released && column.figures.unique_rows > 0)
    column.warnings.push_back(
        fmt::format("{} of {} rows have a value that no other row has: who knows it finds the "
                    "person",
                    column.figures.unique_rows, rows));
  if (column.outlier_rows > 0 && column.suggested != ColumnRole::identifier &&
      column.suggested != ColumnRole::subject)
    column.warnings.push_back(
        fmt::format("{} of {} rows are far from all others ({} to {}): released as it is, the "
                    "column would name people",
                    column.outlier_rows, rows, column.lowest, column.highest));
}

}  // namespace

void suggest_role(ColumnProfile& column, std::uint64_t rows, std::span<const ValueCount> values) {
  if (!suggest_by_type(column) && !suggest_by_name(column)) suggest_by_figures(column, rows);
  if (column.suggested == ColumnRole::quasi_identifier && !values.empty())
    column.hierarchy = choose_recipe(values).by;
  warn(column, rows);
}

}  // namespace usufruct::anonymise
