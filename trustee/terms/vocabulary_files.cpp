// Reads the files of a vocabulary; what is made of them: vocabulary.cpp.
#include <algorithm>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/document/fields.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {
namespace {

/// Whether a file says in one language what others have: it names the language.
bool is_of_texts(const document::File& file) { return file.root.find("language") != nullptr; }

/// Where the texts of a row go.
struct Said {
  Texts* labels = nullptr;       ///< null: there is no such row
  Texts* definitions = nullptr;  ///< null: it has none
};

/// Adds the texts of one section: each a label alone, or `{label, definition}`. `row_of` finds a
/// row by its id.
template <typename RowOf>
Result<void> add_section(document::Fields& above, std::string_view section,
                         const Language& language, const RowOf& row_of) {
  auto fields = TRY(above.mapping(section));
  if (!fields) return {};
  for (const auto& item : fields->node().items) {
    const Said said = row_of(item.key);
    if (said.labels == nullptr) {
      return fields->file().fault(
          item.key_place, fmt::format("there is no {} '{}'", section, printable(item.key, 80)),
          "a file of texts says what the other files have");
    }
    const auto add = [&](document::Fields& in, std::string_view key, Texts& texts) -> Result<void> {
      if (texts.add(language, TRY(in.text(key)))) return {};
      return in.fault(key, fmt::format("it is said in '{}' already", language.tag()));
    };
    if (item.kind == document::Kind::scalar || said.definitions == nullptr) {
      CHECK_OK(add(*fields, item.key, *said.labels));
      continue;
    }
    auto row = TRY(document::Fields::of(fields->file(), item));
    if (row.find("label") != nullptr) CHECK_OK(add(row, "label", *said.labels));
    if (row.find("definition") != nullptr) CHECK_OK(add(row, "definition", *said.definitions));
    CHECK_OK(row.finish());
  }
  return {};
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
  std::vector<document::File> texts;
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
      auto file = TRY(document::parse(text, name));
      if (is_of_texts(file)) {
        texts.push_back(std::move(file));
      } else {
        CHECK_OK(vocabulary.read(file));
      }
    }
  }
  // Texts come after the digest is made: they can be about any word, and are no part of it.
  CHECK_OK(vocabulary.close());
  for (const auto& file : texts) CHECK_OK(vocabulary.read_texts_of(file));
  vocabulary.note_languages();
  return vocabulary;
}

Result<void> Vocabulary::read(const document::File& file) {
  auto fields = TRY(document::Fields::of(file, file.root));
  const std::string written = TRY(fields.text("scheme"));
  const auto scheme = scheme_named(written);
  if (!scheme) return fields.fault("scheme", "'" + written + "' is no scheme");
  auto& graph = graphs_[static_cast<std::size_t>(*scheme)];
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
    messages_[item.key] = TRY(read_texts(*row));
  }
  return {};
}

/// One language of what the other files say: `language: fr`, then a section for each scheme, one
/// for `label` and one for `message`.
Result<void> Vocabulary::read_texts_of(const document::File& file) {
  auto fields = TRY(document::Fields::of(file, file.root));
  const auto language = Language::parse(TRY(fields.text("language")));
  if (!language) return fields.fault("language", language.error().message, language.error().hint);
  for (std::size_t s = 0; s < scheme_count; ++s) {
    auto& graph = graphs_[s];
    const auto scheme = static_cast<Scheme>(s);
    CHECK_OK(add_section(fields, name_of(scheme), *language, [&graph](const std::string& word) {
      const auto place = graph.place_of(word);
      if (!place) return Said{};
      return Said{&graph.terms[*place].labels, &graph.terms[*place].definitions};
    }));
  }
  CHECK_OK(add_section(fields, "label", *language, [this](const std::string& id) {
    const auto label = std::ranges::find(labels_, id, &LabelTerm::id);
    return label == labels_.end() ? Said{} : Said{&label->labels, &label->definitions};
  }));
  CHECK_OK(add_section(fields, "message", *language, [this](const std::string& code) {
    const auto message = messages_.find(code);
    return message == messages_.end() ? Said{} : Said{&message->second, nullptr};
  }));
  return fields.finish();
}

void Vocabulary::note_languages() {
  const auto note = [this](const Texts& texts) {
    for (const auto& [language, _] : texts.all()) languages_.insert(language);
  };
  for (const auto& graph : graphs_) {
    for (const auto& term : graph.terms) {
      note(term.labels);
      note(term.definitions);
    }
  }
  for (const auto& label : labels_) {
    note(label.labels);
    note(label.definitions);
  }
  for (const auto& [_, texts] : messages_) note(texts);
}

}  // namespace usufruct::terms
