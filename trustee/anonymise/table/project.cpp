#include "trustee/anonymise/table/project.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

void append_field(std::string& line, std::string_view cell) {
  if (!line.empty() && line.back() != '\n') line += ',';
  line += '"';
  for (const char c : cell) line += c == '"' ? std::string_view("\"\"") : std::string_view(&c, 1);
  line += '"';
}

}  // namespace

Result<void> project(const Engine& table, std::span<const std::string> columns, ByteSink& to) {
  std::vector<std::size_t> places;
  std::string text;
  for (const std::string& column : columns) {
    const auto at = std::ranges::find(table.columns(), column);
    if (at == table.columns().end())
      return not_found(fmt::format("it has no column '{}'", printable(column)),
                       "its columns are " + printable(join(table.columns(), ", ")));
    places.push_back(static_cast<std::size_t>(at - table.columns().begin()));
    append_field(text, column);
  }
  text += '\n';
  CHECK_OK(to.write(as_view(text)));
  return table.each(places, [&](const Batch& batch) {
    text.clear();
    for (std::size_t row = 0; row < batch.rows.size(); ++row) {
      for (const auto& cells : batch.cells) append_field(text, cells[row]);
      text += '\n';
    }
    return to.write(as_view(text));
  });
}

}  // namespace usufruct::anonymise
