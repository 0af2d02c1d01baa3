#include "trustee/terms/licence_combination.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"
#include "crypto/stream.h"
#include "tests/support/data.h"
#include "tests/support/random_terms.h"
#include "trustee/document/document.h"

namespace usufruct {
namespace {

using terms::Answer;
using terms::Attribution;
using terms::LicenceUse;
using terms::Making;

const terms::Vocabulary& builtin_words() { return terms::Vocabulary::builtin(); }

bool has(const std::vector<std::string>& list, std::string_view word) {
  return std::ranges::find(list, word) != list.end();
}

terms::LicenceExpression read(std::string_view text) {
  auto expression = terms::parse_licence_expression(text, builtin_words());
  REQUIRE(expression);
  return *std::move(expression);
}

terms::Combination combined(std::initializer_list<const char*> texts) {
  std::vector<terms::LicenceExpression> inputs;
  for (const auto* text : texts) inputs.push_back(read(text));
  auto made = terms::combine(inputs, Making::derived, builtin_words());
  REQUIRE(made);
  return *std::move(made);
}

TEST_CASE("licences: the properties of a row say what its words say") {
  std::map<std::string, LicenceUse> use_of_family;
  for (const auto& [id, row] : builtin_words().licences()) {
    CAPTURE(id);
    const bool is_open = !has(row.forbid_purposes, "dpv:CommercialPurpose");
    CHECK(is_open == (row.use == LicenceUse::all || row.use == LicenceUse::unspecified));
    const bool is_named = has(row.duties, "attribute") || has(row.duties, "include-licence");
    CHECK(is_named == (row.attribution == Attribution::yes));
    CHECK(has(row.duties, "share-alike") == !row.share_alike.empty());
    CHECK(has(row.ask_actions, "derive") == !row.may_derive);
    for (const auto& later : row.later) {
      REQUIRE(builtin_words().find_licence(later));
      CHECK(builtin_words().find_licence(later)->use == row.use);
    }
    for (const auto& duty : row.duties) CHECK(builtin_words().find(terms::Scheme::duty, duty));
    for (const auto& word : row.ask_actions)
      CHECK(builtin_words().find(terms::Scheme::action, word));
    for (const auto& word : row.forbid_actions)
      CHECK(builtin_words().find(terms::Scheme::action, word));
    for (const auto& word : row.forbid_purposes)
      CHECK(builtin_words().find(terms::Scheme::purpose, word));
    if (row.share_alike.empty()) continue;
    // One name, one use: else data under it could not be put together with others of its name.
    CHECK(use_of_family.emplace(row.share_alike, row.use).first->second == row.use);
  }
}

TEST_CASE("licences: data licences of the SPDX list are in the table") {
  for (const auto* id : {"CC0-1.0",
                         "CC-PDDC",
                         "CC-BY-4.0",
                         "CC-BY-SA-4.0",
                         "CC-BY-NC-4.0",
                         "CC-BY-NC-SA-4.0",
                         "CC-BY-ND-4.0",
                         "CC-BY-NC-ND-4.0",
                         "CDLA-Permissive-1.0",
                         "CDLA-Permissive-2.0",
                         "CDLA-Sharing-1.0",
                         "ODbL-1.0",
                         "ODC-By-1.0",
                         "PDDL-1.0",
                         "C-UDA-1.0",
                         "O-UDA-1.0",
                         "OpenMDW-1.0",
                         "OGL-UK-1.0",
                         "OGL-UK-2.0",
                         "OGL-UK-3.0",
                         "OGL-Canada-2.0",
                         "NCGL-UK-2.0",
                         "DL-DE-BY-2.0",
                         "DL-DE-ZERO-2.0",
                         "NLOD-1.0",
                         "NLOD-2.0",
                         "etalab-2.0",
                         "OGDL-Taiwan-1.0",
                         "GFDL-1.3-only",
                         "GFDL-1.3-or-later",
                         "GFDL-1.3-invariants-only",
                         "GFDL-1.3-no-invariants-or-later",
                         "MIT",
                         "Apache-2.0",
                         "BSD-2-Clause",
                         "BSD-3-Clause"}) {
    CAPTURE(id);
    CHECK(builtin_words().find_licence(id));
  }
  CHECK_FALSE(builtin_words().find_licence("LicenseRef-OpenRAIL-M"));
}

TEST_CASE("combination: the least use, all that is asked, one name of share-alike") {
  const auto open = combined({"CC0-1.0", "CC-BY-4.0"});
  CHECK(open.answer == Answer::permit);
  CHECK(open.properties.attribution == Attribution::yes);
  CHECK(open.properties.use == LicenceUse::all);
  CHECK(open.duties == std::vector<Duty>{{"attribute", "CC-BY-4.0"}});

  const auto research = combined({"CC-BY-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-3.0"});
  CHECK(research.answer == Answer::permit);
  CHECK(research.properties.use == LicenceUse::non_commercial);
  CHECK(research.properties.share_alike == std::vector<std::string>{"CC-BY-NC-SA"});
  // Versions of one licence are one name.
  CHECK(combined({"CC-BY-SA-3.0", "CC-BY-SA-4.0"}).answer == Answer::permit);
}

TEST_CASE("combination: what excludes each other is named by pair") {
  const auto two = combined({"CC0-1.0", "CC-BY-SA-4.0", "ODbL-1.0"});
  CHECK(two.answer == Answer::deny);
  REQUIRE(two.conflicts.size() == 1);
  CHECK(two.conflicts[0] ==
        terms::LicenceConflict{
            1, 2,
            "share-alike CC-BY-SA and ODbL-1.0: what is made of both can be under one of these "
            "alone"});
  // All may use what is under CC-BY-SA; so nothing that only some may use can be put into it.
  const auto narrow = combined({"CC-BY-NC-4.0", "CC-BY-SA-4.0"});
  CHECK(narrow.answer == Answer::deny);
  CHECK(narrow.conflicts.at(0).why ==
        "share-alike CC-BY-SA permits all use, and non-commercial use alone is permitted");
  const auto whole = combined({"MIT", "CC-BY-ND-4.0"});
  CHECK(whole.answer == Answer::deny);
  REQUIRE(whole.conflicts.size() == 1);
  CHECK(whole.conflicts[0].left == 1);
  CHECK(whole.conflicts[0].right == 1);
  // By itself, before anything is made of it, it is no conflict.
  const auto alone = read("CC-BY-ND-4.0");
  CHECK(terms::combine({&alone, 1}, Making::nothing, builtin_words())->answer == Answer::permit);
}

TEST_CASE("combination: what nobody knows is for the trustees, unless it conflicts in any case") {
  CHECK(combined({"CC-BY-4.0", "LicenseRef-own"}).answer == Answer::abstain);
  CHECK(combined({"CC-BY-4.0", "MIT WITH odd-exception"}).answer == Answer::abstain);
  const auto unknown = combined({"CC0-1.0", "LicenseRef-own"});
  CHECK(unknown.properties.use == LicenceUse::unspecified);
  CHECK(unknown.properties.attribution == Attribution::unknown);
  CHECK(combined({"CC-BY-SA-4.0", "LicenseRef-own"}).answer == Answer::abstain);
  CHECK(combined({"CC-BY-SA-4.0", "ODbL-1.0", "LicenseRef-own"}).answer == Answer::deny);
}

TEST_CASE("combination: alternatives are chosen so that they fit") {
  const auto fits = combined({"CC-BY-SA-4.0 OR ODbL-1.0", "ODbL-1.0", "MIT OR GPL-3.0-only"});
  CHECK(fits.answer == Answer::permit);
  REQUIRE(fits.chosen.size() == 3);
  CHECK(print(fits.chosen[0]) == "ODbL-1.0");
  CHECK(print(fits.chosen[2]) == "MIT");
  CHECK(print(combined({"GPL-2.0+", "GPL-3.0-only"}).chosen[0]) == "GPL-3.0-only");
  CHECK(combined({"GPL-2.0-only", "GPL-3.0-only"}).answer == Answer::deny);
  // Known before unknown, open before narrow.
  CHECK(print(combined({"LicenseRef-a OR CC-BY-NC-4.0", "MIT"}).chosen[0]) == "CC-BY-NC-4.0");
  CHECK(print(combined({"CC-BY-4.0 OR CC-BY-NC-4.0", "MIT"}).chosen[0]) == "CC-BY-4.0");
  // Each two fit, and not all three: no pair is to blame.
  const auto three = combined(
      {"CC-BY-SA-4.0 OR ODbL-1.0", "ODbL-1.0 OR GPL-3.0-only", "GPL-3.0-only OR CC-BY-SA-4.0"});
  CHECK(three.answer == Answer::deny);
  CHECK(three.conflicts.empty());
}

TEST_CASE("combination: the search finds what trying every choice finds") {
  const char* pool[] = {"CC0-1.0",      "CC-BY-4.0",       "CC-BY-SA-4.0", "ODbL-1.0", "MIT",
                        "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "odd"};
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    CAPTURE(seed);
    RandomTerms random(seed);
    std::vector<terms::LicenceExpression> inputs;
    Answer best = Answer::deny;
    std::vector<terms::LicenceProperties> all{{}};
    for (std::uint64_t i = 0; i < 2 + random.below(3); ++i) {
      std::string text = pool[random.below(std::size(pool))];
      for (std::uint64_t more = random.below(3); more > 0; --more) {
        text += std::string(" OR ") + pool[random.below(std::size(pool))];
      }
      inputs.push_back(read(text));
      std::vector<terms::LicenceProperties> next;
      const auto alternatives = terms::alternatives_of(inputs.back(), builtin_words());
      REQUIRE(alternatives);
      for (const auto& before : all) {
        for (const auto& one : *alternatives) {
          next.push_back(meet(before, terms::properties_of(one, builtin_words())));
        }
      }
      all = std::move(next);
    }
    for (const auto& one : all) {
      const bool narrows = one.use < LicenceUse::unspecified && one.use < one.share_alike_use;
      if (one.share_alike.size() > 1 || narrows || !one.may_derive) continue;
      best = terms::better(best, one.is_known ? Answer::permit : Answer::abstain);
    }
    const auto made = terms::combine(inputs, Making::derived, builtin_words());
    REQUIRE(made);
    CHECK(made->answer == best);
  }
}

TEST_CASE("combination: has limits") {
  CHECK_FALSE(terms::combine({}, Making::derived, builtin_words()));
  const std::vector<terms::LicenceExpression> many(terms::combination_inputs_max + 1, read("MIT"));
  CHECK(terms::combine(many, Making::derived, builtin_words()).error().code == Code::malformed);
  CHECK(terms::combine(std::span(many).subspan(1), Making::derived, builtin_words()));
  std::string wide = "a0";
  for (int i = 1; i < 70; ++i) wide += fmt::format(" OR a{}", i);
  const auto too_wide = read(wide);
  CHECK_FALSE(terms::combine({&too_wide, 1}, Making::derived, builtin_words()));
}

TEST_CASE("combination: what a licence for derived data leaves out") {
  const auto misses = [](const char* given, std::initializer_list<const char*> texts) {
    std::vector<terms::LicenceExpression> inputs;
    for (const auto* text : texts) inputs.push_back(read(text));
    return terms::misses_of(read(given), inputs, builtin_words());
  };
  using All = std::vector<std::string>;
  CHECK(misses("CC-BY-4.0", {"CC0-1.0", "CC-BY-4.0"}) == All{});
  CHECK(misses("CC0-1.0", {"CC-BY-4.0"}) == All{"attribution"});
  CHECK(misses("MIT", {"CC-BY-NC-SA-4.0"}) ==
        All{"non-commercial use alone", "share-alike CC-BY-NC-SA"});
  CHECK(misses("CC-BY-SA-4.0", {"CC-BY-SA-3.0", "CC-BY-4.0"}) == All{});
  // A licensee may take either.
  CHECK(misses("CC-BY-SA-4.0 OR MIT", {"CC-BY-SA-4.0"}) == All{"share-alike CC-BY-SA"});
  // And so may who derives.
  CHECK(misses("ODbL-1.0", {"CC-BY-SA-4.0 OR ODbL-1.0"}) == All{});
  CHECK(misses("LicenseRef-own", {"CC-BY-NC-SA-4.0"}) == All{});
  CHECK(misses("MIT", {"CC-BY-ND-4.0"}).error().code == Code::conflict);
}

/// Where the Data Provenance Collection's classes differ from the table, and why.
struct Difference {
  const char* name;
  const char* id;
  const char* why;
};
constexpr Difference differences[] = {
    {"CC BY-ND 4.0", "CC-BY-ND-4.0", "no derivatives is no share-alike: a property of its own"},
    {"EPL 1.0", "EPL-1.0", "§3: distributed sources stay under it, which is share-alike"},
    {"LGPL 2.1", "LGPL-2.1-only", "§2: works based on it stay under it"},
    {"LGPL 3.0", "LGPL-3.0-only", "the same"},
    {"MPL 2.0", "MPL-2.0", "§3.1: covered files stay under it"},
    {"MIT", "MIT", "its notice must be kept; the collection says so under 'MIT License'"},
};

/// The names of the collection as ids of the SPDX list; those it has no id for are left out.
std::string id_of(std::string name) {
  static const std::map<std::string, std::string> known = {
      {"Academic Free License v3.0", "AFL-3.0"},
      {"Apache License 2.0", "Apache-2.0"},
      {"Artistic License 2.0", "Artistic-2.0"},
      {"BSD 2-Clause License", "BSD-2-Clause"},
      {"BSD 3-Clause License", "BSD-3-Clause"},
      {"C-UDA", "C-UDA-1.0"},
      {"GNU General Public License v2.0", "GPL-2.0"},
      {"GNU General Public License v3.0", "GPL-3.0"},
      {"ISC License", "ISC"},
      {"MIT License", "MIT"},
      {"ODC BY 1.0", "ODC-By-1.0"},
      {"OGL 3.0", "OGL-UK-3.0"},
  };
  if (const auto found = known.find(name); found != known.end()) return found->second;
  if (name.starts_with("CC0 ") || name.starts_with("CC BY") || name.starts_with("CDLA")) {
    std::ranges::replace(name, ' ', '-');
  }
  std::ranges::replace(name, ' ', '-');
  return name;
}

TEST_CASE("combination: the classes of the Data Provenance Collection, but for those argued") {
  const auto path = find_data("dpc-constants/license_classes.json", "licence classes");
  if (!path) return;
  const auto text = read_file(*path, 1 << 20);
  REQUIRE(text);
  const auto file = document::parse(as_text(*text), "license_classes.json");
  REQUIRE(file);
  std::size_t compared = 0;
  std::size_t unknown = 0;
  for (const auto& item : file->root.items) {
    CAPTURE(item.key);
    const terms::LicenceTerm* row = builtin_words().find_licence(id_of(item.key));
    if (!row) {
      // Custom terms, companies' own, and classes that are no licence: the trustees read them.
      ++unknown;
      const Request request = RandomTerms(1).request();
      const std::vector<Licence> licences = {{.expression = item.key}};
      const Party party;
      const auto said = terms::specified({}, licences, {request, party, RecordId{}, {}});
      CHECK(said.of(terms::LayerKind::licence) == Answer::abstain);
      continue;
    }
    ++compared;
    const std::string use = row->use == LicenceUse::all ? "All" : "NC";
    const bool is_same = item.items.at(0).text == use &&
                         (item.items.at(1).text == "1") == (row->attribution == Attribution::yes) &&
                         (item.items.at(2).text == "1") == !row->share_alike.empty();
    const bool is_argued = std::ranges::any_of(
        differences, [&](const auto& one) { return one.name == item.key && one.id == row->id; });
    CHECK(is_same != is_argued);
  }
  CHECK(compared == 37);
  CHECK(unknown == 29);
}

}  // namespace
}  // namespace usufruct
