#include "trustee/terms/import/plus.h"

#include <fmt/format.h>

#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/import/signal.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t values_max = 64;
constexpr std::string_view prefix = "DMI-";
constexpr std::array<std::string_view, 2> vocabulary_urls = {"http://ns.useplus.org/ldf/vocab/",
                                                             "https://ns.useplus.org/ldf/vocab/"};
constexpr std::string_view mining = "plus:DMI";
constexpr std::string_view searching = "plus:SEARCHENGINEINDEXING";

std::vector<std::string> all_uses(const Vocabulary& vocabulary) {
  auto words = vocabulary.meaning_of(Scheme::action, mining).words;
  const auto more = vocabulary.meaning_of(Scheme::action, searching).words;
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

void refuse(std::string_view value, Signal& signal) {
  signal.ask(fmt::format("does '{}' permit this?", printable(value, 100)));
  signal.tell(value, Fidelity::refused, "ask", "no such value is known");
}

/// What follows PROHIBITED-: a use, EXCEPT and a use, or SEE and where the rest is.
void hear_prohibited(std::string_view value, std::string_view scope, Signal& signal) {
  const auto& vocabulary = signal.vocabulary();
  if (scope.starts_with("SEE")) {
    signal.ask(fmt::format("does what {} points to permit this?", printable(value, 100)),
               all_uses(vocabulary));
    return signal.tell(value, Fidelity::refused, in_words("asks about", all_uses(vocabulary)),
                       "it is prohibited but for what another property says");
  }
  const bool is_exception = scope.starts_with("EXCEPT");
  if (is_exception) scope.remove_prefix(std::string_view("EXCEPT").size());
  const auto meaning = vocabulary.meaning_of(Scheme::action, fmt::format("plus:{}", scope));
  if (meaning.words.empty()) return refuse(value, signal);
  if (!is_exception) {
    signal.reserve(meaning.words);
    return signal.tell(value, Fidelity::mapped, in_words("forbids", meaning.words));
  }
  const auto mined = vocabulary.meaning_of(Scheme::action, mining).words;
  signal.reserve(mined);
  signal.allow({.actions = meaning.words});
  signal.tell(value, Fidelity::approximated,
              in_words("forbids", mined) + "; " + in_words("permits", meaning.words),
              "what is not prohibited is taken as allowed");
}

void hear(std::string_view written, Signal& signal) {
  std::string_view value = written;
  for (const auto url : vocabulary_urls) {
    if (value.starts_with(url)) value.remove_prefix(url.size());
  }
  if (!value.starts_with(prefix)) return refuse(written, signal);
  const auto said = value.substr(prefix.size());
  const auto all = all_uses(signal.vocabulary());
  if (said == "UNSPECIFIED") {
    signal.tell(written, Fidelity::mapped, "no preference");
  } else if (said == "ALLOWED") {
    const auto mined = signal.vocabulary().meaning_of(Scheme::action, mining).words;
    signal.allow({.actions = mined});
    signal.tell(written, Fidelity::mapped, in_words("permits", mined));
  } else if (said == "PROHIBITED") {
    signal.reserve(all);
    signal.tell(written, Fidelity::mapped, in_words("forbids", all));
  } else if (said.starts_with("PROHIBITED-")) {
    hear_prohibited(value, said.substr(std::string_view("PROHIBITED-").size()), signal);
  } else {
    refuse(written, signal);
  }
}

}  // namespace

Result<Imported> read_plus(std::string_view text, const ImportOptions& options) {
  Signal signal("Imported from the Data Mining property (IPTC, PLUS)", options);
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '\n' || c == '\r' || c == '\t' || c == ',') c = ' ';
  }
  std::size_t count = 0;
  for (const auto value : split(spaced, ' ')) {
    if (value.empty()) continue;
    if (++count > values_max) {
      return malformed(fmt::format("{}: more than {} values", options.file, values_max));
    }
    hear(value, signal);
  }
  if (count == 0) {
    return malformed(fmt::format("{}: no value is given", options.file),
                     "as DMI-PROHIBITED-AIMLTRAINING");
  }
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
