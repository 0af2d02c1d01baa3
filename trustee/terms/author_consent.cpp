#include <algorithm>
#include <limits>

#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/document/fields.h"
#include "trustee/terms/author.h"
#include "trustee/terms/author_limits.h"
#include "trustee/terms/author_words.h"
#include "trustee/terms/consent_texts.h"

namespace usufruct::terms {
namespace {

using document::Fields;

/// The keys of a template that hold words, in the order they are printed.
struct ListKey {
  std::string_view key;
  Scheme scheme;
  std::vector<std::string> Consent::*field;
};
constexpr ListKey list_keys[] = {
    {"purposes", Scheme::purpose, &Consent::purposes},
    {"actions", Scheme::action, &Consent::actions},
    {"excluded_purposes", Scheme::purpose, &Consent::excluded_purposes},
    {"recipients", Scheme::recipient, &Consent::recipients},
    {"storage_jurisdictions", Scheme::jurisdiction, &Consent::storage_jurisdictions},
    {"processing_jurisdictions", Scheme::jurisdiction, &Consent::processing_jurisdictions},
    {"data_categories", Scheme::data_category, &Consent::data_categories}};

struct TextKey {
  std::string_view key;
  Scheme scheme;
  std::string Consent::*field;
};
constexpr TextKey text_keys[] = {
    {"legal_basis", Scheme::legal_basis, &Consent::legal_basis},
    {"consent_type", Scheme::consent_type, &Consent::consent_type},
    {"jurisdiction", Scheme::jurisdiction, &Consent::jurisdiction},
    {"collection_method", Scheme::collection_method, &Consent::collection_method},
    {"guardian_relation", Scheme::guardian_relation, &Consent::guardian_relation}};

struct DigestKey {
  std::string_view key;
  std::optional<Digest> Consent::*field;
};
constexpr DigestKey digest_keys[] = {{"notice_sha256", &Consent::notice_sha256},
                                     {"receipt_sha256", &Consent::receipt_sha256}};

Result<void> read_words(Fields& fields, const Vocabulary& vocabulary, Consent& consent) {
  for (const auto& [key, scheme, field] : list_keys) {
    auto words = TRY(known_words(fields, key, scheme, vocabulary));
    if (fields.find(key) != nullptr && words.empty()) {
      return fields.fault(key, fmt::format("'{}' lists nothing", key),
                          "leave it out, or list words");
    }
    consent.*field = std::move(words);
  }
  for (const auto& [key, scheme, field] : text_keys) {
    auto words = TRY(known_words(fields, key, scheme, vocabulary));
    if (words.size() > 1) return fields.fault(key, fmt::format("'{}' is one word", key));
    if (!words.empty()) consent.*field = std::move(words.front());
  }
  return {};
}

Result<void> read_digests(Fields& fields, Consent& consent) {
  for (const auto& [key, field] : digest_keys) {
    if (fields.find(key) == nullptr) continue;
    const auto digest = parse_digest(TRY(fields.text(key)));
    if (!digest) return fields.fault(key, digest.error().message, digest.error().hint);
    consent.*field = *digest;
  }
  return {};
}

Result<void> read_withdrawal_method(Fields& fields, const Vocabulary& vocabulary,
                                    Consent& consent) {
  const std::string written = TRY(fields.text_or("withdrawal_method", ""));
  if (written.empty()) return {};
  const Term* term = vocabulary.find(Scheme::withdrawal_method, written);
  if (term == nullptr && !is_public_address(written)) {
    return fields.fault("withdrawal_method",
                        fmt::format("'{}' says no way to withdraw", printable(written, 60)),
                        "write a word of specs/vocabulary/withdrawal-methods.yaml or an https "
                        "address without user, query and fragment");
  }
  consent.withdrawal_method = term != nullptr ? term->id : written;
  return {};
}

Result<void> read_times(Fields& fields, ConsentTemplate& out) {
  const auto age_out = TRY(fields.time("age_out"));
  if (age_out) out.consent.age_out_at = month_of(*age_out);
  if (age_out && out.consent.age_out_at.ms <= 0) {
    return fields.fault("age_out", "nobody comes of age before 1970");
  }
  auto valid = TRY(fields.mapping("valid"));
  if (!valid) return {};
  const auto from = TRY(valid->time("from"));
  const auto to = TRY(valid->time("to"));
  CHECK_OK(valid->finish());
  if (from) out.valid_from = *from;
  if (to) out.valid_to = *to;
  const bool is_told = (from || to) && out.valid_from.ms >= 0 && out.valid_to.ms >= 0;
  if (is_told && (out.valid_to.ms == 0 || out.valid_from < out.valid_to)) return {};
  return fields.fault("valid", "the time holds nothing",
                      "write '{from: 2026-01-01, to: 2028-01-01}'; 'to' is not included");
}

std::string print_words(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) {
    out += (out.empty() ? "" : ", ") + document::print_scalar(word);
  }
  return "[" + out + "]";
}

std::string print_valid(const ConsentTemplate& consent) {
  const auto bound = [](std::string_view key, Time time) {
    return time.ms == 0 ? std::string()
                        : fmt::format("{}: {}", key, document::print_scalar(print_time(time)));
  };
  const std::string from = bound("from", consent.valid_from);
  const std::string to = bound("to", consent.valid_to);
  return fmt::format("valid: {{{}{}{}}}\n", from, from.empty() || to.empty() ? "" : ", ", to);
}

std::string print_unchecked(const ConsentTemplate& from) {
  const Consent& consent = from.consent;
  std::string out;
  const auto line = [&](std::string_view key, const std::string& value) {
    out += fmt::format("{}: {}\n", key, value);
  };
  const auto text = [&](std::string_view key, const std::string& value) {
    if (!value.empty()) line(key, document::print_scalar(value));
  };
  if (consent.status != ConsentStatus::given) line("status", name_of(consent.status));
  for (const auto& [key, scheme, field] : list_keys) {
    if (!(consent.*field).empty()) line(key, print_words(consent.*field));
  }
  if (consent.retention_days != 0)
    line("retention", fmt::format("{} days", consent.retention_days));
  if (consent.asked_k != 0) line("asked_k", std::to_string(consent.asked_k));
  for (const auto& [key, scheme, field] : text_keys) text(key, consent.*field);
  text("language", consent.language);
  text("withdrawal_method", consent.withdrawal_method);
  if (consent.age_out_at.ms != 0) text("age_out", print_time(consent.age_out_at));
  if (from.valid_from.ms != 0 || from.valid_to.ms != 0) out += print_valid(from);
  for (const auto& [key, field] : digest_keys) {
    if (consent.*field) text(key, print_digest(*(consent.*field)));
  }
  if (!consent.revocable) line("revocable", "false");
  return out;
}

}  // namespace

Result<ConsentTemplate> parse_consent_template(std::string_view text, std::string_view name,
                                               const Vocabulary& vocabulary) {
  const auto file = TRY(document::parse(text, name));
  CHECK_OK(check_sizes(file));
  auto fields = TRY(Fields::of(file, file.root));
  ConsentTemplate out;
  Consent& consent = out.consent;
  const auto status = parse_name<ConsentStatus>(TRY(fields.text_or("status", "given")));
  if (!status) return fields.fault("status", status.error().message, status.error().hint);
  consent.status = *status;
  CHECK_OK(read_words(fields, vocabulary, consent));
  CHECK_OK(read_digests(fields, consent));
  CHECK_OK(read_withdrawal_method(fields, vocabulary, consent));
  CHECK_OK(read_times(fields, out));
  consent.language = TRY(fields.text_or("language", ""));
  if (!consent.language.empty() && !is_language_tag(consent.language)) {
    return fields.fault("language",
                        fmt::format("'{}' is no language tag", printable(consent.language, 60)),
                        "write BCP 47, as 'en' or 'zh-Hans'");
  }
  consent.retention_days = static_cast<std::uint32_t>(TRY(days(fields, "retention")));
  consent.asked_k = static_cast<std::uint32_t>(
      TRY(fields.integer_or("asked_k", 1, std::numeric_limits<std::uint32_t>::max(), 0)));
  if (!is_askable_k(consent.asked_k)) {
    return fields.fault("asked_k", fmt::format("{} is not asked for", consent.asked_k),
                        fmt::format("ask for one of {}", fmt::join(askable_k(), ", ")));
  }
  consent.revocable = TRY(fields.boolean_or("revocable", true));
  CHECK_OK(fields.finish());
  for (const std::string_view key : {"purposes", "actions"}) {
    const bool is_empty = (key == "actions" ? consent.actions : consent.purposes).empty();
    if (is_empty && gives_consent(consent.status)) {
      return fields.fault(key, fmt::format("'{}' lists nothing", key), "say what is agreed to");
    }
  }
  CHECK_OK(check_fits(file, consent));
  return out;
}

Result<std::string> print_consent_template(const ConsentTemplate& consent) {
  std::string text = print_unchecked(consent);
  if (text.empty()) text = "{}\n";
  const auto back =
      TRY_IN("a consent that cannot be written as a file", parse_consent_template(text, "consent"));
  if (back == consent) return text;
  return malformed("this consent cannot be written as a file and read back the same",
                   "look at the record itself");
}

}  // namespace usufruct::terms
