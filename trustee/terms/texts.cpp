#include "trustee/terms/texts.h"

#include <fmt/format.h>

#include <optional>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

constexpr std::string_view definition_prefix = "definition_";

/// The language that a field of a row names; none when it is another field.
std::optional<Language> language_of(std::string_view key) {
  if (key == "id" || key.substr(0, key.find('-')).size() != 2) return std::nullopt;
  const auto language = Language::parse(key);
  return language ? std::optional(*language) : std::nullopt;
}

Result<void> add(document::Fields& fields, const std::string& key, const Language& language,
                 Texts& texts) {
  if (texts.add(language, TRY(fields.text(key)))) return {};
  return fields.fault(key, fmt::format("it is said twice in '{}'", language.tag()));
}

}  // namespace

bool Texts::add(const Language& language, std::string text) {
  return all_.emplace(language, std::move(text)).second;
}

const std::string* Texts::find(const Language& language) const {
  for (Language tried = language;;) {
    if (const auto found = all_.find(tried); found != all_.end()) return &found->second;
    const Language broader = tried.broader();
    if (broader == tried) return nullptr;
    tried = broader;
  }
}

std::string_view Texts::in(const Language& language) const {
  if (const auto* text = find(language)) return *text;
  if (const auto* text = find(Language::en)) return *text;
  return all_.empty() ? std::string_view() : all_.begin()->second;
}

Result<RowTexts> read_row_texts(document::Fields& fields) {
  RowTexts texts;
  for (const auto& item : fields.node().items) {
    const std::string_view key = item.key;
    const bool is_definition = key.starts_with(definition_prefix);
    const auto language = language_of(is_definition ? key.substr(definition_prefix.size()) : key);
    if (!language) continue;
    CHECK_OK(add(fields, item.key, *language, is_definition ? texts.definitions : texts.labels));
  }
  return texts;
}

Result<Texts> read_texts(document::Fields& fields) {
  Texts texts;
  for (const auto& item : fields.node().items) {
    const auto language = Language::parse(item.key);
    if (!language) return fields.fault(item.key, language.error().message, language.error().hint);
    CHECK_OK(add(fields, item.key, *language, texts));
  }
  if (texts.all().contains(Language::en)) return texts;
  return fields.fault("en", "it is not said in English, which stands in for other languages");
}

}  // namespace usufruct::terms
