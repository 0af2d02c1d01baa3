#include "cli/language.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::cli {

void add_language(CLI::App& verb, std::string& language) {
  verb.add_option("--language", language, "a BCP 47 tag, as en, fr or zh; English stands in")
      ->type_name("TAG");
}

Result<terms::Language> language_of(Context& context, const std::string& tag) {
  if (tag.empty()) return terms::Language::en;
  auto language = terms::Language::parse(tag);
  if (!language) return usage("--language: " + language.error().message, language.error().hint);
  terms::Texts there;
  std::string tags;
  for (const auto& one : terms::Vocabulary::builtin().languages()) {
    there.add(one, one.tag());
    tags += (tags.empty() ? "" : ", ") + one.tag();
  }
  if (there.find(*language) == nullptr) {
    context.output().note(fmt::format("nothing is said in '{}', so it is in English; there is {}",
                                      language->tag(), tags));
  }
  return *language;
}

}  // namespace usufruct::cli
