#include "trustee/terms/texts.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/explain.h"

namespace usufruct {
namespace {

using terms::Language;
using terms::Scheme;
using terms::Vocabulary;

Language in(std::string_view tag) {
  auto language = Language::parse(tag);
  REQUIRE(language);
  return *language;
}

/// The program's own files and more.
terms::VocabularyFiles with(std::string_view name, std::string_view text) {
  auto files = terms::embedded_vocabulary();
  files.insert(files.begin(), {name, text});  // before what it is about
  return files;
}

std::string fault_of(std::string_view text) {
  const auto read = Vocabulary::parse(with("texts-xx.yaml", text));
  return read ? "" : read.error().message;
}

TEST_CASE("texts: a language is a tag, in any case, and nothing else") {
  CHECK(in("FR").tag() == "fr");
  CHECK(in("zh-Hant-TW").broader() == in("zh-hant"));
  CHECK(in("zh").broader() == in("zh"));
  for (const auto* tag : {"", "x", "en-", "en--us", "e n", "english language", "fr_FR", "zh-Hans\n",
                          "123", "en-123456789", "a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r-s"}) {
    CAPTURE(tag);
    CHECK_FALSE(Language::parse(tag));
  }
}

TEST_CASE("texts: the nearest language answers, then English, then any") {
  terms::Texts texts;
  CHECK(texts.in(Language::en).empty());
  CHECK(texts.add(in("zh"), "你好"));
  CHECK(texts.in(in("fr")) == "你好");
  CHECK(texts.add(Language::en, "hello"));
  CHECK(texts.add(in("pt-BR"), "oi"));
  CHECK(texts.in(in("fr")) == "hello");
  CHECK(texts.in(in("zh-Hant-TW")) == "你好");
  CHECK(texts.in(in("pt-br-x-rio")) == "oi");
  CHECK(texts.in(in("pt")) == "hello");
  CHECK(texts.find(in("pt")) == nullptr);
  CHECK_FALSE(texts.add(in("ZH"), "您好"));
  CHECK(texts.in(in("zh")) == "你好");
}

TEST_CASE("texts: a language is added by a file, and nothing is judged by it") {
  const auto& ours = Vocabulary::builtin();
  REQUIRE_FALSE(ours.languages().contains(in("ar")));
  const auto more = Vocabulary::parse(with("texts-ar.yaml", R"(
language: ar
purpose: {AcademicResearch: {label: بحث أكاديمي, definition: بحث في مؤسسات التعليم}}
duty: {attribute: ذكر المصدر}
label: {"tk:a": {label: إسناد}}
message:
  answer-permit: مسموح
  permit-holds: تسمح به القاعدة {rule}
)"));
  REQUIRE_MESSAGE(more, more.error().message);
  CHECK(more->languages().contains(in("ar")));
  CHECK(more->label(Scheme::purpose, "dpv:AcademicResearch", in("ar-EG")) == "بحث أكاديمي");
  CHECK(more->label(Scheme::purpose, "dpv:Marketing", in("ar")) == "Marketing");
  CHECK(more->find(Scheme::purpose, "AcademicResearch")->definitions.in(in("ar")) ==
        "بحث في مؤسسات التعليم");
  CHECK(more->find_label("tka")->label(in("ar")) == "إسناد");
  // Not a byte of what judging depends on.
  CHECK(more->digest() == ours.digest());
  CHECK(more->words() == ours.words());

  Terms terms;
  terms.rules.push_back({"r", Effect::permit, {}, {{"attribute", ""}}});
  const Request request{.purposes = {"dpv:AcademicResearch"}, .actions = {"read"}};
  const Party party;
  const auto judged = terms::assess(terms, {}, {request, party, RecordId{}, Time{1}, *more});
  CHECK(judged == terms::assess(terms, {}, {request, party, RecordId{}, Time{1}}));
  // What is not said in Arabic is said in English.
  CHECK(terms::explain(judged, in("ar"), *more) ==
        "مسموح\n  - تسمح به القاعدة r\nduties taken on:\n  - ذكر المصدر\n");
  CHECK(terms::explain(judged, in("ar")) == terms::explain(judged, Language::en));
}

TEST_CASE("texts: a file of texts speaks of what is there, once, in a language") {
  CHECK(fault_of("language: xx\naction: {read: Lesen}\n").empty());
  CHECK(fault_of("language: xx\n").empty());
  CHECK(fault_of("language: fr\naction: {read: Lire}\n").find("is said in 'fr' already") !=
        std::string::npos);
  for (const auto& [text, said] :
       {std::pair<std::string_view, std::string_view>{"language: x x\naction: {read: a}\n",
                                                      "no language tag"},
        {"language: xx\naction: {reed: a}\n", "there is no action 'reed'"},
        {"language: xx\nmessage: {answer-perhaps: a}\n", "there is no message 'answer-perhaps'"},
        {"language: xx\nlabel: {\"tk:zz\": a}\n", "there is no label 'tk:zz'"},
        {"language: xx\ncolour: {red: a}\n", "colour"},
        {"language: xx\naction: {read: {lable: a}}\n", "lable"},
        {"language: xx\naction: {read: [a]}\n", "a mapping is wanted"},
        {"language: xx\nmessage: {answer-permit: {label: a}}\n", "answer-permit"},
        {"language: xx\naction: read\n", "action"},
        {"language: [xx]\n", "language"}}) {
    CAPTURE(text);
    CHECK(fault_of(text).find(said) != std::string::npos);
    CHECK(fault_of(text).starts_with("texts-xx.yaml:"));
  }
}

TEST_CASE("texts: a row has a text in any language of two letters, and no misspelt field is one") {
  const auto read = [](const std::string& row) {
    const std::string text = "scheme: flag\nterms:\n  - " + row + "\n";
    return Vocabulary::parse({{"flags.yaml", text}});
  };
  const auto good = read("{id: a, ru: А, definition_ru: Буква, pt-BR: A, definition_es: Letra}");
  REQUIRE(good);
  CHECK(good->label(Scheme::flag, "a", in("ru")) == "А");
  CHECK(good->label(Scheme::flag, "a", in("pt-br")) == "A");
  CHECK(good->find(Scheme::flag, "a")->definitions.in(in("es")) == "Letra");
  CHECK(good->languages().size() == 3);
  CHECK(good->digest() == read("{id: a}")->digest());
  for (const auto* row : {"{id: a, parent: [b]}", "{id: a, ner: [x]}", "{id: a, definition: x}",
                          "{id: a, ru: А, RU: Б}", "{id: a, ru: [А]}", "{id: a, english: A}",
                          "{id: a, definition_id: A}", "{ru: А}"}) {
    CAPTURE(row);
    CHECK_FALSE(read(row));
  }
  CHECK_FALSE(Vocabulary::parse({{"messages.yaml", "a: {fr: x}\n"}}));  // English stands in
  CHECK_FALSE(Vocabulary::parse({{"messages.yaml", "a: {en: x, e: y}\n"}}));
  CHECK(Vocabulary::parse({{"messages.yaml", "a: {en: x, id: y, yue: z}\n"}}));
}

/// The names between braces, each as often as it stands there.
std::vector<std::string> filled_in(std::string_view message) {
  std::vector<std::string> names;
  for (auto begin = message.find('{'); begin != message.npos; begin = message.find('{')) {
    const auto end = message.find('}', begin);
    REQUIRE(end != message.npos);
    names.emplace_back(message.substr(begin, end - begin + 1));
    message.remove_prefix(end);
  }
  std::ranges::sort(names);
  return names;
}

TEST_CASE("texts: every message is in English, French and Chinese, and fills in the same") {
  const auto& all = Vocabulary::builtin().messages();
  CHECK(all.size() > 100);
  for (const auto& [code, texts] : all) {
    CAPTURE(code);
    for (const auto* tag : {"en", "fr", "zh"}) CHECK(texts.all().contains(in(tag)));
    for (const auto& [language, text] : texts.all()) {
      CAPTURE(language.tag());
      CHECK(filled_in(text) == filled_in(texts.in(Language::en)));
    }
  }
}

TEST_CASE("texts: who says nothing is told so in a sentence") {
  Terms terms;
  terms.rules.push_back({"r",
                         Effect::permit,
                         {{ClauseKind::attestation, {"ethics-approval"}},
                          {ClauseKind::jurisdiction, {"EEA"}},
                          {ClauseKind::recipient, {"academic"}},
                          {ClauseKind::flag, {"children"}}},
                         {}});
  terms.rules.push_back({"f", Effect::forbid, {{ClauseKind::jurisdiction, {"US"}}}, {}});
  const Request request{.purposes = {"dpv:Marketing"}, .actions = {"read"}};
  const auto judged = terms::assess(terms, {}, {request, Party{}, RecordId{}, Time{1}});
  for (const auto& language : Vocabulary::builtin().languages()) {
    const auto text = terms::explain(judged, language);
    CAPTURE(text);
    CHECK(text.find("—") == std::string::npos);
    CHECK(text.find('{') == std::string::npos);
  }
  const auto text = terms::explain(judged, Language::en);
  CHECK(
      text.find("permits it to those who attest ethics-approval; the request attests nothing\n") !=
      std::string::npos);
}

}  // namespace
}  // namespace usufruct
