#include "trustee/release.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "crypto/hash.h"
#include "ledger/manifest.h"
#include "tests/support/scratch.h"
#include "trustee/consents.h"
#include "trustee/release_claims.h"
#include "trustee/released_floor.h"
#include "world.h"

namespace usufruct {
namespace {

/// A granted request on a real table in a real vault. Rows 1 to 12; row 12 has no consent, row 3
/// only for commerce.
struct Exchange {
  Scratch scratch;
  World world;
  Vault vault{scratch.path() / "vault"};
  Secret<32> pepper;

  Exchange() : pepper(Secret<32>::random(world.chance())) {
    write_table();
    world.charter();
    world.dataset();
    world.version(deposit());
    world.terms();
    for (int row = 1; row <= 11; ++row) consent(row);
    world.request();
    world.must("ama", world.decision("ama"));
    world.must("chi", world.decision("chi"));
  }

  void write_table() const {
    std::ofstream file(scratch.path() / "people.csv");
    file << "name,age,answer\n";
    for (int row = 1; row <= 12; ++row) {
      file << "person" << row << ',' << 20 + row % 3 << ',' << (row % 2 == 0 ? "yes" : "no")
           << '\n';
    }
  }

  Version deposit() {
    Version body = World::version_body(world.chance());
    const auto table = scratch.path() / "people.csv";
    const auto content = *sha256_file(table);
    body.files = {{"people.csv", content.size_bytes, content.digest, "text/csv"}};
    body.manifest_root = manifest_root(body.files);
    std::vector<AgeRecipient> recipients;
    for (const auto& id : trustees()) recipients.push_back(key_of(id).receiving.recipient());
    body.custody = *vault.deposit(table, recipients, 2, pepper, world.chance());
    return body;
  }

  std::vector<RecordId> trustees() { return trustees_of(*world.graph().find(world.last["trust"])); }
  const KeyPair& key_of(const RecordId& party) {
    for (const auto* name : {"ama", "ben", "chi"}) {
      if (world.party(name) == party) return world.key(name);
    }
    std::abort();
  }

  void consent(int row) {
    Record record = world.draft(
        "owner",
        Consent{.purposes = {row == 3 ? "dpv:CommercialPurpose" : "dpv:ResearchAndDevelopment"},
                .actions = {"ai-training"}});
    record.add(Role::covers, world.last["dataset"]);
    record.add(
        Role::subject,
        commit_to_subject(pepper, subject_key(static_cast<std::uint64_t>(row - 1), "", false)));
    world.last["row " + std::to_string(row)] = world.must("owner", record);
  }

  Digest root() { return *version().custody.sealed_sha256; }
  const Version& version() {
    return *world.graph().find(world.last["version"])->record.as<Version>();
  }

  void give(const std::string& name) {
    const auto all = trustees();
    const auto seat =
        static_cast<std::size_t>(std::ranges::find(all, world.party(name)) - all.begin());
    const auto commitments = *commitments_of(version().custody);
    const auto share = vault.share(root(), seat, world.key(name).receiving, commitments);
    REQUIRE(share);
    REQUIRE(vault.give(root(), world.last["request"], *share,
                       world.key("ama").receiving.recipient(), world.chance()));
  }

  Result<Package> make() {
    const auto grant = TRY(grant_of(world.graph(), world.last["request"], world.now()));
    const ReleaseOptions options{scratch.path() / "packages", scratch.path(), world.now()};
    return make_release(world.graph(), grant, vault, world.key("ama"), options, world.chance());
  }
  std::size_t packages() const {
    std::size_t count = 0;
    std::error_code error;
    for (const auto& entry :
         std::filesystem::directory_iterator(scratch.path() / "packages", error)) {
      count += entry.is_regular_file() ? 1 : 0;
    }
    return count;
  }
};

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
  CHECK(release.recoding_sha256 == sha256(as_view(recoding_text(release))));
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

TEST_CASE("release: beside an earlier one that it was not held against the worst is claimed") {
  Exchange exchange;
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  const auto first = exchange.make();
  REQUIRE(first);
  const auto id = exchange.world.must("ama", first->record);
  exchange.world.request();
  for (const auto* name : {"ama", "chi"}) exchange.world.must(name, exchange.world.decision(name));
  for (const auto* name : {"ama", "chi"}) exchange.give(name);
  const auto second = exchange.make();
  REQUIRE(second);
  const auto& release = *second->record.as<Release>();
  REQUIRE(release.composition.size() == 1);
  CHECK(release.composition[0] == Composition{id.digest, release.rows_released, 1'000'000});
  exchange.world.must("ama", second->record);
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
