#include "trustee/terms/import/rsl_offer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/import/rsl_element.h"
#include "trustee/terms/money.h"

namespace usufruct::terms {
namespace {

using document::Element;

constexpr std::array<std::string_view, 1> type_alone = {"type"};
constexpr std::array<std::string_view, 1> currency_alone = {"currency"};
constexpr std::array<std::string_view, 2> of_reporting = {"type", "endpoint"};

/// Words between spaces or commas: the drafts had commas.
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    const bool is_between = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',';
    if (!is_between) word += c;
    if (is_between && !word.empty()) words.push_back(std::exchange(word, ""));
  }
  if (!word.empty()) words.push_back(word);
  return words;
}

void add_to(std::vector<std::string>& words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  sort_once(words);
}

/// Reads one licence.
class OfferReader {
 public:
  explicit OfferReader(Signal& signal) : signal_(signal) {}

  RslOffer read(const Element& licence) && {
    doubt(licence, {.children = true});
    for (const auto& child : licence.children) {
      if (child.space != rsl_space) {
        tell_or_refuse(child, signal_);
      } else if (child.name == "permits" || child.name == "prohibits") {
        read_limit(child);
      } else if (child.name == "payment") {
        read_payment(child);
      } else if (child.name == "reporting") {
        read_reporting(child);
      } else {
        tell_or_refuse(child, signal_);
      }
    }
    return std::move(offer_);
  }

 private:
  const Vocabulary& vocabulary() const { return signal_.vocabulary(); }

  /// What is not read of an element may limit what the licence permits.
  void doubt(const Element& element, const ElementReading& reading) {
    for (const auto& one : unread_in(element, reading)) {
      offer_.questions.push_back(fmt::format("does '{}' of <{}> leave room for this?",
                                             printable(one, 80), printable(element.name, 20)));
      signal_.tell(fmt::format("{}: {}", element.name, one), Fidelity::refused, "ask",
                   "it is not read there");
    }
  }

  void read_reporting(const Element& reporting) {
    doubt(reporting, {.attributes = of_reporting, .text = true});
    const std::string endpoint(reporting.attribute("endpoint"));
    const Meaning duty = vocabulary().meaning_of(Scheme::duty, "rsl:reporting");
    for (const auto& word : duty.words) {
      add_duty(word, printable(endpoint));
      signal_.tell(written(reporting), Fidelity::approximated, "duty " + word,
                   "how it is reported is not checked");
    }
  }

  void read_limit(const Element& element) {
    const auto type = element.attribute("type");
    const bool permits = element.name == "permits";
    const ElementReading reading{.attributes = type_alone, .text = true};
    if (permits) {
      doubt(element, reading);
    } else {
      // What is prohibited by it nobody knows.
      ask_of_unread(element, reading, signal_);
    }
    if (type == "usage") return read_uses(element, permits);
    if (type == "user") return read_users(element, permits);
    if (type == "geo") return read_places(element, permits);
    offer_.questions.push_back(
        fmt::format("does '{}' leave room for this?", printable(written(element), 100)));
    signal_.tell(written(element), Fidelity::refused, "ask", "no limit of that type is known");
  }

  void read_uses(const Element& element, bool permits) {
    offer_.lists_uses = offer_.lists_uses || permits;
    for (const auto& word : words_of(element.text)) {
      const Meaning meaning = vocabulary().meaning_of(Scheme::action, "rsl:" + word);
      const std::string source = fmt::format("{} {}", element.name, word);
      if (meaning.words.empty()) {
        signal_.tell_unknown(word);
        if (!permits) {
          signal_.ask(fmt::format("does '{}' leave room for this?", printable(source, 80)));
        }
        signal_.tell(source, Fidelity::refused, permits ? "no preference" : "ask",
                     "no use of that name is known");
        continue;
      }
      add_to(permits ? offer_.permitted : offer_.prohibited, meaning.words);
      signal_.tell(source, fidelity_of(meaning.is_exact),
                   in_words(permits ? "permits" : "forbids", meaning.words),
                   meaning.is_exact ? "" : "near it, not the same");
    }
  }

  void read_users(const Element& element, bool permits) {
    Clause clause{ClauseKind::actor_class, {}, 0, 0};
    for (const auto& word : words_of(element.text)) {
      const Meaning meaning = vocabulary().meaning_of(Scheme::recipient, "rsl:" + word);
      add_limit(element, word, meaning, clause, permits);
    }
    finish_limit(std::move(clause), permits);
  }

  void read_places(const Element& element, bool permits) {
    Clause clause{ClauseKind::jurisdiction, {}, 0, 0};
    for (const auto& word : words_of(element.text)) {
      const Term* place = vocabulary().find(Scheme::jurisdiction, word);
      Meaning meaning;
      if (place != nullptr) meaning.words.push_back(place->id);
      add_limit(element, word, meaning, clause, permits);
    }
    finish_limit(std::move(clause), permits);
  }

  /// A word nobody knows: left out of what is permitted, asked about in what is not.
  void add_limit(const Element& element, const std::string& word, const Meaning& meaning,
                 Clause& clause, bool permits) {
    const std::string source = fmt::format("{} {}", element.name, word);
    add_to(clause.values, meaning.words);
    if (meaning.words.empty()) {
      offer_.questions.push_back(
          fmt::format("does '{}' leave room for this?", printable(source, 80)));
      return signal_.tell(source, Fidelity::refused, "ask", "no such word is known");
    }
    signal_.tell(source, fidelity_of(meaning.is_exact && permits),
                 fmt::format("{} {}", permits ? "only" : "not", join(meaning.words, " ")),
                 permits ? meaning.is_exact ? "" : "near it, not the same"
                         : "refused to them under every licence of the asset");
  }

  void finish_limit(Clause clause, bool permits) {
    if (clause.values.empty()) {
      offer_.is_void = offer_.is_void || permits;
    } else {
      add(permits ? offer_.clauses : offer_.refusals, std::move(clause));
    }
  }

  /// An offer of more conditions than are read is nobody's.
  template <class Item>
  void add(std::vector<Item>& items, Item item) {
    if (std::ranges::find(items, item) != items.end()) return;
    if (items.size() < offer_limits_max) return items.push_back(std::move(item));
    offer_.is_void = true;
    signal_.tell("license", Fidelity::refused, "nothing is permitted by it",
                 "it has more conditions than are read");
  }
  void add_duty(const std::string& word, std::string detail) {
    add(offer_.duties, Duty{word, std::move(detail)});
  }

  void read_payment(const Element& payment) {
    doubt(payment, {.attributes = type_alone, .children = true});
    const auto type = payment.attribute("type");
    const Meaning duty = vocabulary().meaning_of(Scheme::duty, fmt::format("rsl:{}", type));
    const bool is_free = type == "free";
    if (is_free && payment.children.empty()) {
      return signal_.tell(written(payment), Fidelity::mapped, "no price");
    }
    std::string where;
    const Element* amount = nullptr;
    for (const auto& child : payment.children) {
      const bool is_amount = child.name == "amount" && child.space == rsl_space;
      if (is_amount && amount == nullptr && !is_free) {
        amount = &child;
      } else {
        where += fmt::format(" {} {}", child.name, child.text);
      }
      doubt(child, {.attributes = currency_alone, .text = true});
    }
    for (const auto& word : duty.words) {
      add_duty(word, printable(trim(where)));
      signal_.tell(written(payment), Fidelity::approximated, "duty " + word,
                   "how is in the licence's own words");
    }
    if (!duty.words.empty() && amount == nullptr) return;
    if (amount != nullptr && add_price(payment, *amount)) {
      if (where.empty()) return;
    }
    const std::string said =
        amount == nullptr ? "" : fmt::format(" {} {}", amount->text, amount->attribute("currency"));
    offer_.questions.push_back(fmt::format("is it paid for ({}{}{})?", printable(type, 40),
                                           printable(said, 60), printable(where)));
    signal_.tell(written(payment) + where, Fidelity::refused, "ask",
                 is_free ? "it is free, and something is asked all the same"
                         : "what is to be paid is for people to agree on");
  }

  /// A price of a release, where the amount is one that can be offered.
  bool add_price(const Element& payment, const Element& amount) {
    const std::string currency(amount.attribute("currency"));
    if (!is_currency(currency)) return false;
    const auto value = parse_amount(amount.text, currency);
    if (!value || *value <= 0) return false;
    add(offer_.clauses, Clause{ClauseKind::price, {currency}, *value, 0});
    signal_.tell(fmt::format("{} {} {}", written(payment), amount.text, currency),
                 Fidelity::approximated, fmt::format("price of {} {}", amount.text, currency),
                 fmt::format("it is the price of each release, not of each {}",
                             printable(payment.attribute("type"), 40)));
    return true;
  }

  Signal& signal_;
  RslOffer offer_;
};

}  // namespace

RslOffer read_offer(const Element& licence, Signal& signal) {
  return OfferReader(signal).read(licence);
}

}  // namespace usufruct::terms
