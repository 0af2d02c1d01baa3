#include "trustee/anonymise/hierarchy/hierarchy.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "crypto/hash.h"

namespace usufruct::anonymise {

namespace {

using Row = std::vector<std::string>;

/// Reads rows of `;`-separated fields, quoted as RFC 4180 does.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool is_at_end() const { return at_ == text_.size(); }

  /// The fields of the next line.
  Result<void> read(Row& fields) {
    fields.clear();
    for (;;) {
      if (fields.size() == Hierarchy::level_count_max)
        return malformed(fmt::format("more than {} levels", Hierarchy::level_count_max));
      fields.push_back(TRY(field()));
      if (at_ == text_.size()) return {};
      const char next = text_[at_++];
      if (next == ';') continue;
      if (next == '\n') return {};
      if (next == '\r' && at_ < text_.size() && text_[at_++] == '\n') return {};
      return malformed("a carriage return without a line feed", "end lines with LF or CRLF");
    }
  }

 private:
  Result<std::string> field() {
    if (at_ < text_.size() && text_[at_] == '"') return quoted();
    const std::size_t end = std::min(text_.find_first_of(";\r\n\"", at_), text_.size());
    if (end < text_.size() && text_[end] == '"')
      return malformed("a quote inside a field", "quote the whole field and double the quote");
    const std::size_t begin = std::exchange(at_, end);
    return std::string(text_.substr(begin, end - begin));
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

constexpr std::uint32_t no_group = static_cast<std::uint32_t>(-1);

}  // namespace

/// A hierarchy in the making, leaf by leaf; every leaf is checked against those before it.
class Hierarchy::Assembly {
 public:
  /// `fields` are the values of one leaf from level 0 to the top.
  Result<void> add(std::span<const std::string> fields) {
    ++line_;
    CHECK_OK(check_shape(fields));
    for (std::size_t l = 0; l < fields.size(); ++l) {
      const bool is_new = place(l, fields[l]);
      if (is_new && !is_utf8(fields[l]))
        return malformed(fmt::format("line {} is not UTF-8", line_));
      if (l == 0 && !is_new)
        return malformed(fmt::format("line {}: value '{}' occurs twice", line_, shown(fields[l])),
                         "give every value one line");
      if (l > 0) CHECK_OK(check_nesting(l));
    }
    return {};
  }

  Result<Hierarchy> finish() && {
    if (line_ == 0)
      return malformed("hierarchy has no lines", "write one line per value: value;coarser;*");
    return Hierarchy(std::make_shared<const std::vector<Stored>>(std::move(levels_)));
  }

 private:
  static std::string shown(std::string_view value) { return printable(value, 60); }

  Result<void> check_shape(std::span<const std::string> fields) {
    if (line_ > leaf_count_max)
      return malformed(fmt::format("hierarchy has over {} lines", leaf_count_max));
    if (line_ == 1) {
      if (fields.size() < 2 || fields.size() > level_count_max)
        return malformed(fmt::format("hierarchy has {} levels", fields.size()),
                         fmt::format("give 2 to {}, the last one *", level_count_max));
      levels_.resize(fields.size());
      above_.resize(fields.size());
    }
    if (fields.size() != levels_.size())
      return malformed(fmt::format("line {} has {} levels and line 1 has {}", line_, fields.size(),
                                   levels_.size()),
                       "give every value the same count of levels");
    if (fields.back() != "*")
      return malformed(fmt::format("line {} ends with '{}'", line_, shown(fields.back())),
                       "end every line with *");
    return {};
  }

  /// Puts the newest leaf into the group of that name; whether the group is new.
  bool place(std::size_t level, std::string_view name) {
    Stored& to = levels_[level];
    // Neighbours mostly share their groups, and then nothing has to be looked up.
    const bool is_same =
        level > 0 && !to.group_of_leaf.empty() && to.names.name(to.group_of_leaf.back()) == name;
    const auto [group, is_new] =
        is_same ? std::pair{to.group_of_leaf.back(), false} : to.names.add(name);
    if (is_new) {
      to.leaves.push_back(0);
      above_[level].push_back(no_group);
    }
    ++to.leaves[group];
    to.group_of_leaf.push_back(group);
    return is_new;
  }

  /// The group of the newest leaf below a level lies in one group of that level.
  Result<void> check_nesting(std::size_t level) {
    const std::uint32_t below = levels_[level - 1].group_of_leaf.back();
    const std::uint32_t group = levels_[level].group_of_leaf.back();
    std::uint32_t& above = above_[level - 1][below];
    if (above == no_group) above = group;
    if (above == group) return {};
    return malformed(fmt::format("line {}: '{}' at level {} is split again at level {}", line_,
                                 shown(levels_[level - 1].names.name(below)), level - 1, level),
                     "values equal at one level must be equal at every higher one");
  }

  std::size_t line_ = 0;
  std::vector<Stored> levels_;
  std::vector<std::vector<std::uint32_t>> above_;  ///< [level][group] its group one level up
};

Result<Hierarchy> Hierarchy::parse(std::string_view text) {
  Assembly assembly;
  Reader reader(text);
  Row fields;
  for (std::size_t line = 1; !reader.is_at_end(); ++line) {
    CHECK_OK_IN(fmt::format("line {}", line), reader.read(fields));
    CHECK_OK(assembly.add(fields));
  }
  return std::move(assembly).finish();
}

Result<Hierarchy> Hierarchy::make(const std::vector<std::vector<std::string>>& rows) {
  Assembly assembly;
  for (const Row& row : rows) CHECK_OK(assembly.add(row));
  return std::move(assembly).finish();
}

Result<Hierarchy> Hierarchy::of_levels(std::span<const Level> levels) {
  CHECK_THAT(!levels.empty());
  Assembly assembly;
  Row fields(levels.size());
  for (std::size_t leaf = 0; leaf < levels.front().group_of_leaf.size(); ++leaf) {
    for (std::size_t l = 0; l < levels.size(); ++l)
      fields[l] = levels[l].names[levels[l].group_of_leaf[leaf]];
    CHECK_OK(assembly.add(fields));
  }
  return std::move(assembly).finish();
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
