#include "trustee/terms/consent_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"
#include "trustee/terms/calendar.h"

namespace usufruct::terms {
namespace {

std::unexpected<Error> no_word(std::string_view field, std::string_view text) {
  return malformed(fmt::format("'{}' of a consent is no word: '{}'", field, printable(text, 60)),
                   "a consent holds words, language tags and https addresses only: a name, a "
                   "number or an e-mail address of a person must not come onto the ledger");
}

}  // namespace

bool is_word(std::string_view text) {
  if (text.empty() || text.size() > consent_text_bytes_max || !is_ascii_letter(text.front())) {
    return false;
  }
  return std::ranges::all_of(text, [](char c) {
    return is_ascii_letter(c) || is_ascii_digit(c) ||
           std::string_view(".:_-").find(c) != std::string_view::npos;
  });
}

bool is_public_address(std::string_view text) {
  constexpr std::string_view scheme = "https://";
  if (!text.starts_with(scheme) || text.size() > consent_text_bytes_max) return false;
  text.remove_prefix(scheme.size());
  if (text.empty() || text.front() == '/') return false;
  return std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < '\x7f' && std::string_view("@?#\\\"<>").find(c) == std::string_view::npos;
  });
}

Result<void> check_consent_texts(const Consent& consent) {
  const std::pair<std::string_view, const std::vector<std::string>*> lists[] = {
      {"purposes", &consent.purposes},
      {"actions", &consent.actions},
      {"excludedPurposes", &consent.excluded_purposes},
      {"recipients", &consent.recipients},
      {"storageJurisdictions", &consent.storage_jurisdictions},
      {"processingJurisdictions", &consent.processing_jurisdictions},
      {"dataCategories", &consent.data_categories}};
  for (const auto& [field, words] : lists) {
    for (const auto& word : *words) {
      if (!is_word(word)) return no_word(field, word);
    }
  }
  const std::pair<std::string_view, const std::string*> texts[] = {
      {"legalBasis", &consent.legal_basis},
      {"jurisdiction", &consent.jurisdiction},
      {"consentType", &consent.consent_type},
      {"collectionMethod", &consent.collection_method},
      {"guardianRelation", &consent.guardian_relation}};
  for (const auto& [field, text] : texts) {
    if (!text->empty() && !is_word(*text)) return no_word(field, *text);
  }
  if (!consent.language.empty() && !is_language_tag(consent.language)) {
    return malformed(fmt::format("'{}' is no language tag", printable(consent.language, 60)),
                     "write BCP 47, as 'en' or 'zh-Hans'");
  }
  const auto& method = consent.withdrawal_method;
  if (method.empty() || is_word(method) || is_public_address(method)) return {};
  return malformed(
      fmt::format("'{}' says no way to withdraw", printable(method, 60)),
      "write a word of the scheme withdrawal-method, or an https address without user, query and "
      "fragment; a mailbox is named on the page it leads to");
}

std::span<const std::uint32_t> askable_k() {
  static constexpr std::uint32_t all[] = {2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1'000};
  return all;
}

bool is_askable_k(std::uint32_t k) {
  return k == 0 || std::ranges::find(askable_k(), k) != askable_k().end();
}

bool begins_month(Time at) { return at.ms % day_ms == 0 && month_and_day(at) % 100 == 1; }

Time month_of(Time at) {
  // No arithmetic on what is before 1970: nobody comes of age then.
  if (at.ms < 0) return {0};
  const Time midnight{at.ms - at.ms % day_ms};
  return midnight.plus_days(1 - month_and_day(midnight) % 100);
}

}  // namespace usufruct::terms
