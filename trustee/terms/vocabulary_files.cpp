// Reads the files of a vocabulary; what is made of them: vocabulary.cpp.
#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/document/fields.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {
namespace {

Result<Term> read_term(const document::File& file, const document::Node& node) {
  auto fields = TRY(document::Fields::of(file, node));
  Term term;
  term.id = TRY(fields.text("id"));
  term.parents = TRY(fields.texts("parents"));
  term.label_en = TRY(fields.text_or("en", ""));
  term.label_zh = TRY(fields.text_or("zh", ""));
  term.definition_en = TRY(fields.text_or("definition_en", ""));
  term.definition_zh = TRY(fields.text_or("definition_zh", ""));
  term.same_as = TRY(fields.texts("same_as"));
  term.near = TRY(fields.texts("near"));
  CHECK_OK(fields.finish());
  return term;
}

}  // namespace

const Vocabulary& Vocabulary::builtin() {
  static const Vocabulary vocabulary = [] {
    auto parsed = parse(embedded_vocabulary());
    CHECK_THAT(parsed.has_value());
    return std::move(*parsed);
  }();
  return vocabulary;
}

Result<Vocabulary> Vocabulary::parse(const VocabularyFiles& files) {
  Vocabulary vocabulary;
  for (const auto& [name, text] : files) {
    if (name == "licences.yaml") {
      CHECK_OK(vocabulary.read_licences(name, text));
    } else if (name == "messages.yaml") {
      CHECK_OK(vocabulary.read_messages(name, text));
    } else if (name == "crawlers.yaml") {
      CHECK_OK(vocabulary.read_crawlers(name, text));
    } else if (name == "labels.yaml") {
      CHECK_OK(vocabulary.read_labels(name, text));
    } else {
      CHECK_OK(vocabulary.read(name, text));
    }
  }
  CHECK_OK(vocabulary.close());
  return vocabulary;
}

Result<void> Vocabulary::read(std::string_view name, std::string_view text) {
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(document::Fields::of(file, file.root));
  const std::string scheme = TRY(fields.text("scheme"));
  std::size_t place = 0;
  while (place < scheme_count && name_of(static_cast<Scheme>(place)) != scheme) ++place;
  if (place == scheme_count) return fields.fault("scheme", "'" + scheme + "' is no scheme");
  auto& graph = graphs_[place];
  for (const auto* node : TRY(fields.sequence("terms"))) {
    graph.terms.push_back(TRY(read_term(file, *node)));
  }
  return fields.finish();
}

Result<void> Vocabulary::read_licences(std::string_view name, std::string_view text) {
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(document::Fields::of(file, file.root));
  for (const auto* node : TRY(fields.sequence("licences"))) {
    auto licence = TRY(read_licence(file, *node));
    const std::string id = licence.id;
    if (!licences_.emplace(id, std::move(licence)).second) {
      return file.fault(node->place, "'" + id + "' is written twice");
    }
  }
  for (const auto& exception : TRY(fields.texts("exceptions"))) {
    exceptions_.emplace(to_lower_ascii(exception), exception);
  }
  return fields.finish();
}

Result<void> Vocabulary::read_crawlers(std::string_view name, std::string_view text) {
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(document::Fields::of(file, file.root));
  for (const auto* node : TRY(fields.sequence("crawlers"))) {
    auto row = TRY(document::Fields::of(file, *node));
    const std::string token = to_lower_ascii(TRY(row.text("token")));
    auto actions = TRY(row.texts("actions"));
    CHECK_OK(row.finish());
    if (!crawlers_.emplace(token, std::move(actions)).second) {
      return file.fault(node->place, "'" + token + "' is written twice");
    }
  }
  return fields.finish();
}

Result<void> Vocabulary::read_labels(std::string_view name, std::string_view text) {
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(document::Fields::of(file, file.root));
  for (const auto* node : TRY(fields.sequence("labels"))) {
    auto label = TRY(read_label_term(file, *node));
    std::vector<std::string> names = label.same_as;
    names.push_back(label.id);
    for (const auto& one : names) {
      if (find_label(one)) return file.fault(node->place, "'" + one + "' is written twice");
    }
    labels_.push_back(std::move(label));
  }
  return fields.finish();
}

Result<void> Vocabulary::read_messages(std::string_view name, std::string_view text) {
  const auto file = TRY(document::parse(text, name));
  auto fields = TRY(document::Fields::of(file, file.root));
  for (const auto& item : file.root.items) {
    auto row = TRY(fields.mapping(item.key));
    if (!row) return fields.fault(item.key, "a message is missing");
    const std::string en = TRY(row->text("en"));
    messages_[item.key] = {en, TRY(row->text("zh"))};
    CHECK_OK(row->finish());
  }
  return {};
}

}  // namespace usufruct::terms
