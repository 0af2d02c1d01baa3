#include "cli/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::cli {
namespace {

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789,. %") == std::string_view::npos;
}

}  // namespace

void Table::add(std::vector<std::string> row) {
  for (auto& cell : row) cell = printable(cell);
  row.resize(rows_.front().size());
  rows_.push_back(std::move(row));
}

std::string Table::print(std::size_t indent) const {
  const std::size_t columns = rows_.front().size();
  std::vector<std::size_t> widths(columns, 0);
  std::vector<bool> numbers(columns, rows_.size() > 1);
  for (std::size_t row = 0; row < rows_.size(); ++row) {
    for (std::size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], width_of(rows_[row][c]));
      if (row > 0 && !rows_[row][c].empty() && !is_number(rows_[row][c])) numbers[c] = false;
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line(indent, ' ');
    for (std::size_t c = 0; c < columns; ++c) {
      const std::string space(widths[c] - width_of(row[c]), ' ');
      line += numbers[c] ? space + row[c] : row[c] + space;
      if (c + 1 < columns) line += "  ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

void Facts::add(std::string name, std::string_view value) {
  constexpr std::size_t value_bytes_max = 400;
  if (!value.empty()) lines_.emplace_back(std::move(name), printable(value, value_bytes_max));
}

std::string Facts::print() const {
  std::size_t width = 0;
  for (const auto& [name, value] : lines_) width = std::max(width, name.size());
  std::string out;
  for (const auto& [name, value] : lines_) out += fmt::format("{:<{}}  {}\n", name, width, value);
  return out;
}

std::string print_share(double share) { return fmt::format("{:.2f} %", share * 100); }
std::string print_ppm(std::uint32_t ppm) { return print_share(ppm / 1e6); }

std::string print_count(std::uint64_t count) {
  const std::string digits = std::to_string(count);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string count_of(std::uint64_t count, std::string_view noun) {
  if (count == 1) return fmt::format("1 {}", noun);
  if (noun.ends_with("try")) {  // entry; not day, key
    return fmt::format("{} {}ies", print_count(count), noun.substr(0, noun.size() - 1));
  }
  return fmt::format("{} {}s", print_count(count), noun);
}

}  // namespace usufruct::cli
