#include "cli/assessment_json.h"

#include "ledger/record/names.h"

namespace usufruct::cli {

Json json_of(const terms::Assessment& assessment) {
  Json layers = Json::array();
  for (const auto& layer : assessment.layers) {
    Json reasons = Json::array();
    for (const auto& reason : layer.reasons) {
      reasons.push(Json::object()
                       .set("rule", reason.rule)
                       .set("clause", reason.kind ? Json(name_of(*reason.kind)) : Json())
                       .set("code", reason.code)
                       .set("wanted", reason.wanted)
                       .set("got", reason.got)
                       .set("truth", terms::name_of(reason.truth)));
    }
    layers.push(Json::object()
                    .set("name", layer.name)
                    .set("answer", terms::name_of(layer.answer))
                    .set("reasons", std::move(reasons)));
  }
  Json nearest = Json::array();
  for (const auto& suggestion : assessment.nearest) {
    Json changes = Json::array();
    for (const auto& change : suggestion.changes) {
      const char* kind = change.kind == terms::ChangeKind::drop  ? "drop"
                         : change.kind == terms::ChangeKind::add ? "add"
                                                                 : "set";
      changes.push(
          Json::object().set("change", kind).set("field", change.field).set("value", change.value));
    }
    nearest.push(Json::object().set("rule", suggestion.rule).set("changes", std::move(changes)));
  }
  return Json::object()
      .set("answer", terms::name_of(assessment.answer))
      .set("layers", std::move(layers))
      .set("nearest", std::move(nearest));
}

}  // namespace usufruct::cli
