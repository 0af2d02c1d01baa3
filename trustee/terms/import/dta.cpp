#include "trustee/terms/import/dta.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/import/signal.h"

namespace usufruct::terms {
namespace {

using document::Kind;
using document::Node;

constexpr std::array<std::string_view, 13> use_fields = {"classification",
                                                         "consents",
                                                         "privacy-enhancing",
                                                         "privacy-indicators",
                                                         "processing-included",
                                                         "processing-excluded",
                                                         "storage-allowed",
                                                         "storage-forbidden",
                                                         "license",
                                                         "intended-purpose",
                                                         "copyright",
                                                         "patent",
                                                         "trademark"};

/// The items of a list, or the one value that stands in its place.
std::vector<const Node*> items_of(const Node* node) {
  std::vector<const Node*> items;
  if (node == nullptr || node->kind == Kind::null) return items;
  if (node->kind != Kind::sequence) return {node};
  for (const auto& item : node->items) items.push_back(&item);
  return items;
}

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == Kind::scalar ? found->text : "";
}

/// A concept: `{code: pii}`, or the code itself.
std::string code_of(const Node* node) {
  if (node == nullptr) return "";
  return node->kind == Kind::scalar ? node->text : text_of(*node, "code");
}

constexpr std::array<std::string_view, 2> of_place = {"country", "state"};
constexpr std::array<std::string_view, 7> of_concept = {"code", "name",    "title", "description",
                                                        "url",  "version", "id"};

class Hearing {
 public:
  Hearing(const Node& use, Signal& signal) : use_(use), signal_(signal) {}

  void run() {
    places();
    licence();
    purposes();
    people();
    rights();
    for (const auto& item : use_.items) {
      if (std::ranges::find(use_fields, item.key) != use_fields.end()) continue;
      signal_.ask(
          fmt::format("does '{}' of the data's use leave room for this?", printable(item.key, 60)));
      signal_.tell(item.key, Fidelity::refused, "ask", "no such use field is known");
    }
  }

 private:
  const Vocabulary& vocabulary() const { return signal_.vocabulary(); }

  /// What else an item says may be a condition.
  void ask_of_rest(std::string_view key, const Node& item,
                   std::span<const std::string_view> known) {
    for (const auto& part : item.items) {
      if (std::ranges::find(known, part.key) != known.end()) continue;
      const std::string name = part.key.empty() ? "an item" : printable(part.key, 60);
      signal_.ask(fmt::format("does '{}' of '{}' leave room for this?", name, key));
      signal_.tell(fmt::format("{}: {}", key, name), Fidelity::refused, "ask",
                   "no such part is known");
    }
  }

  // ---- where ---------------------------------------------------------------------------------

  void places() {
    bool is_stated = false;
    for (const std::string_view key : {"processing-included", "storage-allowed"}) {
      is_stated = included(key) || is_stated;
    }
    for (const std::string_view key : {"processing-excluded", "storage-forbidden"}) excluded(key);
    if (is_stated) return;
    ask_open("no requirement is stated on where it may be processed and stored: may it be there?");
  }

  /// What is stated neither way: a question, or left to the terms that these are met with.
  void ask_open(std::string question) {
    if (signal_.options().unstated != Unstated::leave) signal_.ask(std::move(question));
  }

  std::string written(std::string_view key, const Node& place) const {
    const std::string state = text_of(place, "state");
    return fmt::format("{}: {}{}{}", key, country_of(place), state.empty() ? "" : " ", state);
  }
  static std::string country_of(const Node& place) {
    return place.kind == Kind::scalar ? place.text : text_of(place, "country");
  }
  const Term* find_state(const Node& place) const {
    const std::string state = text_of(place, "state");
    if (state.empty()) return vocabulary().find(Scheme::jurisdiction, country_of(place));
    const Term* found = vocabulary().find(Scheme::jurisdiction, state);
    if (found != nullptr) return found;
    return vocabulary().find(Scheme::jurisdiction, fmt::format("{}-{}", country_of(place), state));
  }

  bool included(std::string_view key) {
    const auto items = items_of(use_.find(key));
    if (items.empty()) {
      signal_.tell(fmt::format("{}: none", key), Fidelity::approximated, "no requirement",
                   "none stated, which is neither everywhere nor nowhere");
      return false;
    }
    Clause clause{ClauseKind::jurisdiction, {}, 0, 0};
    for (const Node* item : items) {
      ask_of_rest(key, *item, of_place);
      if (const Term* place = find_state(*item)) {
        clause.values.push_back(place->id);
        signal_.tell(written(key, *item), Fidelity::approximated, "only " + place->id,
                     "where it is processed and where it is stored are one here");
      } else {
        signal_.ask(fmt::format("is what '{}' asks for met?", printable(written(key, *item), 80)));
        signal_.tell(written(key, *item), Fidelity::refused, "not permitted there, and ask",
                     "no such place is known");
      }
    }
    sort_once(clause.values);
    is_nowhere_ = is_nowhere_ || clause.values.empty();
    if (!clause.values.empty()) clauses_.push_back(std::move(clause));
    return true;
  }

  void excluded(std::string_view key) {
    const auto items = items_of(use_.find(key));
    if (items.empty()) {
      return signal_.tell(fmt::format("{}: none", key), Fidelity::mapped, "nothing is forbidden");
    }
    Clause clause{ClauseKind::jurisdiction, {}, 0, 0};
    for (const Node* item : items) {
      ask_of_rest(key, *item, of_place);
      const Term* place = find_state(*item);
      const Term* country = vocabulary().find(Scheme::jurisdiction, country_of(*item));
      if (place == nullptr && country == nullptr) {
        signal_.ask(fmt::format("is what '{}' asks for met?", printable(written(key, *item), 80)));
        signal_.tell(written(key, *item), Fidelity::refused, "ask", "no such place is known");
        continue;
      }
      const std::string& id = (place != nullptr ? place : country)->id;
      clause.values.push_back(id);
      signal_.tell(written(key, *item), fidelity_of(place != nullptr), "not " + id,
                   place != nullptr ? "" : "all of the country, as its part is no word here");
    }
    sort_once(clause.values);
    if (!clause.values.empty()) signal_.reserve({}, {clause});
  }

  // ---- under what ----------------------------------------------------------------------------

  void licence() {
    const auto items = items_of(use_.find("license"));
    const bool is_named =
        std::ranges::any_of(items, [](const Node* item) { return !code_of(item).empty(); });
    if (!is_named) {
      ask_open("no licence is named: may it be used?");
      signal_.tell("license: none", Fidelity::approximated, "no requirement",
                   "none is named, which is no leave to use it");
    }
    for (const Node* item : items) {
      ask_of_rest("license", *item, of_concept);
      const std::string name = code_of(item);
      const bool is_empty = item->kind == Kind::scalar || item->kind == Kind::null;
      if (name.empty() && is_empty) continue;
      const LicenceTerm* known = vocabulary().find_licence(name);
      if (known == nullptr) {
        signal_.ask(fmt::format("does the licence permit this: {}", printable(name)));
        signal_.tell("license: " + name, Fidelity::refused, "ask",
                     "it is no licence that is read here");
      } else {
        apply(*known);
      }
    }
  }

  void apply(const LicenceTerm& licence) {
    signal_.reserve(licence.forbid_actions);
    if (!licence.forbid_purposes.empty()) {
      signal_.reserve({}, {{ClauseKind::purpose, licence.forbid_purposes, 0, 0}});
    }
    if (!licence.ask_actions.empty()) {
      signal_.ask(fmt::format("does {} permit this?", licence.id), licence.ask_actions);
    }
    for (const auto& duty : licence.duties) duties_.push_back({duty, "under " + licence.id});
    signal_.tell("license: " + licence.id, Fidelity::mapped,
                 "what specs/vocabulary/licences.yaml has for it");
  }

  // ---- for what ------------------------------------------------------------------------------

  void purposes() {
    std::vector<std::string> actions;
    for (const Node* item : items_of(use_.find("intended-purpose"))) {
      ask_of_rest("intended-purpose", *item, of_concept);
      const std::string code = code_of(item);
      const std::string description =
          item->kind == Kind::mapping ? text_of(*item, "description") : "";
      const Meaning meaning = vocabulary().meaning_of(Scheme::action, "dta:" + code);
      const std::string source = fmt::format("intended-purpose: {}{}{}", code,
                                             description.empty() ? "" : ", ", description);
      if (meaning.words.empty()) {
        signal_.tell_unknown(description.empty() ? code : description);
        signal_.tell(source, Fidelity::refused, "no preference", "no such use is known");
        continue;
      }
      actions.insert(actions.end(), meaning.words.begin(), meaning.words.end());
      signal_.tell(source, Fidelity::approximated, in_words("permits", meaning.words),
                   "what it is intended for is taken as permitted");
    }
    if (actions.empty()) {
      signal_.tell("intended-purpose: none known", Fidelity::mapped, "no preference");
    }
    if (!is_nowhere_) signal_.allow({std::move(actions), clauses_, duties_});
  }

  // ---- of whom and whose ---------------------------------------------------------------------

  void people() {
    std::string classes;
    for (const Node* item : items_of(use_.find("classification"))) {
      const std::string code = item->kind == Kind::mapping && item->find("regulation") != nullptr
                                   ? code_of(item->find("regulation"))
                                   : code_of(item);
      if (text_of(*item, "evaluated") == "false") {
        signal_.tell("classification: " + code, Fidelity::mapped, "nothing: it is not of them");
        continue;
      }
      classes += (classes.empty() ? "" : ", ") + code;
      signal_.tell("classification: " + code, Fidelity::refused, "ask",
                   "what the law asks for such data is for people to judge");
    }
    if (!classes.empty()) {
      signal_.ask(fmt::format("the data are classified as {}: is what that asks for met?",
                              printable(classes, 120)));
    }
    for (const Node* item : items_of(use_.find("consents"))) {
      signal_.ask(fmt::format("do the consents at {} cover this?", printable(code_of(item))));
      signal_.tell("consents: " + code_of(item), Fidelity::refused, "ask", "they are not read");
    }
    for (const std::string_view key : {"privacy-enhancing", "privacy-indicators"}) {
      for (const Node* item : items_of(use_.find(key))) {
        const std::string tool = item->kind == Kind::mapping && item->find("tool") != nullptr
                                     ? code_of(item->find("tool"))
                                     : code_of(item);
        signal_.tell(fmt::format("{}: {}", key, tool), Fidelity::approximated, "nothing",
                     "it tells what was done to the data, not what a release must reach");
      }
    }
  }

  void rights() {
    for (const std::string_view key : {"copyright", "patent", "trademark"}) {
      for (const Node* item : items_of(use_.find(key))) {
        std::string text = code_of(item);
        if (text.empty() && item->items.empty()) continue;
        if (text.empty()) text = "(not read)";
        signal_.ask(fmt::format("does the {} permit this: {}", key, printable(text)));
        signal_.tell(fmt::format("{}: {}", key, text), Fidelity::refused, "ask",
                     "its terms are in the owner's own words");
      }
    }
  }

  const Node& use_;
  Signal& signal_;
  std::vector<Clause> clauses_;
  std::vector<Duty> duties_;
  bool is_nowhere_ = false;  // a list of places names none that is known
};

/// What stands beside the use of the data: where they are from, and what nobody knows.
void hear_others(const Node& root, Signal& signal) {
  for (const auto& item : root.items) {
    if (item.key == "use") continue;
    if (item.key == "source" || item.key == "provenance" || item.key == "$schema") {
      signal.tell(item.key, Fidelity::mapped, "nothing: it is no use field");
      continue;
    }
    signal.ask(fmt::format("does '{}' leave room for this?", printable(item.key, 60)));
    signal.tell(item.key, Fidelity::refused, "ask", "no such group of fields is known");
  }
}

}  // namespace

Result<Imported> read_dta(std::string_view text, const ImportOptions& options) {
  const auto file = TRY(document::parse_json(text, options.file));
  const Node* use = file.root.find("use");
  if (use == nullptr) use = &file.root;
  const bool has_any =
      use->kind == Kind::mapping && std::ranges::any_of(use->items, [](const Node& item) {
        return std::ranges::find(use_fields, item.key) != use_fields.end();
      });
  if (!has_any) {
    return file.fault(use->place, "no use field is here",
                      "give the metadata of the Data Provenance Standards, or its 'use'");
  }
  Signal signal("Imported from the use fields of the Data Provenance Standards (D&TA)", options);
  if (use != &file.root) hear_others(file.root, signal);
  Hearing(*use, signal).run();
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
