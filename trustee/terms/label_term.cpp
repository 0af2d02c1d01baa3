#include "trustee/terms/label_term.h"

#include <fmt/format.h>

#include <string_view>

#include "crypto/base/text.h"
#include "trustee/document/fields.h"

namespace usufruct::terms {
namespace {

Result<LabelValue> read_value(document::Fields& fields) {
  const std::string word = TRY(fields.text_or("value", ""));
  if (word.empty()) return LabelValue::none;
  if (word == "season") return LabelValue::season;
  if (word == "communities") return LabelValue::communities;
  return fields.fault("value", fmt::format("'{}' is no kind of value", printable(word, 40)),
                      "season or communities");
}

}  // namespace

Result<LabelTerm> read_label_term(const document::File& file, const document::Node& node) {
  auto fields = TRY(document::Fields::of(file, node));
  LabelTerm label;
  label.id = TRY(fields.text("id"));
  auto texts = TRY(read_row_texts(fields));
  label.labels = std::move(texts.labels);
  label.definitions = std::move(texts.definitions);
  for (const auto* key : {"en", "definition_en"}) CHECK_OK(fields.text(key));
  label.same_as = TRY(fields.texts("same_as"));
  label.classes = TRY(fields.texts("classes"));
  label.purposes = TRY(fields.texts("purposes"));
  label.forbid_purposes = TRY(fields.texts("forbid_purposes"));
  label.forbid_actions = TRY(fields.texts("forbid_actions"));
  label.duties = TRY(fields.texts("duties"));
  label.ask = TRY(fields.text_or("ask", ""));
  label.ask_purposes = TRY(fields.texts("ask_purposes"));
  label.value = TRY(read_value(fields));
  label.loss = TRY(fields.text_or("loss", ""));
  CHECK_OK(fields.finish());
  return label;
}

}  // namespace usufruct::terms
