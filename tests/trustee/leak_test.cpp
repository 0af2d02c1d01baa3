#include "trustee/leak.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>

#include "crypto/base/chance.h"
#include "tests/support/scratch.h"
#include "trustee/anonymise/anonymise.h"
#include "trustee/trace_file.h"

namespace usufruct {
namespace {

namespace fs = std::filesystem;
using Marks = std::vector<std::uint32_t>;

void shuffle(std::vector<std::string>& rows, SeededChance& chance) {
  for (std::size_t left = rows.size(); left > 1; --left)
    std::swap(rows[left - 1], rows[chance.next() % left]);
}

std::uint64_t factorial(std::uint64_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

/// A table of people, and its releases to two trainers as one custodian traces them: the same
/// classes, each in an order of its own.
struct Releases {
  Scratch scratch;
  SeededChance chance{5};
  AgeIdentity custodian = AgeIdentity::generate(chance);
  Secret<32> placement = Secret<32>::random(chance);
  RecordId version{sha256(as_view("version"))};
  std::vector<LoggedPtr> logged;
  std::vector<std::vector<std::string>> rows;  ///< [release]: its lines
  std::string header = "age,note\n";

  /// With a note of its own each row is one of a kind; without, many are the same.
  explicit Releases(bool has_notes) {
    std::ofstream table(scratch.path() / "people.csv");
    table << "name,age,note\n";
    for (int i = 0; i < 400; ++i)
      table << "p" << i << ',' << 20 + i * 7 % 40 << ','
            << (has_notes ? "n" + std::to_string(i) : "same") << '\n';
    table.close();
    for (int i = 0; i < 2; ++i) release();
  }

  fs::path traces() const { return scratch.path() / "traces"; }

  void release() {
    TraceWriter writer = *TraceWriter::create(traces(), version, custodian.recipient(), chance);
    const anonymise::Tracing tracing{.key = writer.key(),
                                     .take = [&](auto written) { return writer.take(written); }};
    const anonymise::Input input{
        .files = {{.path = (scratch.path() / "people.csv").string()}},
        .columns = {{"name", anonymise::ColumnRole::identifier, std::nullopt},
                    {"age", anonymise::ColumnRole::quasi_identifier, std::nullopt},
                    {"note", anonymise::ColumnRole::insensitive, std::nullopt}},
        .placement = &placement,
        .tracing = &tracing};
    std::string text;
    const auto made = anonymise::anonymise(
        input, {.k = 15, .suppression_max_per_10000 = 0}, [](auto, auto) { return true; }, chance,
        [&](View bytes) -> Result<void> {
          text += as_text(bytes);
          return {};
        });
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    Release body;
    body.package_sha256 = sha256(as_view(std::to_string(logged.size())));
    body.content_sha256 = made->digest();
    body.rows_released = made->rows_released();
    body.recipe = {{.column = "age"}, {.column = "note"}};
    REQUIRE(writer.publish(*body.package_sha256, *body.content_sha256));
    body.fingerprint_sha256 = writer.digest();
    auto entry = std::make_shared<Logged>();
    entry->id = RecordId{sha256(as_view("release " + std::to_string(logged.size())))};
    entry->record.body = std::move(body);
    entry->record.add(Role::from, version);
    logged.push_back(std::move(entry));
    auto& lines = rows.emplace_back();
    std::istringstream stream(text);
    std::string line;
    std::getline(stream, line);
    while (std::getline(stream, line)) lines.push_back(line + "\n");
  }

  fs::path found(const std::vector<std::string>& lines, std::string head = {}) {
    const fs::path path = scratch.path() / "found.csv";
    std::ofstream file(path);
    file << (head.empty() ? header : head);
    for (const auto& line : lines) file << line;
    return path;
  }

  Result<Tracked> track_file(const fs::path& path) {
    return track({.path = path.string()}, logged, traces(), custodian);
  }
  /// `none`, `cannot tell`, or the numbers of the releases whose order is kept.
  std::string verdict(const fs::path& path) {
    const auto tracked = track_file(path);
    REQUIRE_MESSAGE(tracked.has_value(), (tracked ? "" : tracked.error().message));
    if (tracked->suspects.empty()) return "none";
    std::string named;
    for (const auto& suspect : tracked->suspects)
      if (suspect.is_order_kept())
        named += std::to_string(std::ranges::find(logged, suspect.release) - logged.begin());
    return named.empty() ? "cannot tell" : named;
  }
};

TEST_CASE("leak: the right one of two recipients of the same classes is named") {
  for (const bool has_notes : {true, false}) {
    CAPTURE(has_notes);
    Releases releases(has_notes);
    auto sorted = releases.rows;
    for (auto& lines : sorted) std::ranges::sort(lines);
    REQUIRE(sorted[0] == sorted[1]);
    REQUIRE(releases.rows[0] != releases.rows[1]);
    for (std::size_t whose = 0; whose < 2; ++whose) {
      const auto& lines = releases.rows[whose];
      const std::string name = std::to_string(whose);
      CHECK(releases.verdict(releases.found(lines)) == name);
      CHECK(releases.verdict(releases.found({lines.begin(), lines.begin() + 133})) == name);
      CHECK(releases.verdict(releases.found(sorted[whose])) == "cannot tell");
    }
  }
}

TEST_CASE("leak: rows deleted, added and cut into pieces do not hide the order") {
  Releases releases(true);
  SeededChance chance(3);
  std::vector<std::string> half;
  for (const auto& line : releases.rows[1])
    if (chance.next() % 2 == 0) half.push_back(line);
  CHECK(releases.verdict(releases.found(half)) == "1");
  auto more = half;
  for (int i = 0; i < 150; ++i)
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(chance.next() % more.size()),
                "99,forged" + std::to_string(i) + "\n");
  CHECK(releases.verdict(releases.found(more)) == "1");
  // The parts of both, one after the other, are of both.
  auto both = half;
  both.insert(both.end(), releases.rows[0].begin(), releases.rows[0].begin() + 133);
  CHECK(releases.verdict(releases.found(both)) == "01");
  shuffle(half, chance);
  CHECK(releases.verdict(releases.found(half)) == "cannot tell");
}

TEST_CASE("leak: a copy in another format is the same") {
  Releases releases(true);
  const fs::path path = releases.scratch.path() / "found.jsonl";
  std::ofstream file(path);
  for (const auto& line : releases.rows[0]) {
    std::string age = line.substr(0, line.rfind(','));
    if (age.starts_with('"')) age = age.substr(1, age.size() - 2);
    const std::string note = line.substr(line.rfind(',') + 1);
    file << R"({"age":")" << age << R"(","note":")" << note.substr(0, note.size() - 1) << "\"}\n";
  }
  file.close();
  CHECK(releases.verdict(path) == "0");
}

TEST_CASE("leak: foreign rows and other columns are of no release") {
  Releases releases(true);
  std::vector<std::string> foreign;
  for (int i = 0; i < 300; ++i) foreign.push_back("44,x" + std::to_string(i) + "\n");
  CHECK(releases.verdict(releases.found(foreign)) == "none");
  CHECK(releases.verdict(releases.found(releases.rows[0], "note,age\n")) == "none");
  CHECK(releases.verdict(releases.found({"20,n0\n"})) == "none");
  CHECK(releases.track_file(releases.found({}, "age,note\n")).error().code == Code::malformed);
}

TEST_CASE("leak: a trace that was changed, or lies at another release, is unverified") {
  Releases releases(true);
  const auto path = releases.found(releases.rows[0]);
  const fs::path first = trace_path(releases.traces(), *releases.logged[0]->record.as<Release>());
  const fs::path second = trace_path(releases.traces(), *releases.logged[1]->record.as<Release>());
  const fs::path kept = releases.scratch.path() / "kept";
  fs::copy_file(first, kept);
  SUBCASE("a byte") {
    std::fstream file(first, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-1, std::ios::end);
    file.put('\x7f');
  }
  SUBCASE("cut off") { fs::resize_file(first, fs::file_size(first) - 40); }
  SUBCASE("of another release") {
    fs::copy_file(second, first, fs::copy_options::overwrite_existing);
  }
  SUBCASE("sealed anew by somebody") {
    const AgeRecipient to[] = {releases.custodian.recipient()};
    Bytes plain = to_bytes("usufruct/trace/v1\n");
    append(plain, releases.version.digest.view());
    plain.resize(plain.size() + 16 + 12 * 400 + 40);
    std::ofstream file(first, std::ios::binary);
    const Bytes sealed = *age_encrypt(plain, to, releases.chance);
    file << as_text(sealed);
  }
  SUBCASE("much too long") {
    const AgeRecipient to[] = {releases.custodian.recipient()};
    const Bytes sealed = *age_encrypt(Bytes(200'000), to, releases.chance);
    std::ofstream(first, std::ios::binary) << as_text(sealed);
  }
  const auto tracked = releases.track_file(path);
  REQUIRE_FALSE(tracked);
  CHECK(tracked.error().code == Code::unverified);
}

TEST_CASE("leak: what has no trace, or one that another party keeps, is not compared") {
  Releases releases(true);
  const auto path = releases.found(releases.rows[1]);
  fs::remove(trace_path(releases.traces(), *releases.logged[0]->record.as<Release>()));
  const auto tracked = releases.track_file(path);
  REQUIRE(tracked);
  CHECK(tracked->not_compared.size() == 1);
  REQUIRE(tracked->suspects.size() == 1);
  CHECK(tracked->suspects[0].release == releases.logged[1]);
  const auto stranger = AgeIdentity::generate(releases.chance);
  CHECK(track({.path = path.string()}, releases.logged, releases.traces(), stranger)
            ->not_compared.size() == 2);
}

TEST_CASE("leak: the chance of ascents is exact where it can be, and a bound above") {
  // Eulerian numbers: of the orders of 5 things 1, 26, 66, 26, 1 have 0 to 4 ascents.
  const double all = static_cast<double>(factorial(5));
  CHECK(chance_of_ascents(5, 0) == 1);
  CHECK(chance_of_ascents(5, 1) == doctest::Approx(119 / all));
  CHECK(chance_of_ascents(5, 2) == doctest::Approx(93 / all));
  CHECK(chance_of_ascents(5, 4) == doctest::Approx(1 / all));
  CHECK(chance_of_ascents(5, 5) == 0);
  CHECK(chance_of_ascents(1, 0) == 1);
  for (const std::uint64_t count : {10U, 100U, 256U}) {
    const auto n = static_cast<double>(count);
    for (std::uint64_t ascents = count / 2 + 1; ascents < count; ++ascents) {
      const double above = static_cast<double>(ascents) - n / 2;
      CHECK(chance_of_ascents(count, ascents) <= std::exp(-2 * above * above / n));
    }
  }
  CHECK(chance_of_ascents(257, 200) < 1e-15);
  CHECK(chance_of_ascents(1'000'000, 500'000) == 1);
}

TEST_CASE("leak: orders by chance are taken for a release's about as rarely as is said") {
  SeededChance chance(17);
  Marks release(60);
  std::iota(release.begin(), release.end(), 1000U);
  int kept = 0;
  for (int round = 0; round < 2000; ++round) {
    Marks table = release;
    for (std::size_t left = table.size(); left > 1; --left)
      std::swap(table[left - 1], table[chance.next() % left]);
    if (compare_rows(table, release).chance <= 0.05) ++kept;
  }
  CHECK(kept <= 2000 * 0.05);
}

}  // namespace
}  // namespace usufruct
