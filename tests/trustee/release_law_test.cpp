// The certificate of a release: what the law checks of each claim.
#include <doctest/doctest.h>

#include <functional>

#include "crypto/hash.h"
#include "trustee/earlier_releases.h"
#include "world.h"

namespace usufruct {
namespace {

/// One word on a release of the world, changed.
std::string judged(World& world, const std::function<void(Release&)>& change) {
  Record record = world.release();
  change(body_of<Release>(record));
  return verdict(world.log("ama", record));
}

TEST_CASE("law: a release meets each privacy model of the terms, and says so") {
  World world;
  world.terms();
  {
    Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
    terms.floor.t_closeness_ppm = 200'000;
    terms.floor.l_recursive = 2;
    terms.floor.c_recursive_milli = 4'000;
    world.last["terms"] = world.must("owner", world.terms_record(terms, world.last["dataset"]));
  }
  for (const auto* subject : {"s1", "s2", "s3"}) world.consent(subject);
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  const Met recursive{PrivacyModel::recursive_diversity, "answer", 4'000, 3'500, 2};
  const Met closeness{PrivacyModel::t_closeness, "answer", 200'000, 150'000};
  const auto with = [&](auto change) {
    return judged(world, [&](Release& r) {
      r.met.push_back(recursive);
      r.met.push_back(closeness);
      change(r);
    });
  };
  CHECK(judged(world, [](Release&) {}) == "release-met");
  CHECK(with([](Release& r) { r.met.pop_back(); }) == "release-met");
  CHECK(with([](Release& r) { r.met.erase(r.met.begin() + 1); }) == "release-met");
  CHECK(with([](Release& r) { r.met.back().achieved = 200'001; }) == "release-met");
  CHECK(with([](Release& r) { r.met.back().demanded = 200'001; }) == "release-met");
  CHECK(with([](Release& r) { r.met.back().column = "age"; }) == "release-met");
  CHECK(with([](Release& r) { r.met.back().column = ""; }) == "release-met");
  CHECK(with([](Release& r) { r.met[1].l = 1; }) == "release-met");
  CHECK(with([](Release& r) { r.met[1].achieved = 4'001; }) == "release-met");
  CHECK(with([](Release& r) { std::swap(r.met[1], r.met[2]); }) == "release-met");
  CHECK(with([](Release& r) { r.met.erase(r.met.begin()); }) == "release-met");
  CHECK(with([](Release&) {}) == "admitted");
}

TEST_CASE("law: claims of risk follow from the counts and from one another") {
  World world = granted_world();
  const auto with = [&](auto change) { return judged(world, change); };
  CHECK(with([](Release& r) { r.marketer_risk_ppm -= 1; }) == "release-claims");
  CHECK(with([](Release& r) { r.journalist_risk_ppm = 500'001; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.journalist_risk_ppm = 250'000;
          r.marketer_risk_ppm = r.average_risk_ppm + 1;
        }) == "release-claims");
  CHECK(with([](Release& r) { r.sample_uniques = 1; }) == "release-claims");
  CHECK(with([](Release& r) { r.sample_uniques = UINT64_MAX; }) == "release-claims");
  CHECK(with([](Release& r) { r.population_uniques_ppm = 1'000'001; }) == "release-claims");
  // What stands under `met` is what is claimed beside it.
  CHECK(with([](Release& r) { r.met[0].achieved = 3; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.met.push_back({PrivacyModel::distinct_diversity, "answer", 2, 2});
        }) == "release-claims");
  CHECK(with([](Release& r) {
          r.met.push_back({PrivacyModel::k_map, "", 4, 4});
          r.journalist_risk_ppm = 250'001;
          r.marketer_risk_ppm = 100'000;
        }) == "release-claims");
  CHECK(with([](Release& r) {
          r.met.push_back({PrivacyModel::population_uniqueness, "", 10, 10});
        }) == "release-claims");
  // Without the table of a population nobody's risk is lower for it.
  CHECK(with([](Release& r) { r.journalist_risk_ppm = 250'000; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.met.push_back({PrivacyModel::k_map, "", 4, 4});
        }) == "release-claims");
  CHECK(with([](Release& r) {
          r.met.push_back({PrivacyModel::population_uniqueness, "", 10, 0});
        }) == "release-claims");
  CHECK(with([](Release& r) { r.population_uniques_ppm = 10; }) == "release-claims");
  CHECK(with([](Release& r) {
          r.l_distinct = 2;
          r.met.push_back({PrivacyModel::distinct_diversity, "answer", 2, 2});
        }) == "admitted");
}

/// A world in which the request for a version of one's own is granted, with three consents.
World granted_world_of(const std::function<void(Version&)>& change, std::uint32_t asked_k = 0) {
  World world;
  Version version = World::version_body(world.chance());
  change(version);
  world.version(version);
  for (const auto* subject : {"s1", "s2"}) world.consent(subject);
  Record record = world.draft("owner", Consent{.purposes = {"dpv:ResearchAndDevelopment"},
                                               .actions = {"ai-training"},
                                               .asked_k = asked_k});
  record.add(Role::covers, world.last["dataset"]);
  record.add(Role::subject, World::commitment("s3"));
  world.must("owner", record);
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  return world;
}

TEST_CASE("law: a population that the version names lowers the risk as far as it may") {
  World world = granted_world_of([](Version& version) {
    version.population = {sha256(as_view("people")), 1'000};
  });
  const auto with = [&](std::uint32_t journalist, std::uint32_t marketer, auto change) {
    return judged(world, [&](Release& r) {
      r.journalist_risk_ppm = journalist;
      r.marketer_risk_ppm = marketer;
      change(r);
    });
  };
  const auto as_it_is = [](Release&) {};
  CHECK(with(0, 100'000, as_it_is) == "release-claims");
  CHECK(with(999, 100'000, as_it_is) == "release-claims");  // of 1,000 people
  CHECK(with(250'000, 999, as_it_is) == "release-claims");
  CHECK(with(250'000, 0, as_it_is) == "release-claims");
  CHECK(with(500'001, 100'000, as_it_is) == "release-claims");
  CHECK(with(250'000, 333'335, as_it_is) == "release-claims");
  const auto with_map = [](std::uint64_t demanded, std::uint64_t achieved) {
    return [=](Release& r) { r.met.push_back({PrivacyModel::k_map, "", demanded, achieved}); };
  };
  CHECK(with(250'000, 100'000, with_map(4, 3)) == "release-met");
  CHECK(with(250'001, 100'000, with_map(4, 4)) == "release-claims");
  CHECK(with(1'000, 100'000, with_map(4, 1'001)) == "release-claims");
  // Nobody is alone in the release, so nobody is unique in the population.
  CHECK(with(250'000, 100'000, [](Release& r) { r.population_uniques_ppm = 1; }) ==
        "release-claims");
  CHECK(with(250'000, 100'000, [&](Release& r) {
          with_map(4, 4)(r);
          r.met.push_back({PrivacyModel::population_uniqueness, "", 10, 0});
        }) == "admitted");
}

TEST_CASE("law: what the rows ask for is said where they may ask, and only there") {
  const auto asking = [](std::uint64_t demanded, std::uint64_t achieved) {
    return [=](Release& r) {
      r.met.push_back({PrivacyModel::personalised_k, "", demanded, achieved});
    };
  };
  World none = granted_world_of([](Version&) {});
  CHECK(judged(none, asking(1, 2)) == "release-met");
  CHECK(judged(none, [](Release&) {}) == "admitted");
  World by_consent = granted_world_of([](Version&) {}, 3);
  CHECK(judged(by_consent, [](Release&) {}) == "release-met");
  CHECK(judged(by_consent, asking(3, 2)) == "release-met");
  CHECK(judged(by_consent, asking(0, 2)) == "release-met");
  CHECK(judged(by_consent, asking(2, 2)) == "release-met");  // what one row asks is not told
  CHECK(judged(by_consent, asking(1, 3)) == "release-claims");
  {
    // Who asks for more meanwhile is not among those that the release was made for.
    Record record = by_consent.release();
    body_of<Release>(record).met.push_back({PrivacyModel::personalised_k, "", 1, 2});
    Record more = by_consent.draft("owner", Consent{.purposes = {"dpv:ResearchAndDevelopment"},
                                                    .actions = {"ai-training"},
                                                    .asked_k = 50});
    more.add(Role::covers, by_consent.last["dataset"]);
    more.add(Role::subject, World::commitment("s1"));
    more.add(Role::supersedes, by_consent.last["consent s1"]);
    by_consent.must("owner", more);
    body_of<Release>(record).as_of = by_consent.graph().size();
    CHECK(verdict(by_consent.log("ama", record)) == "release-consents");
  }
  CHECK(judged(by_consent, asking(1, 2)) == "admitted");
  World by_column = granted_world_of([](Version& version) {
    version.columns.push_back({.name = "crowd", .role = ColumnRole::asked_k});
  });
  CHECK(judged(by_column, [](Release&) {}) == "release-met");
  CHECK(judged(by_column, [&](Release& r) {
          asking(1, 2)(r);
          r.recipe.push_back({.column = "crowd", .role = ColumnRole::asked_k});
        }) == "release-columns");
  CHECK(judged(by_column, asking(1, 2)) == "admitted");
}

TEST_CASE("law: a column is coarser by the hierarchy that the version names") {
  const Digest given = sha256(as_view("given"));
  World world = granted_world_of([&](Version& version) {
    version.columns[1].hierarchy_sha256 = given;
    version.columns[2].hierarchy_sha256 = sha256(as_view("answers"));
  });
  const auto with = [&](auto change) {
    return judged(world, [&](Release& r) {
      r.recipe[0].hierarchy_sha256 = given;
      r.recipe[1].hierarchy_sha256 = sha256(as_view("answers"));
      change(r);
    });
  };
  CHECK(judged(world, [](Release&) {}) == "release-columns");
  CHECK(with([](Release& r) { r.recipe[0].hierarchy_sha256.reset(); }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe[1].hierarchy_sha256.reset(); }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe[1].levels = 2; }) == "release-columns");
  CHECK(with([](Release& r) { r.recipe[0].levels = 1; }) == "release-columns");
  CHECK(with([](Release&) {}) == "admitted");
  World built = granted_world();
  CHECK(judged(built, [](Release& r) { r.recipe[0].hierarchy_sha256.reset(); }) ==
        "release-columns");
  CHECK(judged(built, [&](Release& r) { r.recipe[1].hierarchy_sha256 = given; }) ==
        "release-columns");
}

TEST_CASE("law: the quality is the columns' as the version weighs them") {
  World world = granted_world_of([](Version& version) {
    version.columns[1].weight_milli = 3'000;
    version.columns.push_back({.name = "place", .role = ColumnRole::quasi_identifier});
  });
  const auto with = [&](std::uint32_t age, std::uint32_t place) {
    return judged(world, [&](Release& r) {
      r.recipe[0].loss_ppm = age;
      r.recipe.push_back(
          {"place", ColumnRole::quasi_identifier, 1, 3, sha256(as_view("places")), 1, place});
    });
  };
  CHECK(with(400'000, 400'000) == "admitted");
  World again = granted_world_of([](Version& version) {
    version.columns[1].weight_milli = 3'000;
    version.columns.push_back({.name = "place", .role = ColumnRole::quasi_identifier});
  });
  world = std::move(again);
  CHECK(with(800'000, 0) == "release-utility");  // the plain mean
  CHECK(with(500'000, 100'006) == "release-utility");
  CHECK(with(500'000, 100'000) == "admitted");
}

TEST_CASE("law: quality, bound and gap agree, and so do the columns and the classes") {
  World world = granted_world();
  const auto with = [&](auto change) { return judged(world, change); };
  CHECK(with([](Release& r) { r.gap_ppm -= 1; }) == "release-utility");
  CHECK(with([](Release& r) { r.loss_bound_ppm = 400'001; }) == "release-utility");
  CHECK(with([](Release& r) { r.loss_bound_ppm = UINT32_MAX; }) == "release-utility");
  CHECK(with([](Release& r) { r.precision_ppm = 1'000'001; }) == "release-utility");
  CHECK(with([](Release& r) { r.entropy_ppm = 1'000'001; }) == "release-utility");
  CHECK(with([](Release& r) { r.recipe[0].loss_ppm = 399'998; }) == "release-utility");
  CHECK(with([](Release& r) { r.recipe[0].loss_ppm = 1'000'001; }) == "release-columns");
  CHECK(with([](Release& r) { r.average_class_size_milli = 2'999; }) == "release-utility");
  CHECK(with([](Release& r) { r.discernibility -= 1; }) == "release-utility");
  CHECK(with([](Release& r) { r.discernibility += 1; }) == "release-utility");
  CHECK(with([](Release& r) { r.discernibility = 0; }) == "release-utility");
  CHECK(with([](Release& r) { r.discernibility = UINT64_MAX; }) == "release-utility");
  CHECK(with([](Release& r) { r.recipe[0].loss_ppm = 400'001; }) == "admitted");
}

TEST_CASE("law: a proven optimum leaves no gap but for rounding") {
  World world = granted_world();
  const auto with = [&](std::uint32_t quality) {
    return judged(world, [&](Release& r) {
      r.recipe[0].loss_ppm = 1'000'000 - quality;
      r.quality_ppm = quality;
      r.loss_bound_ppm = 300'000;
      r.gap_ppm = 700'000 - quality;
      r.proven_optimal = true;
    });
  };
  CHECK(with(600'000) == "release-utility");
  CHECK(with(699'994) == "release-utility");
  CHECK(with(699'995) == "admitted");
}

TEST_CASE("law: quality and precision are at most the share of rows that is released") {
  World world;
  world.terms();
  {
    Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
    terms.floor.suppression_max_per10000 = 5'000;
    world.last["terms"] = world.must("owner", world.terms_record(terms, world.last["dataset"]));
  }
  for (const auto* subject : {"s1", "s2", "s3"}) world.consent(subject);
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  const auto with = [&](std::uint32_t quality, std::uint32_t precision) {
    return judged(world, [&](Release& r) {
      r.rows_suppressed = 1;
      r.rows_released = 2;
      follow_counts(r);
      r.recipe[0].loss_ppm = 1'000'000 - quality;
      r.quality_ppm = quality;
      r.precision_ppm = precision;
      r.loss_bound_ppm = 0;
      r.gap_ppm = 1'000'000 - quality;
    });
  };
  CHECK(with(666'667, 0) == "release-utility");
  CHECK(with(600'000, 666'667) == "release-utility");
  CHECK(with(666'666, 666'666) == "admitted");
}

TEST_CASE("law: where nobody is asked for consent no row goes missing for want of one") {
  World world;
  world.charter();
  Record record =
      world.draft("owner", Dataset{.title = "weather", .personal_data = PersonalData::none});
  record.add(Role::held_by, world.last["trust"]);
  world.last["dataset"] = world.must("owner", record);
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  const auto with = [&](std::uint64_t hidden) {
    return judged(world, [&](Release& r) {
      r.rows_consented = r.rows_input - hidden;
      r.rows_released = r.rows_consented;
      follow_counts(r);
    });
  };
  CHECK(with(1) == "release-consents");
  CHECK(with(0) == "admitted");
}

TEST_CASE("law: a release says what made it") {
  World world = granted_world();
  const auto with = [&](auto change) { return judged(world, change); };
  CHECK(with([](Release& r) { r.format.clear(); }) == "release-making");
  CHECK(with([](Release& r) { r.algorithm.clear(); }) == "release-making");
  CHECK(with([](Release& r) { r.code_version.clear(); }) == "release-making");
  CHECK(with([](Release& r) { r.recoding_sha256.reset(); }) == "release-making");
}

/// A world with a release, and a second request that is granted.
World world_with_another() {
  World world = released_world();
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  return world;
}

TEST_CASE("law: a release is held against every earlier one of the dataset") {
  World world = world_with_another();
  const auto with = [&](auto change) { return judged(world, change); };
  CHECK(with([](Release& r) { r.composition.clear(); }) == "release-composition");
  CHECK(with([](Release& r) { r.composition.push_back(r.composition[0]); }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition[0].release = *r.package_sha256; }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition[0].uniques = r.rows_released + 1; }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition[0].uniques = 1; }) == "release-composition");
  CHECK(with([](Release& r) { r.composition[0].joint_risk_ppm = 1'000'001; }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition[0].joint_risk_ppm = 1'000'000; }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition[0].joint_risk_ppm = 499'999; }) ==
        "release-composition");
  world.last["second"] = world.must("ama", world.release());
  // What was handed over stays handed over: no release is withdrawn.
  CHECK(verdict(world.log("ama", world.withdrawal("ama", world.last["release"]))) == "ref-kind");
  world.request();
  for (const auto* trustee : {"ama", "ben"}) world.must(trustee, world.decision(trustee));
  const auto earlier = earlier_releases(world.graph(), world.last["dataset"]);
  REQUIRE(earlier.size() == 2);
  CHECK(earlier[0]->id == world.last["release"]);
  CHECK(earlier[1]->id == world.last["second"]);
  CHECK(with([](Release& r) { std::swap(r.composition[0], r.composition[1]); }) ==
        "release-composition");
  CHECK(with([](Release& r) { r.composition.erase(r.composition.begin()); }) ==
        "release-composition");
  CHECK(with([](Release& r) {
          r.composition[0].uniques = 2;
          r.composition[0].joint_risk_ppm = 1'000'000;
        }) == "admitted");
}

TEST_CASE("law: a recoding that is used again is that of an earlier release") {
  World world = world_with_another();
  const Digest first = world.last["release"].digest;
  const auto with = [&](auto change) { return judged(world, change); };
  CHECK(with([](Release& r) { r.reuses = r.package_sha256; }) == "release-reuse");
  CHECK(with([&](Release& r) {
          r.reuses = first;
          r.recoding_sha256 = sha256(as_view("another"));
        }) == "release-reuse");
  CHECK(with([&](Release& r) { r.reuses = first; }) == "admitted");
}

TEST_CASE("law: of hundreds of earlier releases the newest are held against") {
  World world = released_world();
  const auto logged = world.graph().find(world.last["release"]);
  MemoryGraph graph;
  for (const auto& [time, record] : world.history()) {
    graph.add({record.id(), graph.size(), time, record.record(), record.signers()},
              hash_leaf(record.envelope()));
  }
  for (std::size_t i = 0; i < composition_max; ++i) {
    Logged more = *logged;
    more.id.digest = sha256(as_view(fmt::format("release {}", i)));
    more.index = graph.size();
    graph.add(std::move(more), Digest{});
  }
  const auto earlier = earlier_releases(graph, world.last["dataset"]);
  CHECK(earlier.size() == composition_max);
  CHECK(earlier.front()->id.digest == sha256(as_view("release 0")));
  CHECK(earlier.back()->index + 1 == graph.size());
  CHECK(earlier_releases(graph, world.last["version"]).empty());
}

TEST_CASE("law: terms have a floor that can be") {
  World world;
  world.terms();
  const auto with = [&](auto change) {
    Terms terms = *world.graph().find(world.last["terms"])->record.as<Terms>();
    change(terms.floor);
    return verdict(world.log("owner", world.terms_record(terms, world.last["dataset"])));
  };
  CHECK(with([](Floor& f) { f.suppression_max_per10000 = 10'001; }) == "terms-floor");
  CHECK(with([](Floor& f) { f.l_recursive = 3; }) == "terms-floor");
  CHECK(with([](Floor& f) { f.c_recursive_milli = 4'000; }) == "terms-floor");
  CHECK(with([](Floor& f) { f.t_closeness_ppm = 1'000'001; }) == "terms-floor");
  CHECK(with([](Floor& f) { f.l_entropy_milli = 999; }) == "terms-floor");
  CHECK(with([](Floor& f) { f.population_uniques_ppm = 1'000'001; }) == "terms-floor");
  CHECK(with([](Floor& f) {
          f.l_recursive = 3;
          f.c_recursive_milli = 4'000;
          f.t_closeness_ppm = 1'000'000;
        }) == "admitted");
}

}  // namespace
}  // namespace usufruct
