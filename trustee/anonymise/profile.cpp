#include "trustee/anonymise/profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/number.h"

namespace usufruct::anonymise {

namespace {

constexpr double identifier_uniqueness = 0.95;  ///< text this unique names its row
constexpr std::uint64_t identifier_rows_min = 10;
constexpr double free_text_uniqueness = 0.5;

/// Words in a column's name that say what it is, whatever its values look like.
constexpr std::array<std::pair<std::string_view, ColumnRole>, 22> telling_words{{
    {"email", ColumnRole::identifier},         {"phone", ColumnRole::identifier},
    {"passport", ColumnRole::identifier},      {"ssn", ColumnRole::identifier},
    {"surname", ColumnRole::identifier},       {"first_name", ColumnRole::identifier},
    {"last_name", ColumnRole::identifier},     {"full_name", ColumnRole::identifier},
    {"address", ColumnRole::identifier},       {"subject", ColumnRole::subject},
    {"patient_id", ColumnRole::subject},       {"person_id", ColumnRole::subject},
    {"age", ColumnRole::quasi_identifier},     {"sex", ColumnRole::quasi_identifier},
    {"gender", ColumnRole::quasi_identifier},  {"birth", ColumnRole::quasi_identifier},
    {"zip", ColumnRole::quasi_identifier},     {"postcode", ColumnRole::quasi_identifier},
    {"country", ColumnRole::quasi_identifier}, {"race", ColumnRole::quasi_identifier},
    {"diagnosis", ColumnRole::sensitive},      {"income", ColumnRole::sensitive},
}};

/// Whether the word stands in the name as a whole word: `age` in `age_years`, not in `wage`.
bool has_word(std::string_view name, std::string_view word) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  for (std::size_t at = name.find(word); at != std::string_view::npos;
       at = name.find(word, at + 1)) {
    const bool starts = at == 0 || !is_letter(name[at - 1]);
    const std::size_t end = at + word.size();
    if (starts && (end == name.size() || !is_letter(name[end]))) return true;
  }
  return false;
}

/// Gathers one column from its distinct values.
class Gather {
 public:
  void add(const ValueCount& each) {
    ++profile_.distinct;
    if (each.value.empty()) {
      profile_.empty = each.count;
      return;
    }
    if (profile_.lowest.empty() || each.value < profile_.lowest) profile_.lowest = each.value;
    if (each.value > profile_.highest) profile_.highest = each.value;
    const auto number = parse_number(each.value);
    if (!number) {
      is_numeric_ = false;
      return;
    }
    decimals_ = std::max(decimals_, number->decimals);
    const double value = as_double(*number);
    if (!has_number_ || value < as_double(low_.second)) low_ = {each.value, *number};
    if (!has_number_ || value > as_double(high_.second)) high_ = {each.value, *number};
    has_number_ = true;
  }

  ColumnProfile finish(std::string name, std::uint64_t rows) {
    profile_.name = std::move(name);
    profile_.uniqueness = static_cast<double>(profile_.distinct) / static_cast<double>(rows);
    if (profile_.distinct > (profile_.empty > 0 ? 1U : 0U)) {
      const bool is_number = is_numeric_ && has_number_;
      profile_.type = !is_number ? ValueType::text
                                 : (decimals_ > 0 ? ValueType::decimal : ValueType::whole_number);
      if (is_number) {
        profile_.lowest = low_.first;
        profile_.highest = high_.first;
      }
    }
    suggest(rows);
    return std::move(profile_);
  }

 private:
  static double as_double(Number number) {
    auto value = static_cast<double>(number.units);
    for (int i = 0; i < number.decimals; ++i) value /= 10;
    return value;
  }

  void say(ColumnRole role, std::string reason) {
    profile_.suggested = role;
    profile_.reason = std::move(reason);
  }

  void suggest(std::uint64_t rows) {
    const std::string name = to_lower_ascii(profile_.name);
    for (const auto& [word, role] : telling_words)
      if (has_word(name, word)) return say(role, fmt::format("its name has '{}'", word));
    const bool is_large = rows >= identifier_rows_min;
    if (is_large && profile_.uniqueness >= identifier_uniqueness &&
        profile_.type != ValueType::decimal)
      return say(ColumnRole::identifier,
                 fmt::format("{} distinct values in {} rows", profile_.distinct, rows));
    if (is_large && profile_.type == ValueType::text && profile_.uniqueness >= free_text_uniqueness)
      return say(ColumnRole::identifier, "most texts occur once: free text may name people");
    if (profile_.distinct <= 1) return say(ColumnRole::insensitive, "it has one value");
    say(ColumnRole::quasi_identifier, "it may tell people apart together with other columns");
  }

  ColumnProfile profile_;
  bool is_numeric_ = true;
  bool has_number_ = false;
  int decimals_ = 0;
  std::pair<std::string, Number> low_;
  std::pair<std::string, Number> high_;
};

}  // namespace

std::string_view name_of(ValueType type) {
  switch (type) {
    case ValueType::none:
      return "none";
    case ValueType::whole_number:
      return "whole_number";
    case ValueType::decimal:
      return "decimal";
    case ValueType::text:
      return "text";
  }
  return "";
}

Result<Profile> profile(const Source& source, const EngineOptions& options) {
  const Engine engine = TRY(Engine::open(options, source));
  Profile made{.rows = engine.row_count(), .columns = {}};
  for (std::size_t c = 0; c < engine.columns().size(); ++c) {
    Gather gather;
    for (const ValueCount& each : TRY(engine.distinct(c, engine.row_count()))) gather.add(each);
    made.columns.push_back(gather.finish(engine.columns()[c], engine.row_count()));
  }
  return made;
}

}  // namespace usufruct::anonymise
