#include "trustee/anonymise/measure/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "crypto/base/text.h"

namespace usufruct::anonymise {

namespace {

/// Reads a released file record by record: the second reader, apart from the one that wrote it.
class ReleasedCsv {
 public:
  explicit ReleasedCsv(std::string_view text) : text_(text) {}
  bool is_at_end() const { return at_ == text_.size(); }
  std::uint64_t line() const { return line_; }

  /// Fills the fields of the next record, reusing their memory.
  Result<void> next(std::vector<std::string>& fields) {
    std::size_t count = 0;
    for (;;) {
      if (count == fields.size()) fields.emplace_back();
      CHECK_OK(field(fields[count++]));
      if (is_at_end()) return bad("the last line has no end");
      const char c = text_[at_++];
      if (c == ',') continue;
      if (c == '\r' && (is_at_end() || text_[at_++] != '\n')) return bad("a lone carriage return");
      if (c != '\r' && c != '\n') return bad("text after a closing quote");
      ++line_;
      fields.resize(count);
      return {};
    }
  }

 private:
  std::unexpected<Error> bad(std::string_view what) const {
    return malformed(fmt::format("line {}: {}", line_, what), "measure the file as it was written");
  }

  Result<void> field(std::string& value) {
    value.clear();
    if (is_at_end() || text_[at_] != '"') {
      const std::size_t end = std::min(text_.find_first_of(",\r\n\"", at_), text_.size());
      value = text_.substr(at_, end - at_);
      at_ = end;
      if (!is_at_end() && text_[at_] == '"') return bad("a quote inside a field");
      return {};
    }
    for (++at_;; ++at_) {
      const std::size_t end = text_.find('"', at_);
      if (end == std::string_view::npos) return bad("a quote is never closed");
      value += text_.substr(at_, end - at_);
      at_ = end + 1;
      if (is_at_end() || text_[at_] != '"') return {};
      value += '"';
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

/// One class: its quasi-identifier values as read, its rows, and what it holds of each sensitive
/// column.
struct Class {
  std::vector<std::string> values;
  std::uint64_t rows = 0;
  std::vector<std::set<std::string, std::less<>>> sensitive;
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
using Classes = std::unordered_map<std::string, Class, TextHash, std::equal_to<>>;

Result<std::vector<std::size_t>> places_of(const std::vector<std::string>& wanted,
                                           const std::vector<std::string>& header) {
  std::vector<std::size_t> places;
  for (const std::string& name : wanted) {
    const auto count = std::count(header.begin(), header.end(), name);
    if (count != 1)
      return malformed(fmt::format("column '{}' is {} in the release", printable(name),
                                   count == 0 ? "not" : "more than once"),
                       "measure with the columns that were released");
    places.push_back(
        static_cast<std::size_t>(std::find(header.begin(), header.end(), name) - header.begin()));
  }
  return places;
}

Result<Classes> count_classes(View csv, const MeasureOptions& options) {
  ReleasedCsv reader(as_text(csv));
  std::vector<std::string> fields;
  CHECK_OK(reader.next(fields));
  const auto quasi = TRY(places_of(options.quasi_identifiers, fields));
  const auto sensitive = TRY(places_of(options.sensitive, fields));
  const std::size_t width = fields.size();
  Classes classes;
  std::string key;
  while (!reader.is_at_end()) {
    const std::uint64_t line = reader.line();
    CHECK_OK(reader.next(fields));
    if (fields.size() != width)
      return malformed(
          fmt::format("line {} has {} fields and the header has {}", line, fields.size(), width));
    // Each value is followed by its length, so different tuples cannot share a key.
    key.clear();
    for (const std::size_t place : quasi) {
      key += fields[place];
      const std::uint64_t size = fields[place].size();
      for (int shift = 0; shift < 32; shift += 8) key += static_cast<char>(size >> shift & 0xFF);
    }
    auto at = classes.find(std::string_view(key));
    if (at == classes.end()) {
      at = classes.emplace(key, Class{}).first;
      for (const std::size_t place : quasi) at->second.values.push_back(fields[place]);
      at->second.sensitive.resize(sensitive.size());
    }
    ++at->second.rows;
    for (std::size_t s = 0; s < sensitive.size(); ++s)
      if (auto& values = at->second.sensitive[s]; !values.contains(fields[sensitive[s]]))
        values.insert(fields[sensitive[s]]);
  }
  return classes;
}

/// What the values of one released column cost, summed over its rows.
struct ColumnLoss {
  double lost = 0;   ///< sum of (leaves - 1) / (leaves of the column - 1)
  double level = 0;  ///< sum of level / (levels - 1)
};

/// The same text may stand on several levels. A column all of whose values stand on one level is
/// taken to be at the lowest such level; otherwise each value counts at its highest.
Result<ColumnLoss> loss_of(const Hierarchy& hierarchy,
                           const std::map<std::string, std::uint64_t>& rows_of_value,
                           const std::string& column) {
  const std::size_t levels = hierarchy.level_count();
  std::vector<std::map<std::string_view, std::uint32_t>> leaves(levels);
  for (std::size_t l = 0; l < levels; ++l)
    for (std::uint32_t g = 0; g < hierarchy.group_count(l); ++g)
      leaves[l].emplace(hierarchy.name(l, g), hierarchy.leaves_under(l, g));
  const auto holds_all = [&](const auto& level) {
    return std::all_of(rows_of_value.begin(), rows_of_value.end(),
                       [&](const auto& each) { return level.contains(each.first); });
  };
  const auto common = static_cast<std::size_t>(
      std::find_if(leaves.begin(), leaves.end(), holds_all) - leaves.begin());
  const double whole = static_cast<double>(std::max<std::size_t>(1, hierarchy.leaf_count() - 1));
  ColumnLoss loss;
  for (const auto& [value, rows] : rows_of_value) {
    std::size_t level = common < levels ? common : levels;
    for (std::size_t l = levels; level == levels && l-- > 0;)
      if (leaves[l].contains(value)) level = l;
    if (level == levels)
      return malformed(fmt::format("column '{}': its hierarchy has no value '{}' on any level",
                                   printable(column), printable(value)),
                       "measure with the hierarchies the release was made with");
    const auto count = static_cast<double>(rows);
    loss.lost += count * static_cast<double>(leaves[level].at(value) - 1) / whole;
    loss.level += count * static_cast<double>(level) / static_cast<double>(levels - 1);
  }
  return loss;
}

Result<void> add_quality(Measurement& found, const Classes& classes,
                         const MeasureOptions& options) {
  const std::size_t columns = options.hierarchies.size();
  if (columns != options.quasi_identifiers.size())
    return malformed(fmt::format("{} hierarchies for {} quasi-identifiers", columns,
                                 options.quasi_identifiers.size()));
  const auto out = static_cast<double>(found.rows_suppressed);
  double lost = 0;
  double level = 0;
  for (std::size_t c = 0; c < columns; ++c) {
    std::map<std::string, std::uint64_t> rows_of_value;
    for (const auto& [key, each] : classes) rows_of_value[each.values[c]] += each.rows;
    const auto loss =
        TRY(loss_of(*options.hierarchies[c], rows_of_value, options.quasi_identifiers[c]));
    lost += loss.lost + out;
    level += loss.level + out;
  }
  const double cells = static_cast<double>(columns) * (static_cast<double>(found.rows) + out);
  if (cells > 0) {
    found.granularity = 1 - lost / cells;
    found.precision = 1 - level / cells;
  }
  return {};
}

}  // namespace

Result<Measurement> measure(View csv, const MeasureOptions& options) {
  const Classes classes = TRY(count_classes(csv, options));
  Measurement found{.rows_suppressed = options.rows_suppressed,
                    .risk_threshold = options.risk_threshold};
  for (const std::string& column : options.sensitive) found.diversity.push_back({column, 0});
  found.classes = classes.size();
  for (const auto& [key, each] : classes) {
    const bool is_first = found.rows == 0;
    found.rows += each.rows;
    found.k_achieved = is_first ? each.rows : std::min(found.k_achieved, each.rows);
    found.sample_uniques += each.rows == 1 ? 1 : 0;
    if (1.0 / static_cast<double>(each.rows) > options.risk_threshold)
      found.records_at_risk += each.rows;
    found.discernibility += static_cast<double>(each.rows) * static_cast<double>(each.rows);
    for (std::size_t s = 0; s < each.sensitive.size(); ++s) {
      auto& least = found.diversity[s].distinct_min;
      least = is_first ? each.sensitive[s].size()
                       : std::min<std::uint64_t>(least, each.sensitive[s].size());
    }
  }
  found.discernibility += static_cast<double>(found.rows_suppressed) *
                          static_cast<double>(found.rows + found.rows_suppressed);
  if (found.rows > 0) {
    const auto rows = static_cast<double>(found.rows);
    const auto count = static_cast<double>(found.classes);
    found.risk_highest = 1.0 / static_cast<double>(found.k_achieved);
    found.risk_average = count / rows;
    found.class_size_average = rows / count;
  }
  if (!options.hierarchies.empty()) CHECK_OK(add_quality(found, classes, options));
  return found;
}

Result<void> check_floor(const Measurement& measurement, const Floor& floor) {
  std::vector<std::string> missed;
  std::string rule;
  const auto miss = [&](std::string_view name, std::string what) {
    if (rule.empty()) rule = name;
    missed.push_back(std::move(what));
  };
  if (measurement.k_achieved < floor.k)
    miss("floor-k", fmt::format("the smallest class has {} rows and the floor is k {} ({} short)",
                                measurement.k_achieved, floor.k, floor.k - measurement.k_achieved));
  const std::uint64_t kept = measurement.rows + measurement.rows_suppressed;
  const std::uint64_t out_max = suppressed_max(floor, kept);
  if (measurement.rows_suppressed > out_max)
    miss("floor-suppression",
         fmt::format("{} of {} rows are suppressed and the most is {} ({} over)",
                     measurement.rows_suppressed, kept, out_max,
                     measurement.rows_suppressed - out_max));
  for (const Diversity& each : measurement.diversity)
    if (each.distinct_min < floor.l_distinct)
      miss("floor-diversity",
           fmt::format("a class has {} values of '{}' and the floor is {} ({} short)",
                       each.distinct_min, printable(each.column), floor.l_distinct,
                       floor.l_distinct - each.distinct_min));
  if (missed.empty()) return {};
  return denied(join(missed, "; "), "generalise further, or ask the owner for another floor", rule);
}

}  // namespace usufruct::anonymise
