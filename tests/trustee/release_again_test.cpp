#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <vector>

#include "exchange.h"
#include "trustee/trace_file.h"

// Releases of one dataset after another: what they show beside each other.

namespace usufruct {
namespace {

using anonymise::WrittenRow;

std::vector<std::string> lines_of(Exchange& exchange, const Package& package,
                                  const std::string& trainer) {
  const auto to = exchange.scratch.path() / (trainer + std::to_string(exchange.packages()));
  const auto opened = open_release(*package.record.as<Release>(), package.file,
                                   exchange.world.key(trainer).receiving, to);
  REQUIRE(opened);
  std::vector<std::string> lines;
  std::ifstream file(to);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> sorted(std::vector<std::string> lines) {
  std::ranges::sort(lines);
  return lines;
}

std::vector<WrittenRow> trace_of(Exchange& exchange, const RecordId& release) {
  std::vector<WrittenRow> all;
  const auto read = read_trace(exchange.traces(), *exchange.world.graph().find(release),
                               exchange.world.key("ama").receiving,
                               [&](std::span<const WrittenRow> rows) -> Result<void> {
                                 all.insert(all.end(), rows.begin(), rows.end());
                                 return {};
                               });
  REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().message));
  return all;
}

Package must_make(Exchange& exchange, const std::filesystem::path& traces) {
  auto made = exchange.make(traces);
  REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
  return std::move(*made);
}

/// The same by looking at every two rows of the new one.
Composition by_brute_force(const RecordId& earlier, const std::vector<WrittenRow>& there,
                           const std::vector<WrittenRow>& here) {
  const auto class_there = [&](const WrittenRow& row) -> std::int64_t {
    for (const auto& other : there)
      if (other.input_row == row.input_row) return other.group;
    return -1;
  };
  Composition beside{.release = earlier.digest};
  std::size_t smallest = here.size();
  for (const auto& row : here) {
    std::size_t alike = 0;
    for (const auto& other : here)
      if (other.group == row.group && class_there(other) == class_there(row)) ++alike;
    if (alike == 1) ++beside.uniques;
    smallest = std::min(smallest, alike);
  }
  beside.joint_risk_ppm = static_cast<std::uint32_t>((1'000'000 + smallest - 1) / smallest);
  return beside;
}

TEST_CASE("release again: the same rows are shown the same to whomever, in another order") {
  for (const bool is_traced : {true, false}) {
    CAPTURE(is_traced);
    Exchange exchange;
    const auto traces = is_traced ? exchange.traces() : std::filesystem::path{};
    for (const auto* name : {"ama", "chi"}) exchange.give(name);
    const Package first = must_make(exchange, traces);
    const auto id = exchange.world.must("ama", first.record);
    const auto lines = lines_of(exchange, first, "trainer");
    for (const auto* trainer : {"trainer", "another"}) {
      exchange.ask(trainer);
      const Package next = must_make(exchange, traces);
      const auto& release = *next.record.as<Release>();
      CHECK(release.recoding_sha256 == first.record.as<Release>()->recoding_sha256);
      CHECK(release.composition[0] ==
            Composition{id.digest, release.sample_uniques, release.highest_risk_ppm});
      REQUIRE(release.reuses);
      const auto again = lines_of(exchange, next, trainer);
      CHECK(again != lines);
      CHECK(sorted(again) == sorted(lines));
      CHECK(release.fingerprint_sha256.has_value() == is_traced);
      CHECK(*release.reuses == release.composition.back().release);  // the newest of them
      exchange.world.must("ama", next.record);
    }
    CHECK(Exchange::files_in(exchange.traces()) == (is_traced ? 3 : 0));
  }
}

TEST_CASE("release again: after a consent was withdrawn the pairs are counted") {
  Exchange exchange;
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  const Package first = must_make(exchange, exchange.traces());
  const auto id = exchange.world.must("ama", first.record);
  for (const int row : {5, 8, 1}) {
    exchange.world.must("owner", exchange.world.withdrawal(
                                     "owner", exchange.world.last["row " + std::to_string(row)]));
    exchange.ask("trainer");
    const Package next = must_make(exchange, exchange.traces());
    const auto logged = exchange.world.must("ama", next.record);
    const auto here = trace_of(exchange, logged);
    const auto& release = *next.record.as<Release>();
    REQUIRE(here.size() == release.rows_released);
    CHECK(release.composition[0] == by_brute_force(id, trace_of(exchange, id), here));
    CHECK(release.composition[0].joint_risk_ppm >= release.highest_risk_ppm);
    CHECK_FALSE(release.reuses);
  }
}

TEST_CASE("release again: what was not held against an earlier one is claimed at the worst") {
  Exchange exchange;
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  const Package first = must_make(exchange, exchange.traces());
  const auto id = exchange.world.must("ama", first.record);
  exchange.world.must("owner", exchange.world.withdrawal("owner", exchange.world.last["row 5"]));
  exchange.ask("trainer");
  std::filesystem::remove(first.trace);
  const Package next = must_make(exchange, exchange.traces());
  const auto& release = *next.record.as<Release>();
  REQUIRE(release.composition.size() == 1);
  CHECK(release.composition[0] == Composition{id.digest, release.rows_released, 1'000'000});
  exchange.world.must("ama", next.record);
}

TEST_CASE("release again: a changed trace stops a release and leaves nothing behind") {
  Exchange exchange;
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  const Package first = must_make(exchange, exchange.traces());
  exchange.world.must("ama", first.record);
  exchange.ask("trainer");
  std::fstream(first.trace, std::ios::in | std::ios::out | std::ios::binary)
      .seekp(-3, std::ios::end)
      .put('x');
  const auto next = exchange.make(exchange.traces());
  REQUIRE_FALSE(next);
  CHECK(next.error().code == Code::unverified);
  CHECK(exchange.packages() == 2);  // the first, and its page
  CHECK(Exchange::files_in(exchange.traces()) == 1);
}

TEST_CASE("release again: a release that misses its floor leaves no trace") {
  Exchange exchange;
  for (int row = 1; row <= 10; ++row) {
    exchange.world.must("owner", exchange.world.withdrawal(
                                     "owner", exchange.world.last["row " + std::to_string(row)]));
  }
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  CHECK_FALSE(exchange.make(exchange.traces()));
  CHECK(Exchange::files_in(exchange.traces()) == 0);
}

TEST_CASE("release again: pseudonyms are one trainer's, and the same each time") {
  Exchange exchange(ColumnRole::pseudonym);
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  // What a trainer is handed, without the header, by row of the input.
  const auto tokens = [&](const Package& package, const std::string& trainer) {
    auto lines = lines_of(exchange, package, trainer);
    const auto logged = exchange.world.must("ama", package.record);
    const auto rows = trace_of(exchange, logged);
    REQUIRE(lines.size() == rows.size() + 1);
    std::map<std::uint32_t, std::string> found;
    for (std::size_t i = 0; i < rows.size(); ++i)
      found[rows[i].input_row] = lines[i + 1].substr(0, lines[i + 1].find(','));
    return found;
  };
  const Package package = must_make(exchange, exchange.traces());
  // A release that claims levels for pseudonyms is not lawful.
  Record lie = package.record;
  std::get<Release>(lie.body).recipe[0].levels = 2;
  CHECK(verdict(exchange.world.log("ama", lie)) == "release-columns");
  const auto first = tokens(package, "trainer");
  CHECK(package.record.as<Release>()->recipe[0].role == ColumnRole::pseudonym);
  exchange.ask("another");
  const auto theirs = tokens(must_make(exchange, exchange.traces()), "another");
  exchange.ask("trainer");
  const auto again = tokens(must_make(exchange, exchange.traces()), "trainer");
  CHECK(again == first);
  std::set<std::string> all;
  for (const auto& [row, token] : first) all.insert(token);
  CHECK(all.size() == first.size());
  for (const auto& [row, token] : theirs) CHECK_FALSE(all.contains(token));
}

TEST_CASE("release again: what is said of a column fits its role") {
  World world;
  world.charter();
  const auto refused = [&](auto change) {
    Version body = World::version_body(world.chance());
    change(body.columns);
    if (!world.last.contains("dataset")) world.dataset();
    Record record = world.draft("owner", body);
    record.add(Role::of, world.last["dataset"]);
    return verdict(world.log("owner", record));
  };
  CHECK(refused([](auto& columns) { columns[0].role = columns[1].role = ColumnRole::pseudonym; }) ==
        "version-columns");
  CHECK(refused([](auto& columns) {
          columns[0].role = ColumnRole::pseudonym;
          columns[0].hierarchy_sha256 = Digest{};
        }) == "version-columns");
  CHECK(refused([](auto& columns) { columns[0].weight_milli = 2'000; }) == "version-columns");
  CHECK(refused([](auto& columns) { columns[1].weight_milli = 1'000'001; }) == "version-columns");
  CHECK(refused([](auto& columns) { columns[0].role = columns[2].role = ColumnRole::asked_k; }) ==
        "version-columns");
  CHECK(refused([](auto& columns) { columns[0].role = ColumnRole::pseudonym; }) == "admitted");
}

}  // namespace
}  // namespace usufruct
