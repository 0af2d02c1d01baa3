#include "trustee/anonymise/hierarchy/hierarchy.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct::anonymise {

namespace {

using Row = std::vector<std::string>;

/// Reads rows of `;`-separated fields, quoted as RFC 4180 does.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<std::vector<Row>> rows() {
    std::vector<Row> rows;
    while (at_ < text_.size()) {
      if (rows.size() == Hierarchy::leaf_count_max)
        return malformed(fmt::format("hierarchy has over {} lines", Hierarchy::leaf_count_max));
      rows.push_back(TRY_IN(fmt::format("line {}", rows.size() + 1), row()));
    }
    return rows;
  }

 private:
  Result<Row> row() {
    Row fields;
    for (;;) {
      if (fields.size() == Hierarchy::level_count_max)
        return malformed(fmt::format("more than {} levels", Hierarchy::level_count_max));
      fields.push_back(TRY(field()));
      if (at_ == text_.size()) return fields;
      const char next = text_[at_++];
      if (next == ';') continue;
      if (next == '\n') return fields;
      if (next == '\r' && at_ < text_.size() && text_[at_++] == '\n') return fields;
      return malformed("a carriage return without a line feed", "end lines with LF or CRLF");
    }
  }

  Result<std::string> field() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t end = std::min(text_.find_first_of(";\r\n\"", at_), text_.size());
    if (end < text_.size() && text_[end] == '"')
      return malformed("a quote inside a field", "quote the whole field and double the quote");
    return std::string(text_.substr(std::exchange(at_, end), end - at_));
  }

  Result<std::string> quoted() {
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '"') {
        value += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        value += text_[at_++];
      } else {
        ++at_;
        const bool ended =
            at_ == text_.size() || text_[at_] == ';' || text_[at_] == '\n' || text_[at_] == '\r';
        if (!ended) return malformed("text after a closing quote");
        return value;
      }
    }
    return malformed("a quote is never closed");
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

void print_field(std::string& to, std::string_view value) {
  if (value.find_first_of(";\"\r\n") == std::string_view::npos) {
    to += value;
    return;
  }
  to += '"';
  for (const char c : value) {
    if (c == '"') to += '"';
    to += c;
  }
  to += '"';
}

Result<void> check_shape(const std::vector<Row>& rows) {
  if (rows.empty())
    return malformed("hierarchy has no lines", "write one line per value: value;coarser;*");
  if (rows.size() > Hierarchy::leaf_count_max)
    return malformed(fmt::format("hierarchy has over {} lines", Hierarchy::leaf_count_max));
  const std::size_t levels = rows.front().size();
  if (levels < 2 || levels > Hierarchy::level_count_max)
    return malformed(fmt::format("hierarchy has {} levels", levels),
                     fmt::format("give 2 to {}, the last one *", Hierarchy::level_count_max));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].size() != levels)
      return malformed(
          fmt::format("line {} has {} levels and line 1 has {}", i + 1, rows[i].size(), levels),
          "give every value the same count of levels");
    if (rows[i].back() != "*")
      return malformed(fmt::format("line {} ends with '{}'", i + 1, printable(rows[i].back())),
                       "end every line with *");
    for (const std::string& value : rows[i])
      if (!is_utf8(value)) return malformed(fmt::format("line {} is not UTF-8", i + 1));
  }
  return {};
}

}  // namespace

Result<Hierarchy> Hierarchy::parse(std::string_view text) { return make(TRY(Reader(text).rows())); }

Result<Hierarchy> Hierarchy::make(std::vector<Row> rows) {
  CHECK_OK(check_shape(rows));
  Hierarchy made;
  made.levels_.resize(rows.front().size());
  for (std::size_t l = 0; l < made.levels_.size(); ++l) {
    Level& level = made.levels_[l];
    std::unordered_map<std::string_view, std::uint32_t> group_of_name;
    for (const Row& row : rows) {
      const auto [at, is_new] =
          group_of_name.emplace(row[l], static_cast<std::uint32_t>(level.names.size()));
      if (is_new) {
        level.names.push_back(row[l]);
        level.leaves.push_back(0);
      }
      level.group_of_leaf.push_back(at->second);
      ++level.leaves[at->second];
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!made.leaf_of_.emplace(rows[i][0], static_cast<std::uint32_t>(i)).second)
      return malformed(
          fmt::format("line {}: value '{}' occurs twice", i + 1, printable(rows[i][0])),
          "give every value one line");
  for (std::size_t l = 1; l < made.levels_.size(); ++l) {
    constexpr auto none = static_cast<std::uint32_t>(-1);
    std::vector<std::uint32_t> above(made.levels_[l - 1].names.size(), none);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      std::uint32_t& group = above[made.levels_[l - 1].group_of_leaf[i]];
      if (group == none) group = made.levels_[l].group_of_leaf[i];
      if (group != made.levels_[l].group_of_leaf[i])
        return malformed(fmt::format("line {}: '{}' at level {} is split again at level {}", i + 1,
                                     printable(rows[i][l - 1]), l - 1, l),
                         "values equal at one level must be equal at every higher one");
    }
  }
  return made;
}

std::optional<std::uint32_t> Hierarchy::find(std::string_view leaf) const {
  const auto at = leaf_of_.find(leaf);
  if (at == leaf_of_.end()) return std::nullopt;
  return at->second;
}

std::string Hierarchy::print() const {
  std::string text;
  for (std::uint32_t leaf = 0; leaf < leaf_count(); ++leaf) {
    for (std::size_t level = 0; level < level_count(); ++level) {
      if (level > 0) text += ';';
      print_field(text, name(level, group_of(level, leaf)));
    }
    text += '\n';
  }
  return text;
}

Digest Hierarchy::digest() const { return sha256(as_view(print())); }

}  // namespace usufruct::anonymise
