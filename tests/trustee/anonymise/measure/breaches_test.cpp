// A breach of every kind planted in the bytes of good releases. Each is caught, or the definitions
// (definitions.h) say that it is none.
#include <doctest/doctest.h>

#include "tests/trustee/anonymise/measure/planted.h"
#include "tests/trustee/anonymise/table.h"
#include "trustee/anonymise/anonymise.h"

using namespace usufruct;
using namespace usufruct::anonymise;
using namespace usufruct::anonymise::test;

namespace {

/// Whether measuring or the floor refuses these bytes.
bool is_caught(std::string_view bytes, const MeasureOptions& options, const Floor& floor) {
  const auto found = measure(as_view(bytes), options);
  return !found || !check_floor(*found, floor);
}

std::optional<Table> parse_plain(std::string_view text) {
  Table table;
  std::vector<Row> lines(1, Row(1));
  for (const char c : text) {
    if (c == '"' || c == '\r' || static_cast<unsigned char>(c) >= 0x80) return std::nullopt;
    if (c == '\n')
      lines.emplace_back(1);
    else if (c == ',')
      lines.back().emplace_back();
    else
      lines.back().back() += c;
  }
  if (lines.back() != Row(1)) return std::nullopt;  // The last line has no end.
  lines.pop_back();
  if (lines.empty()) return std::nullopt;
  table.header = lines.front();
  table.rows.assign(lines.begin() + 1, lines.end());
  for (const Row& row : table.rows)
    if (row.size() != table.header.size()) return std::nullopt;
  return table;
}

/// All that a release is claimed to be, checked slowly on the table.
bool is_sound(const Released& good, const Table& table) {
  if (table.header != good.original.table.header) return false;
  if (table.rows.size() + good.suppressed != good.original.table.rows.size()) return false;
  for (const std::size_t c : good.original.quasi) {
    const Hierarchy& tree = *good.original.trees[c];
    std::set<std::string> names;
    for (std::uint32_t g = 0; g < tree.group_count(good.node[c]); ++g)
      names.insert(tree.name(good.node[c], g));
    Counts below;
    for (const Row& row : good.original.table.rows)
      ++below[shown(good.original, row, good.node)[c]];
    for (const auto& [value, count] : counts_of(table.rows, c))
      if (!names.contains(value) || count > below[value]) return false;
  }
  for (const Sensitive& each : good.sensitive)
    for (const auto& [value, count] : counts_of(table.rows, each.column)) {
      const auto at = each.whole.find(value);
      if (at == each.whole.end() || count > at->second) return false;
    }
  for (const auto& [values, rows] : classes_of(table, good.original.quasi))
    if (!meets_floor(rows, good.sensitive, good.floor)) return false;
  const std::uint64_t kept = good.original.table.rows.size();
  return good.suppressed <= kept * good.floor.suppression_max_per_10000 / 10'000;
}

/// Changes a release in one of several ways; false when this one has nothing to change.
using Plant = std::function<bool(Released&, Table&, SeededChance&)>;

Row& any_row(Table& table, SeededChance& chance) {
  return table.rows[draw(chance, table.rows.size())];
}

struct Kind {
  std::string name;
  bool is_always_caught;
  Plant plant;
};

std::vector<Kind> kinds() {
  return {
      {"a class one row short", true,
       [](Released&, Table& table, SeededChance& chance) {
         table.rows.erase(table.rows.begin() +
                          static_cast<std::ptrdiff_t>(draw(chance, table.rows.size())));
         return true;
       }},
      {"a row twice", true,
       [](Released&, Table& table, SeededChance& chance) {
         table.rows.push_back(any_row(table, chance));
         return true;
       }},
      {"a row in the place of another", false,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance) = Row(any_row(table, chance));
         return true;
       }},
      {"a suppressed row that is back", true,
       [](Released& good, Table& table, SeededChance& chance) {
         if (good.suppressed_rows.empty()) return false;
         table.rows.push_back(good.suppressed_rows[draw(chance, good.suppressed_rows.size())]);
         return true;
       }},
      {"a suppressed row in the place of another", false,
       [](Released& good, Table& table, SeededChance& chance) {
         if (good.suppressed_rows.empty()) return false;
         any_row(table, chance) = good.suppressed_rows[draw(chance, good.suppressed_rows.size())];
         return true;
       }},
      {"a row in another class", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = draw(chance, 2);
         any_row(table, chance)[c] = std::string(any_row(table, chance)[c]);
         return true;
       }},
      {"a sensitive value of another row", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = 2 + draw(chance, 2);
         any_row(table, chance)[c] = std::string(any_row(table, chance)[c]);
         return true;
       }},
      {"two sensitive values exchanged", false,
       [](Released&, Table& table, SeededChance& chance) {
         const std::size_t c = 2 + draw(chance, 2);
         std::swap(any_row(table, chance)[c], any_row(table, chance)[c]);
         return true;
       }},
      {"a sensitive value nobody had", true,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[2] = "never seen";
         return true;
       }},
      {"a value finer than claimed", true,
       [](Released& good, Table& table, SeededChance& chance) {
         const std::size_t c = draw(chance, 2);
         if (good.node[c] == 0) return false;
         Row& row = any_row(table, chance);
         const Hierarchy& tree = *good.original.trees[c];
         const std::uint32_t level = good.node[c] - 1;
         for (std::uint32_t leaf = 0; leaf < tree.leaf_count(); ++leaf)
           if (tree.name(good.node[c], tree.group_of(good.node[c], leaf)) == row[c]) {
             row[c] = tree.name(level, tree.group_of(level, leaf));
             return true;
           }
         return false;
       }},
      {"a value no hierarchy knows", true,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[draw(chance, 2)] += " ";
         return true;
       }},
      {"an empty value", false,
       [](Released&, Table& table, SeededChance& chance) {
         any_row(table, chance)[draw(chance, 2)] = "";
         return true;
       }},
      {"two columns exchanged", true,
       [](Released&, Table& table, SeededChance&) {
         for (Row& row : table.rows) std::swap(row[0], row[3]);
         return true;
       }},
      {"two names exchanged", true,
       [](Released&, Table& table, SeededChance&) {
         std::swap(table.header[2], table.header[4]);
         return true;
       }},
      {"a column of names beside the others", true,
       [](Released& good, Table& table, SeededChance&) {
         table.header.push_back("name");
         for (std::size_t i = 0; i < table.rows.size(); ++i)
           table.rows[i].push_back("person " + std::to_string(i + good.suppressed));
         return true;
       }},
      {"a column lost", true,
       [](Released&, Table& table, SeededChance&) {
         table.header.pop_back();
         for (Row& row : table.rows) row.pop_back();
         return true;
       }},
      {"more suppressed than the floor allows", true,
       [](Released& good, Table& table, SeededChance&) {
         const std::uint64_t kept = good.original.table.rows.size();
         const std::uint64_t most = kept * good.floor.suppression_max_per_10000 / 10'000;
         while (good.suppressed <= most && !table.rows.empty()) {
           table.rows.pop_back();
           ++good.suppressed;
         }
         return good.suppressed > most;
       }},
  };
}

/// Good releases of every kind of floor.
template <class Each>
void each_good(std::uint64_t seeds, const Each& each) {
  std::size_t seen = 0;
  for (std::uint64_t seed = 0; seed < seeds; ++seed) {
    SeededChance chance(seed);
    const Original original = random_original(chance, 30 + draw(chance, 150));
    const auto good = recode(original, floor_of_kind(seed % floor_kinds, chance));
    if (!good) continue;
    CAPTURE(seed);
    ++seen;
    each(*good, chance);
  }
  CHECK(seen > seeds / 2);
}

}  // namespace

TEST_CASE("breaches: good releases pass") {
  each_good(400, [](const Released& good, SeededChance&) {
    const auto found = measure(as_view(csv_of(good.table)), options_for(good));
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto answer = check_floor(*found, good.floor);
    CHECK_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    CHECK(is_sound(good, good.table));
  });
}

TEST_CASE("breaches: every kind planted in a row or a column is caught, or is none") {
  for (const Kind& kind : kinds()) {
    CAPTURE(kind.name);
    std::size_t planted = 0;
    std::size_t caught = 0;
    each_good(240, [&](const Released& good, SeededChance& chance) {
      Released changed = good;
      if (!kind.plant(changed, changed.table, chance)) return;
      ++planted;
      auto options = options_for(changed);
      options.claims.rows_released = good.original.table.rows.size() - changed.suppressed;
      const std::string bytes = csv_of(changed.table);
      const bool is_refused = is_caught(bytes, options, good.floor);
      CHECK_MESSAGE(is_refused == !is_sound(changed, changed.table), bytes);
      if (kind.is_always_caught) CHECK_MESSAGE(is_refused, bytes);
      caught += is_refused ? 1 : 0;
    });
    CHECK(planted > 20);
    CHECK(caught > 2);
  }
}

TEST_CASE("breaches: every broken byte is caught, or is none") {
  std::size_t caught = 0;
  std::size_t harmless = 0;
  each_good(1600, [&](const Released& good, SeededChance& chance) {
    std::string bytes = csv_of(good.table);
    const std::size_t at = draw(chance, bytes.size());
    switch (draw(chance, 6)) {
      case 0:
        bytes.resize(at);  // The file is cut.
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      case 2:
        bytes.insert(at, 1, '"');
        break;
      case 3:
        bytes[at] = "\r\n,\"\x80*2 "[draw(chance, 8)];
        break;
      case 4:
        bytes.insert(at, 1, "\r\n,x"[draw(chance, 4)]);
        break;
      default:
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << draw(chance, 7));
        break;
    }
    CAPTURE(bytes);
    const auto table = parse_plain(bytes);
    const bool is_refused = is_caught(bytes, options_for(good), good.floor);
    CHECK(is_refused == !(table && is_sound(good, *table)));
    (is_refused ? caught : harmless) += 1;
  });
  CHECK(caught > 500);
  CHECK(harmless > 50);  // Notes may say what they like.
}

TEST_CASE("breaches: each model is what refuses when only it is missed") {
  // Twelve of the input's sixteen rows are ill with flu; the class shown has nothing else.
  std::string text = "age,ill\n";
  for (int i = 0; i < 8; ++i) text += "A,flu\n";
  for (int i = 0; i < 4; ++i) text += "B,flu\n";
  for (const char* ill : {"cold", "gout", "gout", "cold"}) text += std::string("B,") + ill + "\n";
  MeasureOptions options{.quasi_identifiers = {"age"}, .sensitive = {"ill"}};
  options.sensitive_input = {
      {.counts = {{"flu", 12}, {"cold", 2}, {"gout", 2}}, .distance = Distance::equal}};
  struct Case {
    Floor floor;
    std::string rule;
    std::string says;
  };
  const std::vector<Case> cases{
      {{.k = 8}, "", ""},
      {{.k = 9}, "floor-k", "the smallest class has 8 rows and the floor is k 9 (1 short)"},
      {{.l_distinct = 1}, "", ""},
      {{.l_distinct = 2}, "floor-diversity", "1 values of 'ill' and the floor is 2 (1 short)"},
      {{.l_entropy_milli = 1000}, "", ""},
      {{.l_entropy_milli = 1001},
       "floor-diversity",
       "entropy l-diversity of 'ill' is 1.000000 in a class of 8 rows and the floor is 1.001000"},
      {{.l_recursive = 1, .c_recursive_milli = 1001}, "", ""},
      // r₁ < c·r₁ is strict: equality is a breach.
      {{.l_recursive = 1, .c_recursive_milli = 1000}, "floor-diversity", "is 1.000000"},
      {{.l_recursive = 2, .c_recursive_milli = 4'000'000},
       "floor-diversity",
       "a class of 8 rows has too few values of 'ill'"},
      // ½(|1-¾| + ⅛ + ⅛) = ¼.
      {{.t_closeness_ppm = 250'000}, "", ""},
      {{.t_closeness_ppm = 249'999},
       "floor-closeness",
       "t-closeness of 'ill' is 0.250000 in a class of 8 rows and the floor is 0.249999"},
      // ln 2: cold is a quarter of class B and an eighth of all.
      {{.delta_disclosure_milli = 694}, "", ""},
      {{.delta_disclosure_milli = 693}, "floor-disclosure", "is 0.693147"},
      {{.beta_likeness_milli = 1000}, "", ""},
      {{.beta_likeness_milli = 999}, "floor-likeness", "is 1.000000"},
      // Flu gains ⅓ in class A, above -ln ¾ = 0.288: however high β is.
      {{.beta_enhanced_milli = 5000},
       "floor-likeness",
       "is 0.333333 in a class of 8 rows and the floor is 0.287682"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.says);
    options.floor = each.floor;
    const auto found = measure(as_view(text), options);
    REQUIRE_MESSAGE(found.has_value(), (found ? "" : found.error().message));
    const auto answer = check_floor(*found, each.floor);
    CHECK(answer.has_value() == each.rule.empty());
    if (answer) continue;
    CHECK(answer.error().code == Code::denied);
    CHECK(answer.error().rule == each.rule);
    CHECK_MESSAGE(answer.error().message.find(each.says) != std::string::npos,
                  answer.error().message);
  }
}

TEST_CASE("breaches: planted in what anonymise() hands over, they are caught") {
  std::size_t planted = 0;
  for (std::uint64_t seed = 0; seed < 24; ++seed) {
    CAPTURE(seed);
    SeededChance chance(seed);
    Released good{.original = random_original(chance, 200), .table = {}, .node = {}};
    good.floor = {.k = 3, .suppression_max_per_10000 = 1000, .l_distinct = 2};
    const anonymise::test::MemoryFile file(csv_of(good.original.table));
    Input input{.files = {{.path = file.path(), .format = Format::csv}},
                .columns = anonymise::test::columns("age:q city:q ill:s pay:s note:i"),
                .recoding = {.scope = Scope::full_domain}};
    input.columns[0].hierarchy = age_tree();
    input.columns[1].hierarchy = city_tree();
    std::string bytes;
    const auto made = anonymise::anonymise(
        input, good.floor, [](auto, auto) { return true; }, chance,
        [&](View piece) -> Result<void> {
          bytes += as_text(piece);
          return {};
        });
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().message));
    const auto table = parse_plain(bytes);
    REQUIRE(table.has_value());
    good.table = *table;
    good.suppressed = made->rows_suppressed();
    good.sensitive = sensitive_of(good.original.table);
    for (const ColumnOutcome& column : made->columns())
      if (column.role == ColumnRole::quasi_identifier)
        good.node.push_back(static_cast<std::uint8_t>(column.level_max));
    REQUIRE_FALSE(is_caught(bytes, options_for(good), good.floor));
    for (const Kind& kind : kinds()) {
      CAPTURE(kind.name);
      Released changed = good;
      if (!kind.plant(changed, changed.table, chance)) continue;
      auto options = options_for(changed);
      options.claims.rows_released = 200 - changed.suppressed;
      CHECK(is_caught(csv_of(changed.table), options, good.floor) ==
            !is_sound(changed, changed.table));
      ++planted;
    }
  }
  CHECK(planted > 200);
}
