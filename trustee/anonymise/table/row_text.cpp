#include "trustee/anonymise/table/row_text.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <numeric>
#include <utility>

#include "crypto/base/json.h"

namespace usufruct::anonymise {

namespace {

/// Short texts are copied this many bytes at a time, wherever they end.
constexpr std::size_t step_bytes = 32;

void append_quoted(Bytes& to, std::string_view value) {
  to.push_back('"');
  for (const char c : value) {
    if (c == '"') to.push_back('"');
    to.push_back(static_cast<std::uint8_t>(c));
  }
  to.push_back('"');
}

}  // namespace

ReleasedCells::ReleasedCells(const Counted& counted, const Recoding& recoding)
    : histogram_(counted.histogram), width_(recoding.columns) {
  const auto index_in = [](const std::vector<std::size_t>& columns, std::size_t column) {
    return static_cast<std::size_t>(std::ranges::find(columns, column) - columns.begin());
  };
  const Schema& schema = counted.schema;
  for (const std::size_t column : schema.released) {
    const std::size_t quasi = index_in(schema.quasi_identifiers, column);
    const std::size_t kept = index_in(counted.kept_columns, column);
    if (quasi < schema.quasi_identifiers.size())
      cells_.push_back({From::quasi_identifier, quasi});
    else if (kept < counted.kept_columns.size())
      cells_.push_back({From::kept, kept});
    else
      cells_.push_back({From::sensitive, index_in(schema.sensitive, column)});
    names_.push_back(counted.columns[column]);
  }
  share_classes(recoding);
  share_values();
}

/// What the classes show is shared by all that show the same group.
void ReleasedCells::share_classes(const Recoding& recoding) {
  shown_of_.resize(recoding.levels.size());
  std::map<std::pair<std::uint8_t, std::uint32_t>, std::uint32_t> known;
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].from != From::quasi_identifier) continue;
    known.clear();
    const Hierarchy& hierarchy = histogram_.hierarchies[cells_[i].index];
    for (std::size_t at = cells_[i].index; at < shown_of_.size(); at += width_) {
      const std::uint8_t level = recoding.levels[at];
      const std::uint32_t group = hierarchy.group_of(level, recoding.leaves[at]);
      const auto [found, is_new] =
          known.emplace(std::pair(level, group), static_cast<std::uint32_t>(shared_.size()));
      if (is_new) shared_.push_back({i, hierarchy.name(level, group)});
      shown_of_[at] = found->second;
    }
  }
}

void ReleasedCells::share_values() {
  value_of_.resize(histogram_.sensitive.size());
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].from != From::sensitive) continue;
    const Histogram::Sensitive& sensitive = histogram_.sensitive[cells_[i].index];
    const auto first = static_cast<std::uint32_t>(shared_.size());
    for (const std::string& value : sensitive.values) shared_.push_back({i, value});
    for (const std::uint32_t value : sensitive.value)
      value_of_[cells_[i].index].push_back(first + value);
  }
}

std::vector<std::uint32_t> ReleasedCells::shown_classes() const {
  std::map<std::pair<std::size_t, std::string_view>, std::uint32_t> known;
  std::vector<std::uint32_t> text_of;  // two levels may have one name for a group
  for (const Shared& shared : shared_)
    text_of.push_back(
        known.emplace(std::pair(shared.column, shared.text), text_of.size()).first->second);
  std::vector<std::uint32_t> shown(shown_of_.size());
  std::ranges::transform(shown_of_, shown.begin(),
                         [&](std::uint32_t number) { return text_of[number]; });
  std::vector<std::uint32_t> classes(width_ == 0 ? 1 : shown.size() / width_);
  std::iota(classes.begin(), classes.end(), 0U);
  const auto look = [&](std::uint32_t group) {
    return std::span(shown).subspan(group * width_, width_);
  };
  std::vector<std::uint32_t> sorted = classes;
  std::ranges::stable_sort(sorted, [&](std::uint32_t a, std::uint32_t b) {
    return std::ranges::lexicographical_compare(look(a), look(b));
  });
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (std::ranges::equal(look(sorted[i]), look(sorted[i - 1])))
      classes[sorted[i]] = classes[sorted[i - 1]];
  return classes;
}

RowText::RowText(const ReleasedCells& cells, Format format)
    : cells_(cells), format_(format), end_(format == Format::json_lines ? "}\n" : "\n") {
  for (std::size_t column = 0; column < cells.column_count(); ++column)
    before_.push_back(before(column));
  for (const auto& shared : cells.shared()) {
    append(texts_, before_[shared.column]);
    append_value(texts_, shared.column, shared.text);
    text_ends_.push_back(texts_.size());
  }
  texts_.resize(texts_.size() + step_bytes);
}

std::string RowText::before(std::size_t column) const {
  if (format_ == Format::json_lines)
    return (column == 0 ? "{" : ",") + quote_json(cells_.names()[column]) + ":";
  if (column == 0) return "";
  return format_ == Format::tsv ? "\t" : ",";
}

Bytes RowText::header() const {
  Bytes header;
  if (format_ == Format::json_lines) return header;
  for (std::size_t column = 0; column < cells_.column_count(); ++column) {
    append(header, before_[column]);
    append_value(header, column, cells_.names()[column]);
  }
  append(header, end_);
  return header;
}

Bytes RowText::rows(std::span<const ShuffledRow> rows) const {
  Bytes text;
  text.resize(std::size_t{1} << 16);
  std::size_t size = 0;
  Bytes value;
  const auto room = [&](std::size_t bytes) {
    if (size + bytes > text.size()) text.resize(2 * text.size() + bytes);
  };
  for (const ShuffledRow& row : rows) {
    cells_.each(row, [&](std::size_t column, std::int64_t shared, std::string_view kept) {
      if (shared >= 0) {
        const auto s = static_cast<std::size_t>(shared);
        const std::size_t from = s == 0 ? 0 : text_ends_[s - 1];
        const std::size_t count = text_ends_[s] - from;
        room(count + step_bytes);
        if (count <= step_bytes) [[likely]]
          std::memcpy(text.data() + size, texts_.data() + from, step_bytes);
        else
          std::memcpy(text.data() + size, texts_.data() + from, count);
        size += count;
        return;
      }
      value.clear();
      append(value, before_[column]);
      append_value(value, column, kept);
      room(value.size());
      std::memcpy(text.data() + size, value.data(), value.size());
      size += value.size();
    });
    room(end_.size());
    std::memcpy(text.data() + size, end_.data(), end_.size());
    size += end_.size();
  }
  text.resize(size);
  return text;
}

void RowText::append_value(Bytes& to, std::size_t column, std::string_view text) const {
  if (format_ == Format::json_lines) return append(to, quote_json(text));
  const bool must_quote =
      text.find_first_of(format_ == Format::tsv ? "\t\"\r\n" : ",\"\r\n") != std::string_view::npos;
  // A lone empty field would be an empty line, and a mark at the start of a file is not read.
  const bool is_lone = text.empty() && cells_.column_count() == 1;
  const bool is_mark = column == 0 && text.starts_with("\xEF\xBB\xBF");
  if (must_quote || is_lone || is_mark) return append_quoted(to, text);
  append(to, text);
}

}  // namespace usufruct::anonymise
