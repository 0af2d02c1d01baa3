#include "trustee/release.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "exchange.h"
#include "trustee/released_floor.h"

namespace usufruct {
namespace {

TEST_CASE("release: from grant to open package, without the rows that no consent covers") {
  Exchange exchange;
  exchange.give("ama");
  exchange.give("chi");
  const auto package = exchange.make();
  INFO((package ? "" : package.error().message));
  REQUIRE(package);
  const auto& release = *package->record.as<Release>();
  CHECK(release.rows_input == 12);
  CHECK(release.rows_consented == 10);
  CHECK(release.rows_released + release.rows_suppressed == 10);
  CHECK(release.k >= 2);
  CHECK(release.format == "csv");
  CHECK_FALSE(release.algorithm.empty());
  CHECK(release.proven_optimal);
  CHECK(release.gap_ppm <= 1);
  REQUIRE(release.met.size() == 1);
  CHECK(release.met[0] == Met{PrivacyModel::k_anonymity, "", 2, release.k});
  CHECK(release.recoding_sha256);
  CHECK(release.composition.empty());
  exchange.world.last["release"] = exchange.world.must("ama", package->record);

  const auto to = exchange.scratch.path() / "out.csv";
  const auto opened =
      open_release(release, package->file, exchange.world.key("trainer").receiving, to);
  INFO((opened ? "" : opened.error().message));
  REQUIRE(opened);
  CHECK(opened->measurement.rows == release.rows_released);
  const std::string text{std::istreambuf_iterator<char>(*std::make_unique<std::ifstream>(to)), {}};
  CHECK(text.starts_with("age,answer"));
  CHECK(text.find("person") == std::string::npos);
  // Only the recipient opens it, and never over a file that is there.
  CHECK(open_release(release, package->file, exchange.world.key("ama").receiving,
                     exchange.scratch.path() / "no.csv")
            .error()
            .code == Code::denied);
  CHECK(open_release(release, package->file, exchange.world.key("trainer").receiving, to)
            .error()
            .code == Code::conflict);
}

TEST_CASE("release: one share is not enough and leaves nothing behind") {
  Exchange exchange;
  exchange.give("chi");
  const auto package = exchange.make();
  REQUIRE_FALSE(package);
  CHECK(package.error().code == Code::denied);
  CHECK(exchange.packages() == 0);
}

TEST_CASE("release: a withdrawn consent leaves its row out") {
  Exchange exchange;
  exchange.world.must("owner", exchange.world.withdrawal("owner", exchange.world.last["row 5"]));
  exchange.give("ama");
  exchange.give("chi");
  const auto package = exchange.make();
  REQUIRE(package);
  CHECK(package->record.as<Release>()->rows_consented == 9);
}

TEST_CASE("release: a floor that cannot be met is refused and leaves nothing behind") {
  Exchange exchange;
  for (int row = 1; row <= 10; ++row) {
    exchange.world.must("owner", exchange.world.withdrawal(
                                     "owner", exchange.world.last["row " + std::to_string(row)]));
  }
  exchange.give("ama");
  exchange.give("chi");
  const auto package = exchange.make();
  REQUIRE_FALSE(package);
  CHECK(package.error().code == Code::denied);
  CHECK(exchange.packages() == 0);
}

/// Another floor, the request anew, and both shares given.
void ask_under(Exchange& exchange, const std::function<void(Floor&)>& change) {
  World& world = exchange.world;
  Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
  change(terms.floor);
  world.must("owner", world.terms_record(terms, world.last["dataset"]));
  world.request();
  for (const auto* name : {"ama", "chi"}) world.must(name, world.decision(name));
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
}

TEST_CASE("release: every model that a table can be held against is met, claimed and lawful") {
  Exchange exchange;
  ask_under(exchange, [](Floor& floor) {
    floor = {.k = 2,
             .suppression_max_per10000 = 5'000,
             .l_distinct = 2,
             .l_entropy_milli = 1'500,
             .l_recursive = 2,
             .c_recursive_milli = 3'000,
             .t_closeness_ppm = 400'000,
             .delta_disclosure_milli = 2'000,
             .beta_likeness_milli = 2'000,
             .beta_enhanced_milli = 2'000};
  });
  const auto package = exchange.make();
  INFO((package ? "" : package.error().message));
  REQUIRE(package);
  const auto& release = *package->record.as<Release>();
  REQUIRE(release.met.size() == 8);
  for (const auto& met : release.met) {
    CAPTURE(print_model(met));
    CHECK(is_reached(met));
    CHECK(met.achieved != UINT64_MAX);
  }
  exchange.world.must("ama", package->record);
  // Who opens it measures again what the table alone shows.
  const auto& key = exchange.world.key("trainer").receiving;
  const auto to = exchange.scratch.path() / "out.csv";
  for (const std::size_t shown : {0, 1, 2, 3}) {
    Release lie = release;
    lie.met[shown].achieved += 1;
    CAPTURE(print_model(lie.met[shown]));
    const auto opened = open_release(lie, package->file, key, to);
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == Code::unverified);
  }
  CHECK(open_release(release, package->file, key, to));
}

TEST_CASE("release: a floor that lacks what it is measured by is refused, not passed over") {
  for (const auto change : {+[](Floor& floor) { floor.k_map = 5; },
                            +[](Floor& floor) { floor.population_uniques_ppm = 1'000; }}) {
    Exchange exchange;
    ask_under(exchange, change);
    const auto package = exchange.make();
    REQUIRE_FALSE(package);
    CAPTURE(package.error().message);
    CHECK(package.error().code == Code::denied);
    CHECK(exchange.packages() == 0);
  }
}

TEST_CASE("release: a swapped package or a false claim is found by the recipient") {
  Exchange exchange;
  exchange.give("ama");
  exchange.give("chi");
  const auto package = exchange.make();
  REQUIRE(package);
  const Release good = *package->record.as<Release>();
  const auto& key = exchange.world.key("trainer").receiving;
  const auto to = exchange.scratch.path() / "out.csv";
  const auto with = [&](auto change) {
    Release claimed = good;
    change(claimed);
    const auto opened = open_release(claimed, package->file, key, to);
    return opened ? std::string("opened") : std::string(row_of(opened.error().code).name);
  };
  CHECK(with([](Release& r) { r.package_sha256->bytes[0] ^= 1; }) == "unverified");
  CHECK(with([](Release& r) { r.content_sha256->bytes[0] ^= 1; }) == "unverified");
  CHECK(with([](Release& r) { r.k += 1; }) == "unverified");
  CHECK(with([](Release& r) { r.rows_released += 1; }) == "unverified");
  CHECK(with([](Release& r) { r.classes += 1; }) == "unverified");
  CHECK(with([](Release& r) { r.sample_uniques += 1; }) == "unverified");
  CHECK(with([](Release& r) { r.discernibility += 1; }) == "unverified");
  CHECK_FALSE(std::filesystem::exists(to));
  CHECK(with([](Release&) {}) == "opened");
}

}  // namespace
}  // namespace usufruct
