#include "trustee/anonymise/profile/column_profile.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace usufruct;
using namespace usufruct::anonymise;

namespace {

ColumnProfile gathered(const std::string& name, const std::vector<std::string>& rows) {
  ColumnGather gather;
  for (const std::string& row : rows) gather.add(row);
  return gather.finish(name);
}

/// `count` rows of one form.
template <class Row>
std::vector<std::string> many(int count, const Row& row) {
  std::vector<std::string> rows;
  for (int i = 0; i < count; ++i) rows.push_back(row(i));
  return rows;
}

}  // namespace

TEST_CASE("column profile: types are told by the values") {
  struct Case {
    ValueType type;
    std::vector<std::string> rows;
  };
  const std::vector<Case> cases{
      {ValueType::none, {"", ""}},
      {ValueType::boolean, {"yes", "No", "", "yes"}},
      {ValueType::boolean, {"0", "1", "1"}},
      {ValueType::whole_number, {"1", "7", "n/a", "-3"}},
      {ValueType::decimal, {"1", "2.5", "1e-3"}},
      {ValueType::date, {"1984-03-09", "1985-01-01"}},
      {ValueType::date, {"13/04/1984", "01/02/1985"}},
      {ValueType::timestamp, {"1984-03-09T10:00Z", "1985-01-01"}},
      {ValueType::postcode, {"02139", "94110", "10001"}},
      {ValueType::postcode, {"SW1A 1AA", "EC1A 1BB"}},
      {ValueType::postcode, {"1234 AB", "9999 ZZ"}},
      {ValueType::email, {"a@b.org", "x.y@z.co.uk", "none"}},
      {ValueType::phone, {"+33 6 12 34 56 78", "06 12 34 56 79"}},
      {ValueType::phone, {"(030) 123456", "030/1234567"}},
      {ValueType::url, {"https://a.org/x", "www.b.org"}},
      {ValueType::identifier, many(20, [](int i) { return fmt::format("K{:04}x", i * 7); })},
      {ValueType::identifier, many(20, [](int i) { return std::to_string(1000 + i); })},
      {ValueType::whole_number, many(20, [](int i) { return std::to_string(i * i * 37); })},
      {ValueType::category, many(20, [](int i) { return i % 3 ? "red" : "blue"; })},
      {ValueType::text, many(20, [](int i) { return fmt::format("Anna B{}", i); })},
      {ValueType::free_text,
       many(20, [](int i) { return fmt::format("came with fever on day {} of May", i); })},
  };
  for (const Case& each : cases) {
    CAPTURE(each.rows.front());
    CHECK(name_of(gathered("c", each.rows).type) == name_of(each.type));
  }
}

TEST_CASE("column profile: roles by name, in several languages and writings") {
  struct Case {
    std::string name;
    ColumnRole role;
  };
  constexpr auto identifier = ColumnRole::identifier;
  constexpr auto quasi = ColumnRole::quasi_identifier;
  constexpr auto sensitive = ColumnRole::sensitive;
  const std::vector<Case> cases{
      {"Email", identifier},
      {"E-Mail-Adresse", identifier},
      {"Prénom", identifier},
      {"Nachname", identifier},
      {"apellidos", identifier},
      {"Straße", identifier},
      {"Name", identifier},
      {"customerName", identifier},
      {"Dirección", identifier},
      {"dateOfBirth", quasi},
      {"Geburtsdatum", quasi},
      {"fecha_nacimiento", quasi},
      {"date de naissance", quasi},
      {"ZIPCode", quasi},
      {"PLZ", quasi},
      {"Edad", quasi},
      {"âge", quasi},
      {"Geschlecht", quasi},
      {"marital-status", quasi},
      {"age2", quasi},
      {"年龄", quasi},
      {"Diagnose", sensitive},
      {"diagnóstico", sensitive},
      {"salaire_net", sensitive},
      {"Einkommen", sensitive},
      {"HIV", sensitive},
      {"患者姓名", identifier},
      {"patientId", ColumnRole::subject},
      {"ID", ColumnRole::subject},
  };
  for (const Case& each : cases) {
    CAPTURE(each.name);
    CHECK(name_of(gathered(each.name, {"a", "b", "a", "b"}).suggested) == name_of(each.role));
  }
  CHECK(gathered("wagen", {"a", "b"}).reason == "it tells 100 % of all pairs of rows apart");
  CHECK(gathered("product_name", {"a", "b", "a", "b"}).suggested == quasi);
}

TEST_CASE("column profile: values outweigh the name where they name people") {
  CHECK(
      gathered("diagnosis",
               many(20, [](int i) { return fmt::format("seen by Dr. Weber on {} May, fever", i); }))
          .suggested == ColumnRole::identifier);
  CHECK(gathered("age", {"a@b.org", "c@d.org"}).reason == "its values are e-mail addresses");
  CHECK(gathered("comment", many(20, [](int i) { return fmt::format("ok {}", i); })).suggested ==
        ColumnRole::identifier);
  CHECK(gathered("comment", {"good", "bad", "good"}).suggested == ColumnRole::quasi_identifier);
}

TEST_CASE("column profile: outliers and single values are warned of") {
  auto incomes = many(100, [](int i) { return std::to_string(1000 + i % 50); });
  incomes.emplace_back("900000");
  const auto income = gathered("income", incomes);
  CHECK(income.suggested == ColumnRole::sensitive);
  CHECK(income.outlier_rows == 1);
  CHECK(income.figures.unique_rows == 1);
  REQUIRE(income.warnings.size() == 2);
  CHECK(income.warnings[0].starts_with("1 of 101 rows have a value that no other row has"));
  CHECK(income.warnings[1].starts_with("1 of 101 rows are far from all others (1000 to 900000)"));
  CHECK(gathered("income", {"1", "1", "2", "2"}).warnings.empty());
}

TEST_CASE("column profile: a hundred thousand values in a sample of a thousand") {
  ColumnGather gather(1000);
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 100'000; ++i) gather.add(fmt::format("v{}", i));
  const auto made = gather.finish("c");
  CHECK(made.figures.is_estimate);
  CHECK(made.figures.distinct > 90'000);
  CHECK(made.figures.distinct < 110'000);
  CHECK(made.figures.unique_rows == 0);
  CHECK(made.figures.uniqueness == doctest::Approx(0.5).epsilon(0.1));
  CHECK(made.figures.separation == doctest::Approx(1 - 1.0 / 199'999).epsilon(0.000001));
  CHECK(made.lowest == "v0");
  CHECK(made.highest == "v99999");
}

TEST_CASE("column profile: however the rows are dealt out, the profile is the same") {
  const auto row = [](int i) { return fmt::format("{}{}", i * 7919 % 20'011, i % 2 ? "" : ".0"); };
  ColumnGather whole(500);
  std::vector<ColumnGather> parts(3, ColumnGather(500));
  for (int i = 0; i < 30'000; ++i) {
    whole.add(row(i));
    parts[static_cast<std::size_t>(i * i % 3)].add(row(29'999 - i));
  }
  parts[2].merge(parts[0]);
  parts[2].merge(parts[1]);
  const auto one = whole.finish("c");
  const auto other = parts[2].finish("c");
  CHECK(one.figures.distinct == other.figures.distinct);
  CHECK(one.figures.unique_rows == other.figures.unique_rows);
  CHECK(one.figures.separation == other.figures.separation);
  CHECK(one.outlier_rows == other.outlier_rows);
  CHECK(one.lowest == other.lowest);
  CHECK(one.highest == other.highest);
  CHECK(one.reason == other.reason);
  CHECK(one.figures.is_estimate);
}
