#include "cli/release_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "cli/table.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/released_floor.h"

namespace usufruct::cli {
namespace {

/// `2/4`, or `1-3/4` where the classes show several levels; of 4, the last is `*`.
std::string level_of(const Recoding& recoding) {
  if (recoding.role != ColumnRole::quasi_identifier) return "";
  const std::string shown = recoding.level_min == recoding.level_max
                                ? std::to_string(recoding.level_min)
                                : fmt::format("{}-{}", recoding.level_min, recoding.level_max);
  return fmt::format("{}/{}", shown, recoding.levels == 0 ? 0 : recoding.levels - 1);
}

std::string loss_of(const Recoding& recoding) {
  return recoding.role == ColumnRole::quasi_identifier ? print_ppm(recoding.loss_ppm) : "";
}

std::string rows(const Release& release) {
  return fmt::format(
      "rows        {} in the table\n"
      "            {} dropped: no consent covers this use\n"
      "            {} suppressed to reach the floor\n"
      "            {} released\n",
      print_count(release.rows_input), print_count(release.rows_input - release.rows_consented),
      print_count(release.rows_suppressed), print_count(release.rows_released));
}

std::string risks(const Release& release) {
  std::string text = fmt::format(
      "k           {} (the smallest group that looks alike)\n"
      "risk        {} at most, {} on average, that a row is matched to its person\n",
      release.k, print_ppm(release.highest_risk_ppm), print_ppm(release.average_risk_ppm));
  if (release.journalist_risk_ppm != 0) {
    text += fmt::format(
        "            {} at most, {} on average, by who does not know who is in the table\n",
        print_ppm(release.journalist_risk_ppm), print_ppm(release.marketer_risk_ppm));
  }
  if (release.sample_uniques != 0) {
    text += fmt::format("            {} alone of its kind in the table\n",
                        count_of(release.sample_uniques, "row"));
  }
  if (release.population_uniques_ppm != 0) {
    text += fmt::format("            {} of the people estimated to be alone in the population\n",
                        print_ppm(release.population_uniques_ppm));
  }
  return text;
}

std::string models(const Release& release) {
  std::string text;
  for (const auto& met : release.met) {
    if (met.model == PrivacyModel::personalised_k) {
      text += fmt::format("            {}: met, each row has what it asks\n", print_model(met));
      continue;
    }
    text += fmt::format("{}{}: {} reached, {} asked{}\n",
                        text.empty() ? "met         " : "            ", print_model(met),
                        print_model_value(met.model, met.achieved),
                        print_model_value(met.model, met.demanded),
                        met.l == 0 ? "" : fmt::format(" with l {}", met.l));
  }
  return text;
}

std::string limit_of(const Release& release) {
  if (release.proven_optimal) return "; no recoding of its kind keeps more";
  return fmt::format("; none of its kind keeps more than {}: a gap of {}",
                     print_ppm(1'000'000 - release.loss_bound_ppm), print_ppm(release.gap_ppm));
}

/// Whether the quality is not the plain mean over the columns: the owner weighs them.
bool is_weighted(const Release& release) {
  std::int64_t columns = 0;
  std::int64_t off = 0;
  for (const auto& column : release.recipe) {
    if (column.role != ColumnRole::quasi_identifier) continue;
    ++columns;
    off += std::int64_t{column.loss_ppm} + release.quality_ppm - 1'000'000;
  }
  return std::abs(off) > columns;
}

std::string quality(const Release& release) {
  return fmt::format(
      "quality     {} of the detail is left{}{}\n"
      "            precision {}; groups of {}.{:03} rows on average\n",
      print_ppm(release.quality_ppm),
      is_weighted(release) ? ", as the owner weighs the columns" : "", limit_of(release),
      print_ppm(release.precision_ppm), release.average_class_size_milli / 1'000,
      release.average_class_size_milli % 1'000);
}

std::string beside(const Release& release) {
  if (release.composition.empty()) return "";
  const auto worst =
      std::ranges::max_element(release.composition, {}, &Composition::joint_risk_ppm);
  return fmt::format(
      "beside      {} of the dataset: with the worst of them, a row is matched with a risk of {}\n"
      "            at most, and {} of it at most stand alone\n",
      count_of(release.composition.size(), "earlier release"), print_ppm(worst->joint_risk_ppm),
      count_of(worst->uniques, "row"));
}

std::string making(Context& context, const Release& release) {
  std::string text = fmt::format("made        as {}: {} recoding, code version {}\n",
                                 printable(release.format, 40), printable(release.algorithm, 60),
                                 printable(release.code_version, 40));
  if (release.reuses) {
    text += fmt::format("            with the recoding of {} again\n",
                        context.name_of({*release.reuses}));
  }
  if (release.fingerprint_sha256) text += "            with a mark that names its recipient\n";
  return text;
}

Json json_of(const Met& met) {
  return Json::object()
      .set("model", name_of(met.model))
      .set("column", met.column)
      .set("demanded", met.demanded)
      .set("achieved", met.achieved)
      .set("l", met.l);
}

Json json_of(const Composition& beside) {
  return Json::object()
      .set("release", to_hex(beside.release))
      .set("uniques", beside.uniques)
      .set("joint_risk_ppm", beside.joint_risk_ppm);
}

Json json_of(const Recoding& column) {
  return Json::object()
      .set("name", column.column)
      .set("role", name_of(column.role))
      .set("level_min", column.level_min)
      .set("level_max", column.level_max)
      .set("levels", column.levels)
      .set("loss_ppm", column.loss_ppm);
}

template <class T>
Json list_of(const std::vector<T>& items) {
  Json list = Json::array();
  for (const auto& item : items) list.push(json_of(item));
  return list;
}

Json digest_of(const std::optional<Digest>& digest) {
  return digest ? Json(print_digest(*digest)) : Json();
}

void add_certificate(const Release& release, Json& json) {
  json.set("format", release.format)
      .set("algorithm", release.algorithm)
      .set("code_version", release.code_version)
      .set("loss_bound_ppm", release.loss_bound_ppm)
      .set("gap_ppm", release.gap_ppm)
      .set("met", list_of(release.met))
      .set("marketer_risk_ppm", release.marketer_risk_ppm)
      .set("journalist_risk_ppm", release.journalist_risk_ppm)
      .set("sample_uniques", release.sample_uniques)
      .set("population_uniques_ppm", release.population_uniques_ppm)
      .set("precision_ppm", release.precision_ppm)
      .set("entropy_ppm", release.entropy_ppm)
      .set("average_class_size_milli", release.average_class_size_milli)
      .set("discernibility", release.discernibility)
      .set("recoding_sha256", digest_of(release.recoding_sha256))
      .set("report_sha256", digest_of(release.report_sha256))
      .set("composition", list_of(release.composition))
      .set("reuses", digest_of(release.reuses))
      .set("fingerprint_sha256", digest_of(release.fingerprint_sha256));
}

}  // namespace

std::string facts_of(Context& context, const Release& release) {
  Table recipe({"column", "role", "level", "loss"});
  for (const auto& column : release.recipe) {
    recipe.add({column.column, name_of(column.role), level_of(column), loss_of(column)});
  }
  return rows(release) + risks(release) + models(release) + quality(release) + beside(release) +
         making(context, release) + "\n" + recipe.print();
}

Json json_of(const Release& release) {
  Json json = Json::object()
                  .set("rows_input", release.rows_input)
                  .set("rows_without_consent", release.rows_input - release.rows_consented)
                  .set("rows_suppressed", release.rows_suppressed)
                  .set("rows_released", release.rows_released)
                  .set("k", release.k)
                  .set("l_distinct", release.l_distinct)
                  .set("classes", release.classes)
                  .set("highest_risk_ppm", release.highest_risk_ppm)
                  .set("average_risk_ppm", release.average_risk_ppm)
                  .set("quality_ppm", release.quality_ppm)
                  .set("proven_optimal", release.proven_optimal)
                  .set("package_sha256", digest_of(release.package_sha256))
                  .set("columns", list_of(release.recipe));
  add_certificate(release, json);
  return json;
}

}  // namespace usufruct::cli
