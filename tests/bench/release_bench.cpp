// How fast a table becomes a release, what is kept of it and how much memory that takes: end to
// end, from the file to measured bytes that may leave. Each task runs in a process of its own.
//
//     bench_release [--json] [task...]        default: all but the large ones
//     bench_release --list
//
// Baselines of the same run: DuckDB reading the file and writing it back unchanged (what input and
// output cost); every node of the lattice looked at (a search without bounds); Mondrian (LeFevre et
// al. 2006) for local recodings. The Adult table is enlarged by drawing rows with replacement,
// every tenth cell from its column by itself.
#include <duckdb.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/chance.h"
#include "tests/bench/enlarged.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/recode/global.h"
#include "trustee/anonymise/recode/lattice.h"
#include "trustee/anonymise/recode/mondrian.h"

namespace {

namespace fs = std::filesystem;
using namespace usufruct;
using namespace usufruct::anonymise;

constexpr std::uint64_t seed = 20'261'123;
constexpr std::uint64_t ample_bytes = 64ULL << 30;  // no row of any task spills
const std::vector<std::string> adult_columns{
    "sex",       "age",        "race",        "marital-status", "education", "native-country",
    "workclass", "occupation", "salary-class"};

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

/// What a task found; plain, so that it goes through a pipe as it is.
struct Figure {
  double seconds = 0;
  double quality = 0;  ///< 1 - mean NCP
  double bound = 0;    ///< on the quality
  double baseline_seconds = 0;
  double baseline_quality = 0;
  double memory_mib = 0;  ///< most of the process, baselines left out
  std::array<std::uint8_t, 32> recoding{};
  std::array<std::uint8_t, 32> output{};
};

/// Runs the work in a child, so that what it needed at most can be told.
Figure in_a_process(const std::function<Figure()>& work) {
  int ends[2];
  must(::pipe(ends) == 0, "no pipe");
  const pid_t child = ::fork();
  must(child >= 0, "no process");
  if (child == 0) {
    const Figure figure = work();
    must(::write(ends[1], &figure, sizeof figure) == sizeof figure, "cannot tell the figure");
    std::_Exit(0);
  }
  Figure figure;
  const auto got = ::read(ends[0], &figure, ::close(ends[1]) == 0 ? sizeof figure : 0);
  rusage usage{};
  int status = 0;
  must(::wait4(child, &status, 0, &usage) == child && status == 0 && got == sizeof figure,
       "a task failed");
  figure.memory_mib = static_cast<double>(usage.ru_maxrss) / 1024;
  ::close(ends[0]);
  return figure;
}

/// The data that tasks are made of.
class Data {
 public:
  explicit Data(fs::path scratch) : scratch_(std::move(scratch)) {
    const char* folder = std::getenv("USUFRUCT_DATA");
    adult_ = fs::path(folder ? folder : USUFRUCT_SOURCE_DIR "/../shared/data") / "adult";
  }
  bool has_adult() const { return fs::exists(adult_ / "adult.csv"); }
  fs::path adult() const { return adult_ / "adult.csv"; }

  fs::path enlarged(std::uint64_t rows, bool as_parquet) {
    const fs::path csv = scratch_ / fmt::format("adult-{}.csv", rows);
    if (!fs::exists(csv))
      bench::write_enlarged(bench::SmallTable::read(adult(), ';'), rows, seed, csv);
    if (!as_parquet) return csv;
    fs::path parquet = csv;
    parquet.replace_extension(".parquet");
    if (!fs::exists(parquet)) copy(csv, parquet);
    return parquet;
  }
  fs::path survey(std::uint64_t rows, std::size_t columns) {
    const fs::path path = scratch_ / fmt::format("survey-{}-{}.csv", rows, columns);
    if (!fs::exists(path)) bench::write_plain(bench::survey(rows, columns, seed), path);
    return path;
  }
  fs::path words(bool are_hostile) {
    const fs::path path = scratch_ / (are_hostile ? "hostile.csv" : "words.csv");
    if (!fs::exists(path)) bench::write_plain(bench::words(50'000, are_hostile, seed), path);
    return path;
  }
  fs::path scratch() const { return scratch_; }

  std::vector<ColumnSpec> adult_specs(bool with_sensitive) const {
    std::vector<ColumnSpec> specs;
    for (const std::string& name : adult_columns) {
      std::ostringstream text;
      text << std::ifstream(adult_ / ("adult_hierarchy_" + name + ".csv")).rdbuf();
      auto hierarchy = Hierarchy::parse(text.str());
      must(hierarchy.has_value(), "a hierarchy does not parse");
      const bool is_sensitive = with_sensitive && name == "occupation";
      specs.push_back({name, is_sensitive ? ColumnRole::sensitive : ColumnRole::quasi_identifier,
                       std::nullopt});
      if (!is_sensitive) specs.back().hierarchy = *hierarchy;
    }
    return specs;
  }

  /// DuckDB reads a file and writes it as another.
  static void copy(const fs::path& from, const fs::path& to) {
    duckdb_config config = nullptr;
    duckdb_database database = nullptr;
    duckdb_connection connection = nullptr;
    duckdb_result result;
    duckdb_create_config(&config);
    duckdb_set_config(config, "threads", "2");
    must(duckdb_open_ext(":memory:", &database, config, nullptr) == DuckDBSuccess, "no database");
    must(duckdb_connect(database, &connection) == DuckDBSuccess, "no connection");
    const std::string rows = from.extension() == ".parquet"
                                 ? fmt::format("read_parquet('{}')", from.string())
                                 : fmt::format("read_csv('{}', all_varchar=true)", from.string());
    const std::string_view how =
        to.extension() == ".parquet" ? "FORMAT parquet, COMPRESSION zstd" : "FORMAT csv";
    const std::string sql =
        fmt::format("COPY (SELECT * FROM {}) TO '{}' ({})", rows, to.string(), how);
    must(duckdb_query(connection, sql.c_str(), &result) == DuckDBSuccess, "the copy failed");
    duckdb_destroy_result(&result);
    duckdb_disconnect(&connection);
    duckdb_close(&database);
    duckdb_destroy_config(&config);
  }

 private:
  fs::path scratch_;
  fs::path adult_;
};

struct Task {
  std::string name;
  Floor floor;
  RecodeOptions recoding;
  std::uint64_t rows = 0;  ///< of the enlarged table, or of the survey; 0: the table itself
  bool as_parquet = false;
  std::size_t questions = 0;  ///< of a survey that is made; 0: the table is Adult
  bool is_hostile = false;    ///< values that were chosen to be slow; they are only counted
  std::uint64_t memory_bytes_max = 1ULL << 30;
  bool is_large = false;
  bool is_attacked = false;      ///< attacks are tried, as at every release
  bool is_compared = false;      ///< with the same in ample memory, which must give the same bytes
  bool rows_ask = false;         ///< every twentieth row asks for k 50
  std::uint64_t population = 0;  ///< people beside those of the table, of the enlarged one

  bool is_enlarged() const { return rows > 0 && questions == 0; }
};

const std::vector<Task>& tasks() {
  constexpr RecodeOptions quick{.effort = Effort::quick};
  constexpr RecodeOptions full{.scope = Scope::full_domain};
  constexpr std::uint64_t million = 1'000'000;
  static const std::vector<Task> all{
      {.name = "adult-full-domain", .floor = {.k = 5}, .recoding = full},
      {.name = "adult-quick", .floor = {.k = 5}, .recoding = quick},
      {.name = "adult", .floor = {.k = 5}},
      {.name = "adult-entropy-quick",
       .floor = {.k = 5, .l_entropy_milli = 2000},
       .recoding = quick},
      {.name = "adult-closeness-quick",
       .floor = {.k = 5, .t_closeness_ppm = 200'000},
       .recoding = quick},
      {.name = "adult-closeness", .floor = {.k = 5, .t_closeness_ppm = 200'000}},
      {.name = "adult-quick-attacked",
       .floor = {.k = 5, .l_distinct = 2},
       .recoding = quick,
       .is_attacked = true},
      {.name = "adult-asked", .floor = {.k = 5}, .rows_ask = true},
      {.name = "adult-asked-full-domain", .floor = {.k = 5}, .recoding = full, .rows_ask = true},
      {.name = "adult-k-map", .floor = {.k = 1, .k_map = 10}, .population = 300'000},
      {.name = "adult-k-map-full-domain",
       .floor = {.k = 1, .k_map = 10},
       .recoding = full,
       .population = 300'000},
      {.name = "million-quick",
       .floor = {.k = 5},
       .recoding = quick,
       .rows = million,
       .as_parquet = true},
      {.name = "million-entropy-quick",
       .floor = {.k = 5, .l_entropy_milli = 2000},
       .recoding = quick,
       .rows = million},
      {.name = "survey-16-quick",
       .floor = {.k = 5},
       .recoding = quick,
       .rows = 73'489,
       .questions = 16},
      {.name = "survey-20-quick",
       .floor = {.k = 11},
       .recoding = quick,
       .rows = 12'000,
       .questions = 20},
      {.name = "survey-20", .floor = {.k = 11}, .rows = 12'000, .questions = 20},
      {.name = "survey-30-quick",
       .floor = {.k = 11},
       .recoding = quick,
       .rows = 5'000,
       .questions = 30},
      {.name = "survey-30", .floor = {.k = 11}, .rows = 5'000, .questions = 30},
      {.name = "hostile-words", .floor = {.k = 1}, .is_hostile = true},
      {.name = "ten-million-full-domain",
       .floor = {.k = 5},
       .recoding = full,
       .rows = 10 * million,
       .is_large = true},
      {.name = "ten-million-quick",
       .floor = {.k = 5},
       .recoding = quick,
       .rows = 10 * million,
       .is_large = true},
      {.name = "ten-million-full-domain-attacked",
       .floor = {.k = 5},
       .recoding = full,
       .rows = 10 * million,
       .is_large = true,
       .is_attacked = true},
      {.name = "ten-million-quick-512-mib",
       .floor = {.k = 5},
       .recoding = quick,
       .rows = 10 * million,
       .memory_bytes_max = 512ULL << 20,
       .is_large = true},
      {.name = "hundred-million-full-domain-512-mib",
       .floor = {.k = 5},
       .recoding = full,
       .rows = 100 * million,
       .memory_bytes_max = 512ULL << 20,
       .is_large = true},
      {.name = "ten-million-same-in-256-mib",
       .floor = {.k = 5},
       .recoding = full,
       .rows = 10 * million,
       .memory_bytes_max = 256ULL << 20,
       .is_large = true,
       .is_compared = true},
      {.name = "hundred-million-same-in-512-mib",
       .floor = {.k = 5},
       .recoding = full,
       .rows = 100 * million,
       .memory_bytes_max = 512ULL << 20,
       .is_large = true,
       .is_compared = true},
  };
  return all;
}

class Run {
 public:
  Run(const Task& task, Data& data) : task_(task), data_(data) {
    path_ = task.questions > 0 ? data.survey(task.rows, task.questions)
            : task.is_hostile  ? data.words(true)
            : task.rows > 0    ? data.enlarged(task.rows, task.as_parquet)
                               : data.adult();
  }

  Figure release() {
    if (task_.is_hostile) return {.seconds = count(path_)};
    return release(task_.memory_bytes_max);
  }

  Figure release(std::uint64_t memory_bytes_max) {
    Input input{.files = {{.path = path_.string()}}, .columns = specs()};
    input.engine = {.memory_bytes_max = memory_bytes_max,
                    .temporary_folder = data_.scratch().string()};
    input.recoding = task_.recoding;
    if (task_.is_attacked) input.attacks.emplace();
    input.population = population();
    const KeepRow keep = [&](std::uint64_t row, auto) {
      return RowUse(true, task_.rows_ask && row % 20 == 0 ? 50 : 0);
    };
    if (task_.as_parquet) input.output.format = Format::parquet;
    Figure figure;
    figure.seconds = seconds([&] {
      std::ofstream out(data_.scratch() / "release", std::ios::binary);
      SeededChance chance(seed);
      const auto made =
          anonymise::anonymise(input, task_.floor, keep, chance, [&](View bytes) -> Result<void> {
            out.write(reinterpret_cast<const char*>(bytes.data()),
                      static_cast<std::streamsize>(bytes.size()));
            return {};
          });
      must(made.has_value(), made ? "" : made.error().message);
      figure.quality = *made->measurement().granularity;
      figure.bound = 1 - made->loss_bound();
      figure.recoding = made->recoding_digest().bytes;
      figure.output = made->digest().bytes;
    });
    return figure;
  }

  std::optional<PopulationInput> population() {
    if (task_.population == 0) return std::nullopt;
    return PopulationInput{.files = {{.path = data_.adult().string()},
                                     {.path = data_.enlarged(task_.population, false).string()}}};
  }

  /// Seconds and quality of what it is held against.
  Figure baseline() {
    Figure figure;
    if (task_.is_hostile) return {.baseline_seconds = count(data_.words(false))};
    if (task_.is_compared) {
      Figure ample = release(ample_bytes);
      ample.baseline_seconds = ample.seconds;
      ample.baseline_quality = ample.quality;
      return ample;
    }
    if (task_.is_enlarged()) {
      fs::path to = data_.scratch() / "copy";
      to += path_.extension();
      figure.baseline_seconds = seconds([&] { Data::copy(path_, to); });
      return figure;
    }
    const auto people = population();
    const auto counted = count_tuples(std::vector<Source>{{.path = path_.string()}}, specs(),
                                      [](auto, auto) { return true; },
                                      {.with_values = asks_about_values(task_.floor),
                                       .population = people ? &*people : nullptr,
                                       .with_people = task_.floor.k_map > 0});
    must(counted.has_value(), "the table cannot be counted");
    figure.baseline_seconds = seconds([&] {
      figure.baseline_quality = task_.recoding.scope == Scope::full_domain
                                    ? every_node(counted->histogram)
                                    : mondrian(counted->histogram);
    });
    return figure;
  }

 private:
  static double count(const fs::path& path) {
    return seconds([&] {
      const std::vector<ColumnSpec> word{{.name = "word", .role = ColumnRole::quasi_identifier}};
      const auto counted = count_tuples(std::vector<Source>{{.path = path.string()}}, word,
                                        [](auto, auto) { return true; }, {});
      must(counted.has_value(), "the words cannot be counted");
    });
  }

  std::vector<ColumnSpec> specs() const {
    if (task_.questions == 0) return data_.adult_specs(asks_about_values(task_.floor));
    std::vector<ColumnSpec> made;
    for (std::size_t c = 1; c <= task_.questions; ++c)
      made.push_back({fmt::format("question{}", c), ColumnRole::quasi_identifier, std::nullopt});
    return made;
  }

  double every_node(const Histogram& histogram) const {
    NodeCosts costs(histogram, task_.floor);
    double least = 1;
    for (const Node& node : all_nodes(histogram)) {
      const NodeCost cost = costs.cost(node, suppressed_max(task_.floor, histogram.rows));
      if (cost.is_within) least = std::min(least, cost.loss);
    }
    return 1 - least;
  }

  double mondrian(const Histogram& histogram) const {
    const Cells cells(histogram);
    return 1 -
           loss_of(recode_by_mondrian(Clusterer(histogram, task_.floor, cells)), histogram.rows);
  }

  const Task& task_;
  Data& data_;
  fs::path path_;
};

void print(const Task& task, const Figure& figure, bool as_json) {
  const std::string_view baseline = task.is_hostile      ? "as many other words"
                                    : task.is_compared   ? "the same bytes in ample memory"
                                    : task.is_enlarged() ? "duckdb copies the file"
                                    : task.recoding.scope == Scope::full_domain
                                        ? "every node is looked at"
                                        : "mondrian";
  const double ratio = figure.seconds / figure.baseline_seconds;
  if (as_json)
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.4g},\"unit\":\"s\",\"quality\":{:.5f},\"bound\":{:.5f},"
        "\"memory_mib\":{:.0f},\"baseline\":\"{}\",\"baseline_value\":{:.4g},"
        "\"baseline_quality\":{:.5f},\"ratio\":{:.4g}}}\n",
        task.name, figure.seconds, figure.quality, figure.bound, figure.memory_mib, baseline,
        figure.baseline_seconds, figure.baseline_quality, ratio);
  else
    fmt::print(
        "{}: {:.3g} s, quality {:.5f} (bound {:.5f}), {:.0f} MiB; {}: {:.3g} s{}; ratio {:.3g}\n",
        task.name, figure.seconds, figure.quality, figure.bound, figure.memory_mib, baseline,
        figure.baseline_seconds,
        figure.baseline_quality > 0 ? fmt::format(", {:.5f}", figure.baseline_quality) : "", ratio);
  std::fflush(stdout);
}

}  // namespace

int main(int argument_count, char** arguments) {
  bool as_json = false;
  std::vector<std::string> wanted;
  for (int i = 1; i < argument_count; ++i) {
    const std::string word = arguments[i];
    if (word == "--json") {
      as_json = true;
    } else if (word == "--list") {
      for (const Task& task : tasks()) fmt::print("{}\n", task.name);
      return 0;
    } else {
      wanted.push_back(word);
    }
  }
  const fs::path scratch = fs::temp_directory_path() / fmt::format("usufruct-bench-{}", ::getpid());
  fs::create_directories(scratch);
  Data data(scratch);
  for (const Task& task : tasks()) {
    const bool is_wanted =
        wanted.empty() ? !task.is_large : std::ranges::find(wanted, task.name) != wanted.end();
    if (!is_wanted) continue;
    if (task.questions == 0 && !task.is_hostile && !data.has_adult()) {
      fmt::print(stderr, "bench_release: SKIPPED {}: the Adult table is not there\n", task.name);
      continue;
    }
    Run run(task, data);
    Figure figure = in_a_process([&] { return run.release(); });
    const Figure beside = in_a_process([&] { return run.baseline(); });
    figure.baseline_seconds = beside.baseline_seconds;
    figure.baseline_quality = beside.baseline_quality;
    if (task.is_compared)
      must(figure.recoding == beside.recoding && figure.output == beside.output,
           "the release depends on the memory");
    print(task, figure, as_json);
  }
  fs::remove_all(scratch);
  return 0;
}
