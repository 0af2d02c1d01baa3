// The search judges classes with fast code of its own, the measuring side by the definitions: one
// yes where the other says no would refuse a good release, or search in vain.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/trustee/anonymise/measure/planted.h"
#include "trustee/anonymise/recode/model.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

const std::vector<std::string> ills{"flu", "cold", "gout", "arthritis"};
const std::vector<std::string> pays{"900", "950", "1000", "1050"};

/// One class of so many rows, by illness and pay: rows[ill · 4 + pay].
using ClassRows = std::vector<std::uint32_t>;

ClassRows random_class(SeededChance& chance) {
  ClassRows rows(16);
  for (std::uint64_t left = 1 + draw(chance, 12); left > 0; --left)
    ++rows[std::min(draw(chance, 16), draw(chance, 16))];
  return rows;
}

struct Whole {
  std::vector<std::uint64_t> ill = std::vector<std::uint64_t>(4);
  std::vector<std::uint64_t> pay = std::vector<std::uint64_t>(4);
  std::uint64_t rows = 0;

  void add(const ClassRows& of) {
    for (std::size_t i = 0; i < 16; ++i) {
      ill[i / 4] += of[i];
      pay[i % 4] += of[i];
      rows += of[i];
    }
  }
};

Histogram histogram_of(const Whole& whole, const std::vector<std::uint32_t>& asked) {
  Histogram made;
  made.hierarchies.push_back(*Hierarchy::parse("A;*\n"));
  Histogram::Sensitive ill{.name = "ill", .values = ills, .counts = whole.ill};
  Histogram::Sensitive pay{.name = "pay", .values = pays, .counts = whole.pay};
  ill.distance = Distance::hierarchical;
  pay.distance = Distance::ordered;
  for (std::size_t level = 0; level < ill_tree().level_count(); ++level) {
    ill.tree.emplace_back();
    for (const std::string& value : ills)
      ill.tree.back().push_back(ill_tree().group_of(level, *ill_tree().find(value)));
  }
  // A tuple for each k that is asked, with an atom for each combination.
  for (std::uint32_t tuple = 0; tuple < asked.size(); ++tuple) {
    made.counts.push_back(0);
    for (std::uint32_t i = 0; i < 16; ++i) made.atoms.push_back({tuple, i, 0});
  }
  for (std::uint32_t i = 0; i < 16; ++i) {
    ill.value.push_back(i / 4);
    pay.value.push_back(i % 4);
  }
  made.sensitive = {ill, pay};
  made.leaves = {std::vector<std::uint32_t>(asked.size(), 0)};
  made.k_asked = asked;
  made.rows = whole.rows;
  return made;
}

/// A floor that asks for just about what the class has: the bound is met or missed by a unit.
Floor floor_near(const ClassRows& of, const Whole& whole, std::size_t kind, SeededChance& chance) {
  const auto near = [&](double value, double unit) {
    const double units = std::isfinite(value) ? std::round(value * unit) : 1000;
    return static_cast<std::uint32_t>(
        std::max(1.0, units - 1 + static_cast<double>(draw(chance, 3))));
  };
  Counts p;
  Counts q;
  for (std::size_t i = 0; i < 16; ++i)
    if (of[i] > 0) p[ills[i / 4]] += of[i];
  for (std::size_t v = 0; v < 4; ++v)
    if (whole.ill[v] > 0) q[ills[v]] += static_cast<double>(whole.ill[v]);
  Floor floor{.k = 1, .suppression_max_per_10000 = 10'000};
  switch (kind) {
    case 0:
      floor.k = near(total(p), 1);
      break;
    case 1:
      floor.l_distinct = near(static_cast<double>(p.size()), 1);
      break;
    case 2:
      floor.l_entropy_milli = near(entropy(p), 1e3);
      break;
    case 3:
      floor.l_recursive = static_cast<std::uint32_t>(1 + draw(chance, 3));
      floor.c_recursive_milli = near(recursive(p, floor.l_recursive), 1e3);
      break;
    case 4:
      floor.t_closeness_ppm = near(hierarchical_emd(p, q, ill_tree()), 1e6);
      break;
    case 5:
      floor.delta_disclosure_milli = near(delta(p, q), 1e3);
      break;
    case 6:
      floor.beta_likeness_milli = near(beta(p, q), 1e3);
      break;
    default:
      floor.beta_enhanced_milli = near(beta(p, q), 1e3);
      break;
  }
  return floor;
}

/// The class alone as a release, everybody else suppressed.
bool is_measured_good(const ClassRows& of, const Whole& whole, const Floor& floor,
                      std::uint32_t asked) {
  std::string text = "age,ill,pay\n";
  std::uint64_t rows = 0;
  for (std::size_t i = 0; i < 16; ++i)
    for (std::uint32_t n = 0; n < of[i]; ++n, ++rows)
      text += "A," + ills[i / 4] + "," + pays[i % 4] + "\n";
  MeasureOptions options{.quasi_identifiers = {"age"},
                         .sensitive = {"ill", "pay"},
                         .rows_suppressed = whole.rows - rows,
                         .floor = floor};
  options.sensitive_input.resize(2);
  for (std::size_t v = 0; v < 4; ++v) {
    options.sensitive_input[0].counts.push_back({ills[v], whole.ill[v]});
    options.sensitive_input[1].counts.push_back({pays[v], whole.pay[v]});
  }
  options.sensitive_input[0].distance = Distance::hierarchical;
  options.sensitive_input[0].hierarchy = &ill_tree();
  options.sensitive_input[1].distance = Distance::ordered;
  options.k_asked = [&](std::uint64_t) { return asked; };
  const auto found = measure(as_view(text), options);
  REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
  return check_floor(*found, floor).has_value();
}

}  // namespace

TEST_CASE("agreement: the search and the check judge every class alike, at its very bounds") {
  std::size_t good = 0;
  std::size_t bad = 0;
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    CAPTURE(seed);
    SeededChance chance(seed);
    const ClassRows of = random_class(chance);
    Whole whole;
    whole.add(of);
    for (std::uint64_t others = draw(chance, 6); others > 0; --others)
      whole.add(random_class(chance));
    const Floor floor = floor_near(of, whole, seed % 8, chance);
    std::uint32_t rows = 0;
    for (const std::uint32_t n : of) rows += n;
    const std::vector<std::uint32_t> asked{
        1, static_cast<std::uint32_t>(std::max<std::uint64_t>(1, rows + draw(chance, 8)) / 4 * 2)};
    const Histogram histogram = histogram_of(whole, asked);
    const auto tuple = static_cast<std::uint32_t>(draw(chance, 2));
    Judge judge(histogram, floor);
    for (std::uint32_t i = 0; i < 16; ++i)
      if (of[i] > 0) judge.add(tuple * 16 + i, of[i]);
    const bool is_good = is_measured_good(of, whole, floor, asked[tuple]);
    CHECK(judge.holds() == is_good);
    (is_good ? good : bad) += 1;
  }
  CHECK(good > 500);
  CHECK(bad > 500);
}
