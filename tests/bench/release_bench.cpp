// How fast a table becomes a release: end to end, beside what DuckDB alone needs to read the same
// file and write it back unchanged; and how long the search takes.
//
//     bench_release [--json] [rows]
#include <duckdb.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/chance.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/recode/global.h"
#include "trustee/anonymise/recode/histogram.h"
#include "trustee/anonymise/table/count.h"

namespace {

using namespace usufruct;

constexpr std::uint64_t seed = 20'261'123;

/// A census-like table: skewed choices, some columns following others.
class Census {
 public:
  explicit Census(std::uint64_t rows) : rows_(rows), chance_(seed) {}

  void write(const std::filesystem::path& path) {
    std::string text = "sex,age,race,marital,education,country,work,occupation,salary\n";
    for (std::uint64_t i = 0; i < rows_; ++i) {
      const std::uint64_t age = 17 + skewed(74, 2);
      const std::uint64_t education = skewed(16, 2);
      text += fmt::format("{},{},race-{},{},education-{},country-{},work-{},occupation-{},{}\n",
                          skewed(3, 1) == 0 ? "Female" : "Male", age, skewed(5, 4),
                          age < 25 ? "never-married" : "marital-" + std::to_string(skewed(7, 2)),
                          education, skewed(41, 6), skewed(7, 3), (education + skewed(14, 2)) % 14,
                          education > 9 && skewed(2, 1) ? ">50K" : "<=50K");
    }
    std::ofstream(path, std::ios::binary) << text;
  }

 private:
  /// Below `bound`; the larger the weight, the more often small.
  std::uint64_t skewed(std::uint64_t bound, int weight) {
    std::uint64_t least = bound;
    for (int i = 0; i < weight; ++i) least = std::min(least, chance_.next() % bound);
    return least;
  }
  std::uint64_t rows_;
  SeededChance chance_;
};

template <class Work>
double seconds(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void must(bool is_good, std::string_view what) {
  if (is_good) return;
  fmt::print(stderr, "bench_release: {}\n", what);
  std::exit(1);
}

double copy_seconds(const std::filesystem::path& from, const std::filesystem::path& to) {
  return seconds([&] {
    duckdb_config config = nullptr;
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
    duckdb_result result;
    duckdb_create_config(&config);
    duckdb_set_config(config, "threads", "2");
    must(duckdb_open_ext(":memory:", &database, config, nullptr) == DuckDBSuccess, "no database");
    must(duckdb_connect(database, &connection) == DuckDBSuccess, "no connection");
    const std::string sql =
        fmt::format("COPY (SELECT * FROM read_csv('{}', all_varchar=true)) TO '{}' (FORMAT csv)",
                    from.string(), to.string());
    must(duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess, "the copy failed");
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    duckdb_destroy_config(&config);
  });
}

struct Figure {
  std::string_view name;
  double value;
  std::string_view unit;
  std::string_view baseline;
  double baseline_value;
};

void print(const Figure& figure, bool as_json) {
  const double ratio = figure.baseline_value > 0 ? figure.value / figure.baseline_value : 0;
  if (as_json)
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.6g},\"unit\":\"{}\",\"baseline\":\"{}\","
        "\"baseline_value\":{:.6g},\"ratio\":{:.4g}}}\n",
        figure.name, figure.value, figure.unit, figure.baseline, figure.baseline_value, ratio);
  else
    fmt::print("{}: {:.4g} {}; {}: {:.4g}; ratio {:.3g}\n", figure.name, figure.value, figure.unit,
               figure.baseline, figure.baseline_value, ratio);
}

std::vector<anonymise::ColumnSpec> columns() {
  std::vector<anonymise::ColumnSpec> made;
  for (const char* name :
       {"sex", "age", "race", "marital", "education", "country", "work", "occupation", "salary"})
    made.push_back({.name = name, .role = anonymise::ColumnRole::quasi_identifier});
  return made;
}

/// Counting the tuples, and then the search alone.
std::array<double, 2> search_seconds(const std::filesystem::path& path) {
  using namespace usufruct::anonymise;
  const auto specs = columns();
  const Source files[] = {{.path = path.string()}};
  std::optional<Result<Counted>> counted;
  const auto keep_all = [](auto, auto) { return true; };
  const double counting =
      seconds([&] { counted.emplace(count_tuples(files, specs, keep_all, {})); });
  must(counted->has_value(), "the tuples cannot be counted");
  const double searching = seconds([&] {
    const auto found = search_global((*counted)->histogram, {5, 500, 0});
    must(found && found->proven_optimal, "the search proves no optimum");
  });
  return {counting, searching};
}

}  // namespace

int main(int argument_count, char** arguments) {
  bool as_json = false;
  std::uint64_t rows = 1'000'000;
  for (int i = 1; i < argument_count; ++i) {
    if (std::string_view(arguments[i]) == "--json")
      as_json = true;
    else
      rows = std::strtoull(arguments[i], nullptr, 10);
  }
  must(rows > 0, "give a count of rows above zero");
  const auto folder =
      std::filesystem::temp_directory_path() /
      fmt::format("usufruct-bench-{}", std::chrono::steady_clock::now().time_since_epoch().count());
  std::filesystem::create_directories(folder);
  const auto table = folder / "table.csv";
  Census(rows).write(table);

  const double copying = copy_seconds(table, folder / "copy.csv");
  const double releasing = seconds([&] {
    std::ofstream out(folder / "release.csv", std::ios::binary);
    SeededChance chance(seed);
    const auto made = anonymise::anonymise(
        {.files = {{.path = table.string()}}, .columns = columns()}, {5, 500, 0},
        [](auto, auto) { return true; }, chance,
        [&](View bytes) -> Result<void> {
          out << as_text(bytes);
          return {};
        });
    must(made.has_value(), made ? "" : made.error().message);
  });
  const auto [counting, searching] = search_seconds(table);
  std::filesystem::remove_all(folder);

  const auto count = static_cast<double>(rows);
  print({"release_rows", count / releasing, "rows/s", "duckdb reads and writes the same CSV",
         count / copying},
        as_json);
  print({"release_search", searching, "s", "counting the tuples", counting}, as_json);
  return 0;
}
