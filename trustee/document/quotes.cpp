#include "trustee/document/quotes.h"

namespace usufruct::document {

std::size_t scalar_offset(std::string_view text, std::size_t node_offset) {
  constexpr std::string_view white = " \t\n";
  std::size_t at = node_offset;
  while (at < text.size() && (text[at] == '!' || text[at] == '#')) {
    // A comment goes on to the end of its line, a tag to the next space.
    at = text.find_first_of(text[at] == '#' ? "\n" : white, at);
    at = at < text.size() ? text.find_first_not_of(white, at) : at;
  }
  return at;
}

QuoteEnd quote_end(std::string_view text, std::size_t scalar_offset) {
  if (scalar_offset >= text.size()) return QuoteEnd::in_line;
  const char quote = text[scalar_offset];
  if (quote != '"' && quote != '\'') return QuoteEnd::in_line;
  QuoteEnd end = QuoteEnd::in_line;
  for (std::size_t at = scalar_offset + 1; at < text.size(); ++at) {
    if (text[at] == '\n') end = QuoteEnd::lines_below;
    const bool is_doubled = quote == '\'' && text.substr(at, 2) == "''";
    if (text[at] == quote && !is_doubled) return end;
    if (is_doubled) ++at;
    if (quote == '"' && text[at] == '\\') {
      ++at;
      if (at < text.size() && text[at] == '\n') end = QuoteEnd::lines_below;
    }
  }
  return QuoteEnd::never;
}

}  // namespace usufruct::document
