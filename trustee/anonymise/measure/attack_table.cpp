#include "trustee/anonymise/measure/attack_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <unordered_map>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/keyed_hash.h"

namespace usufruct::anonymise::measuring {

namespace {

constexpr double near_enough = 0.05;  // A guess of a number within 5 % is right.

/// Texts by number, in the order they are met.
class Numbering {
 public:
  std::uint32_t number(std::string_view text) {
    const auto [at, is_new] = number_of_.emplace(text, static_cast<std::uint32_t>(texts_.size()));
    if (is_new) texts_.push_back(text);
    return at->second;
  }
  const std::vector<std::string_view>& texts() const { return texts_; }

 private:
  std::unordered_map<std::string_view, std::uint32_t, TextHash> number_of_;
  std::vector<std::string_view> texts_;
};

std::optional<double> parse_double(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    return std::nullopt;
  return value;
}

Result<void> check_width(AttackInput::Rows rows, std::size_t width) {
  for (const auto& row : rows)
    if (row.size() != width)
      return malformed(
          fmt::format("a row of {} cells in a table of {} columns", row.size(), width));
  return {};
}

}  // namespace

std::uint64_t draw_below(Chance& chance, std::uint64_t below) {
  CHECK_THAT(below > 0);
  const std::uint64_t fair = std::numeric_limits<std::uint64_t>::max() / below * below;
  for (;;) {
    std::uint8_t bytes[sizeof(std::uint64_t)];
    chance.fill(bytes);
    std::uint64_t value = 0;
    std::memcpy(&value, bytes, sizeof value);
    if (value < fair) return value % below;
  }
}

Result<AttackTable> AttackTable::make(const AttackInput& given, std::size_t rows_max) {
  AttackInput input = given;
  for (AttackInput::Rows* rows : {&input.released, &input.people, &input.control}) {
    *rows = rows->first(std::min(rows->size(), rows_max));
    CHECK_OK(check_width(*rows, input.columns.size()));
  }
  AttackTable table;
  table.columns_.resize(input.columns.size());
  table.released_.resize(input.released.size() * input.columns.size());
  table.people_.resize(input.people.size() * input.columns.size());
  table.control_.resize(input.control.size() * input.columns.size());
  for (std::size_t c = 0; c < input.columns.size(); ++c) {
    if (input.columns[c].hierarchy != nullptr)
      CHECK_OK(table.add_quasi(input, c));
    else
      table.add_plain(input, c);
  }
  return table;
}

Result<void> AttackTable::add_quasi(const AttackInput& input, std::size_t column) {
  const auto& [name, role, hierarchy] = input.columns[column];
  columns_[column].hierarchy = hierarchy;
  Numbering shown;
  for (std::size_t r = 0; r < input.released.size(); ++r)
    released_[r * width() + column] = shown.number(input.released[r][column]);
  columns_[column].released_texts = shown.texts().size();
  columns_[column].groups =
      TRY(groups_of(*hierarchy, shown.texts(), name, std::nullopt, Doubt::coarsest));
  const auto leaves = [&](AttackInput::Rows rows, std::vector<std::uint32_t>& to) -> Result<void> {
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const auto leaf = hierarchy->find(rows[r][column]);
      if (!leaf)
        return malformed(fmt::format("column '{}': its hierarchy has no leaf '{}'", printable(name),
                                     printable(rows[r][column])));
      to[r * width() + column] = *leaf;
    }
    return {};
  };
  CHECK_OK(leaves(input.people, people_));
  return leaves(input.control, control_);
}

void AttackTable::add_plain(const AttackInput& input, std::size_t column) {
  Column& made = columns_[column];
  Numbering texts;
  const auto add = [&](AttackInput::Rows rows, std::vector<std::uint32_t>& to) {
    for (std::size_t r = 0; r < rows.size(); ++r)
      to[r * width() + column] = texts.number(rows[r][column]);
  };
  add(input.released, released_);
  made.released_texts = texts.texts().size();
  add(input.people, people_);
  add(input.control, control_);
  made.is_numeric = !texts.texts().empty();
  for (const std::string_view text : texts.texts()) {
    const auto number = parse_double(text);
    made.is_numeric = made.is_numeric && number.has_value();
    made.numbers.push_back(number.value_or(0));
  }
  std::vector<double> all;
  for (std::size_t r = 0; r < input.released.size(); ++r)
    all.push_back(made.numbers[released_[r * width() + column]]);
  if (all.empty()) return;
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  made.median = *middle;
}

bool AttackTable::matches(std::size_t column, std::uint32_t shown, std::uint32_t of_person) const {
  const Column& c = columns_[column];
  if (c.hierarchy != nullptr)
    return c.hierarchy->group_of(c.groups[shown].level, of_person) == c.groups[shown].group;
  if (shown == of_person || !c.is_numeric) return shown == of_person;
  const double of = c.numbers[of_person];
  return std::abs(c.numbers[shown] - of) <= near_enough * std::abs(of);
}

}  // namespace usufruct::anonymise::measuring
