#include "cli/subjects.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <istream>
#include <optional>
#include <set>
#include <unordered_map>

#include "crypto/base/text.h"
#include "trustee/release.h"
#include "trustee/terms/consent_texts.h"

namespace usufruct::cli {
namespace {

constexpr std::uint64_t subject_count_max = 10'000'000;
constexpr std::size_t subject_bytes_max = 1000;

/// Where the columns of a file are; a file without a head has keys only.
struct Columns {
  bool has_head = false;
  std::size_t count = 1;
  std::size_t subject = 0;
  std::optional<std::size_t> guardian;
  std::optional<std::size_t> age_out;
};

/// A head is nothing but these words, between tabs: a key that looks like it is in no file.
std::optional<Columns> head_of(std::string_view line) {
  Columns columns{.has_head = true, .count = 0};
  std::set<std::string_view> once;
  for (const auto name : split(line, '\t')) {
    if (!once.insert(name).second) return std::nullopt;
    if (name == "subject") {
      columns.subject = columns.count;
    } else if (name == "guardian") {
      columns.guardian = columns.count;
    } else if (name == "age_out") {
      columns.age_out = columns.count;
    } else {
      return std::nullopt;
    }
    ++columns.count;
  }
  if (columns.count < 2 || !once.contains("subject")) return std::nullopt;
  return columns;
}

std::unexpected<Error> bad_line(const std::string& path, std::uint64_t number,
                                std::string_view what, std::string hint) {
  return malformed(fmt::format("{}: line {} {}", path, number, what), std::move(hint));
}

bool is_key(std::string_view text) {
  return text.size() <= subject_bytes_max && is_utf8(text) && !has_control(text);
}

Result<SubjectLine> line_of(const Columns& columns, std::string_view line, const std::string& path,
                            std::uint64_t number) {
  if (!columns.has_head) return SubjectLine{std::string(line), "", {}};
  const auto cells = split(line, '\t');
  if (cells.size() != columns.count || cells[columns.subject].empty()) {
    return bad_line(path, number, fmt::format("has not the {} columns of the head", columns.count),
                    "a cell that is not known is empty; the tabs stay");
  }
  SubjectLine subject{std::string(cells[columns.subject]), "", {}};
  if (columns.guardian) subject.guardian = cells[*columns.guardian];
  if (columns.age_out && !cells[*columns.age_out].empty()) {
    const auto time = parse_time(cells[*columns.age_out]);
    if (!time || terms::month_of(*time).ms <= 0) {
      return bad_line(path, number,
                      fmt::format("has no age-out: '{}'", printable(cells[*columns.age_out], 40)),
                      "write the day the subject comes of age, as 2031-04-12");
    }
    subject.age_out = terms::month_of(*time);
  }
  return subject;
}

Result<std::vector<SubjectLine>> read_file_of_subjects(Context& context, const std::string& path) {
  std::ifstream file;
  if (path != "-") {
    std::error_code error;
    if (!std::filesystem::exists(path, error)) {
      return not_found(fmt::format("no file '{}'", printable(path)), "check the path");
    }
    if (std::filesystem::is_directory(path, error)) {
      return malformed(fmt::format("'{}' is a folder, not a file", printable(path)),
                       "name a file of keys, one a line");
    }
    file.open(path);
    if (!file.is_open()) return unavailable(fmt::format("cannot read '{}'", printable(path)));
  }
  std::istream& in = path == "-" ? context.world().in : file;
  std::vector<SubjectLine> subjects;
  Columns columns;
  std::uint64_t number = 0;
  std::unordered_map<std::string, std::uint64_t> lines;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    if (!is_key(line)) {
      return bad_line(path, number, "is no subject's key",
                      "one key a line, UTF-8, as in the table's subject column");
    }
    if (number == 1) {
      if (const auto head = head_of(line)) {
        columns = *head;
        continue;
      }
    }
    if (subjects.size() == subject_count_max) {
      return malformed(fmt::format("{} names more than {} subjects", path, subject_count_max));
    }
    auto subject = TRY(line_of(columns, line, path, number));
    const auto [earlier, is_new] = lines.emplace(subject.key, number);
    if (!is_new) {
      return malformed(fmt::format("{}:{}: '{}' is in line {} already", printable(path), number,
                                   printable(subject.key, 80), earlier->second),
                       "name each subject once");
    }
    subjects.push_back(std::move(subject));
  }
  if (in.bad()) return unavailable(fmt::format("cannot read all of '{}'", printable(path)));
  return subjects;
}

/// `1-500` or `7`, counted from 1, both ends included.
Result<void> add_rows(const std::string& range, std::uint64_t row_count,
                      std::vector<SubjectLine>& subjects) {
  const auto dash = range.find('-');
  const auto first = parse_decimal(range.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_decimal(range.substr(dash + 1));
  if (!first || !last || *first < 1 || *last < *first || *last > row_count) {
    return usage(fmt::format("--rows: '{}' is no range of rows 1 to {}", range, row_count),
                 "write for example 1-500, or 1-500,700-800");
  }
  for (std::uint64_t row = *first; row <= *last; ++row) {
    subjects.push_back({subject_key(row - 1, {}, false), "", {}});
  }
  return {};
}

bool has_subject_column(const Version& version) {
  return std::ranges::find(version.columns, ColumnRole::subject, &Column::role) !=
         version.columns.end();
}

}  // namespace

void add_subjects(CLI::App& verb, SubjectOptions& options) {
  verb.add_option("--subjects", options.file, "subject keys, one a line; - is stdin")
      ->type_name("FILE");
  verb.add_option("--rows", options.rows, "for tables without a subject column: A-B, from 1")
      ->type_name("A-B")
      ->delimiter(',');
}

Result<std::vector<SubjectLine>> read_subjects(Context& context, const SubjectOptions& options,
                                               const Version& version) {
  if (options.rows.empty() == options.file.empty()) {
    return usage("whose consent is it?", "give either --subjects FILE or --rows A-B");
  }
  if (options.rows.empty() != has_subject_column(version)) {
    return has_subject_column(version)
               ? usage("the table has a column of subjects: its rows have no numbers as names",
                       "give the subjects' keys with --subjects FILE")
               : usage("the table has no column of subjects: they are named by row",
                       "give the rows with --rows A-B");
  }
  std::vector<SubjectLine> subjects;
  if (options.rows.empty()) {
    subjects = TRY(read_file_of_subjects(context, options.file));
  } else {
    for (const auto& range : options.rows) CHECK_OK(add_rows(range, version.row_count, subjects));
  }
  if (subjects.empty()) return usage("no subjects are named");
  std::set<std::string_view> once;
  for (const auto& subject : subjects) {
    if (!once.insert(subject.key).second) {
      return usage(fmt::format("'{}' is named twice", printable(subject.key, 80)));
    }
  }
  return subjects;
}

void add_one_subject(CLI::App& verb, OneSubject& options) {
  verb.add_option("--subject", options.key, "the subject's key")->type_name("KEY");
  verb.add_option("--row", options.row, "for tables without a subject column: the row, from 1")
      ->type_name("N");
}

Result<std::string> key_of(const OneSubject& options) {
  if (options.key.empty() == (options.row == 0)) {
    return usage("whose consent is it?", "give either --subject KEY or --row N");
  }
  return options.row != 0 ? subject_key(options.row - 1, {}, false) : options.key;
}

}  // namespace usufruct::cli
