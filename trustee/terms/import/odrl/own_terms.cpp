#include "trustee/terms/import/odrl/own_terms.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/author_floor.h"
#include "trustee/terms/author_keys.h"
#include "trustee/terms/author_words.h"
#include "trustee/terms/floor.h"
#include "trustee/terms/import/odrl/constraint.h"
#include "trustee/terms/import/odrl/operand.h"

namespace usufruct::terms::odrl {
namespace {

std::string text_of(const document::Node& item, const Source& source) {
  const auto values = source.values(item, As::literal);
  return values.size() == 1 ? values.front().text : "";
}

Result<std::uint32_t> number(const document::Node& item, const Source& source, std::int64_t most) {
  const auto value = parse_count(text_of(item, source));
  if (value && *value <= most) return static_cast<std::uint32_t>(*value);
  return source.file().fault(
      item.place, fmt::format("'{}' must be a number up to {}", printable(item.key, 60), most));
}

Result<void> read_floor(const document::Node& privacy, const Source& source, Floor& floor) {
  constexpr std::string_view prefix = "usufruct:";
  floor = {};
  for (const auto& item : privacy.items) {
    const std::string key = source.names().property(item.key);
    const std::string_view name =
        key.starts_with(prefix) ? std::string_view(key).substr(prefix.size()) : "";
    const auto bound = std::ranges::find(floor_bounds(), name, &Bound::name);
    if (bound == floor_bounds().end()) {
      return source.file().fault(item.key_place,
                                 fmt::format("'{}' is not known", printable(item.key, 60)));
    }
    floor.*bound->value = TRY(number(item, source, written_max(*bound)));
  }
  if (auto possible = check_possible(floor); !possible) {
    return source.file().fault(privacy.place, possible.error().message, possible.error().hint);
  }
  return {};
}

}  // namespace

Result<bool> read_own_term(const document::Node& item, std::string_view property,
                           const Source& source, const Vocabulary& vocabulary, Terms& terms) {
  if (property == "usufruct:privacy") {
    CHECK_OK(read_floor(item, source, terms.floor));
    return true;
  }
  if (property == "usufruct:retention") {
    const auto period = parse_duration(text_of(item, source));
    const bool is_days = period && period->is_exact() && period->first % 86'400 == 0 &&
                         period->first / 86'400 <= days_limit;
    if (!is_days) {
      return source.file().fault(item.place, "'retention' must be days",
                                 fmt::format("as P730D, at most {}", days_limit));
    }
    terms.retention_days = static_cast<std::uint32_t>(period->first / 86'400);
    return true;
  }
  if (property == "usufruct:afterWithdrawal") {
    const std::string after = text_of(item, source);
    if (after != "exclude" && after != "ask-again") {
      return source.file().fault(item.place, "'afterWithdrawal' is 'exclude' or 'ask-again'");
    }
    terms.after_withdrawal =
        after == "exclude" ? AfterWithdrawal::exclude : AfterWithdrawal::ask_again;
    return true;
  }
  if (property == "usufruct:law") {
    const auto values = source.values(item, As::iri);
    const Term* law =
        values.size() == 1 ? find_word(vocabulary, Scheme::jurisdiction, values[0].text) : nullptr;
    if (!law) return source.file().fault(item.place, "'law' must be one known jurisdiction");
    terms.law = law->id;
    return true;
  }
  if (property == "usufruct:labels") {
    terms.labels.clear();
    const auto values = source.values(item, As::literal);
    for (const auto& value : values) terms.labels.push_back(value.text);
    if (terms.labels.size() > labels_max) {
      return source.file().fault(item.place, fmt::format("more than {} labels", labels_max));
    }
    return true;
  }
  return false;
}

}  // namespace usufruct::terms::odrl
