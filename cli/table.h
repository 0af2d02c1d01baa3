#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usufruct::cli {

/// Lines of words in columns, for a person: two spaces between, numbers to the right where every
/// cell below the head is one. Widths count code points.
///
///     Table table({"name", "rows"});
///     table.add({"adult", "30162"});
class Table {
 public:
  explicit Table(std::vector<std::string> head) : rows_{std::move(head)} {}
  void add(std::vector<std::string> row);
  bool is_empty() const { return rows_.size() == 1; }
  /// Each line ends in a line feed and not in a space; `indent` spaces before it.
  std::string print(std::size_t indent = 0) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

/// What is known of one thing, a line each, the names in one column. Nothing known: no line.
class Facts {
 public:
  void add(std::string name, std::string_view value);
  std::string print() const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

/// `4.2 %` of parts per million or of a share; `12,345`.
std::string print_ppm(std::uint32_t ppm);
std::string print_share(double share);
std::string print_count(std::uint64_t count);
/// `1 row`, `2 rows`.
std::string count_of(std::uint64_t count, std::string_view noun);

}  // namespace usufruct::cli
