#include "trustee/terms/term.h"

namespace usufruct::terms {

Result<Term> read_term(const document::File& file, const document::Node& node) {
  auto fields = TRY(document::Fields::of(file, node));
  Term term;
  term.id = TRY(fields.text("id"));
  term.parents = TRY(fields.texts("parents"));
  auto texts = TRY(read_row_texts(fields));
  term.labels = std::move(texts.labels);
  term.definitions = std::move(texts.definitions);
  term.same_as = TRY(fields.texts("same_as"));
  term.near = TRY(fields.texts("near"));
  CHECK_OK(fields.finish());
  return term;
}

std::string_view without_prefix(std::string_view id) {
  const auto colon = id.find(':');
  return colon == std::string_view::npos ? id : id.substr(colon + 1);
}

}  // namespace usufruct::terms
