#include "trustee/terms/import/consent.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/consent_texts.h"
#include "trustee/terms/import/consent_account.h"
#include "trustee/terms/import/consent_events.h"
#include "trustee/terms/import/consent_fields.h"
#include "trustee/terms/import/consent_scope.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {
namespace {

using document::Node;
using Field = ConsentField;

constexpr std::string_view unknown_field = "nobody knows here whether it limits the use";
constexpr std::string_view stays = "it may name people: it stays with you";

std::string path(const std::string& above, const Node& item) {
  return above + (above.empty() ? "" : ".") + printable(local_name(item.key), 60);
}

class Reader {
 public:
  explicit Reader(const document::File& file) : file_(file), account_(file) {}

  Result<ImportedConsent> read() {
    const Node& record = account_.record();
    CHECK_OK(check_is_record(record));
    read_level(record, "");
    combine();
    settle();
    out_.lines = std::move(account_).take();
    return std::move(out_);
  }

 private:
  Result<void> check_is_record(const Node& record) const {
    for (const auto& item : record.items) {
      const auto field = consent_field_of(item.key);
      if (field == Field::processing || field == Field::purposes) return {};
    }
    return file_.fault(record.place, "this is no consent record: it names no processing",
                       "an ISO/IEC TS 27560 record has 'pii_processing', one in JSON-LD "
                       "'dpv:hasPurpose'");
  }

  /// Takes the fields of a mapping that is not a purpose.
  void read_level(const Node& node, const std::string& above) {
    for (const auto& item : node.items) {
      const std::string source = path(above, item);
      if (const auto field = consent_field_of(item.key)) {
        read_field(*field, item, source);
      } else {
        account_.block(source, std::string(unknown_field));
      }
    }
  }

  void read_field(Field field, const Node& item, const std::string& source) {
    switch (field) {
      case Field::record:
        return account_.leave_behind(
            source, "who it is stays with you: name the subject when you record it");
      case Field::processing:
        for (const auto* value : values_of(item)) read_level(*value, source);
        return;
      case Field::purposes:
        for (const auto* value : values_of(item)) read_purpose(*value, source);
        return;
      case Field::events:
        for (const auto* value : values_of(item)) {
          events_.push_back(read_consent_event(*value, source, account_));
        }
        return;
      case Field::status:
        states_.push_back(read_consent_status(item, source, account_, consent().consent_type));
        return;
      case Field::notice:
        return read_notice(item, source);
      case Field::language:
        return read_language(item, source);
      case Field::excluded:
        return read_excluded(item, source);
      case Field::revocable:
        consent().revocable = item.text != "false";
        return account_.tell(source, Fidelity::mapped,
                             fmt::format("revocable: {}", consent().revocable));
      case Field::guardian:
        return read_guardian(item, source);
      case Field::purpose_type:
      case Field::label:
      case Field::basis:
      case Field::data:
      case Field::actions:
      case Field::recipients:
      case Field::storage:
      case Field::places:
      case Field::bounds:
      case Field::storing:
      case Field::location:
      case Field::retention:
      case Field::jurisdiction:
      case Field::collection:
      case Field::withdrawal:
      case Field::personal:
      case Field::about:
        // Beside the purposes and not in one of them: it holds for all.
        return read_condition(field, item, source, common_);
    }
  }

  void read_notice(const Node& item, const std::string& source) {
    const Node* written = item.find("sha256");
    const auto digest =
        written != nullptr ? parse_digest(written->text) : Result<Digest>(malformed("no digest"));
    if (!digest) {
      return account_.leave_behind(source, "a notice is named by its digest: add notice_sha256");
    }
    consent().notice_sha256 = *digest;
    account_.tell(source, Fidelity::mapped, "notice_sha256");
  }

  void read_language(const Node& item, const std::string& source) {
    if (!is_language_tag(item.text)) {
      return account_.leave_behind(source, "it is no language tag");
    }
    consent().language = item.text;
    account_.tell(source, Fidelity::mapped, "language: " + item.text);
  }

  void read_excluded(const Node& item, const std::string& source) {
    for (const auto* value : values_of(item)) {
      const std::string word = account_.word_of(*value);
      if (const auto id = find_foreign(Scheme::purpose, word)) {
        consent().excluded_purposes.push_back(*id);
        account_.tell(source, Fidelity::mapped, "excluded_purposes: " + *id);
      } else {
        account_.block(
            source, fmt::format("'{}' is no purpose here, and was excluded", printable(word, 60)));
      }
    }
    sort_once(consent().excluded_purposes);
  }

  void read_guardian(const Node& item, const std::string& source) {
    const Node* relation = item.find("relation");
    const Node* age_out = item.find("age_out");
    const auto word = relation != nullptr ? find_foreign(Scheme::guardian_relation, relation->text)
                                          : std::nullopt;
    const auto time = age_out != nullptr ? foreign_time(age_out->text) : std::nullopt;
    if (!word || !time || month_of(*time).ms <= 0) {
      return account_.block(source, "a guardian needs a known relation and an age-out");
    }
    consent().guardian_relation = *word;
    consent().age_out_at = month_of(*time);
    account_.tell(source, Fidelity::mapped, "guardian_relation: " + *word + ", age_out");
  }

  void read_purpose(const Node& value, const std::string& source) {
    ConsentScope purpose;
    const Node& node = account_.resolve(value);
    const bool is_described = std::ranges::any_of(
        node.items, [](const Node& item) { return !item.key.starts_with('@'); });
    if (!is_described) {
      purpose.purposes = account_.permits(node, source, Scheme::purpose, "purposes");
    }
    for (const auto& item : node.items) {
      const std::string within = path(source, item);
      if (const auto field = consent_field_of(item.key)) {
        read_condition(*field, item, within, purpose);
      } else {
        account_.block(within, std::string(unknown_field));
      }
    }
    if (purpose.purposes.empty()) {
      return account_.leave_behind(source, "no word says this purpose: it is not given");
    }
    if (purpose.actions ? purpose.actions->empty() : !common_.actions) {
      return account_.leave_behind(source, "nothing that may be done for it is known here");
    }
    if (purpose.is_consent) purposes_.push_back(std::move(purpose));
  }

  void narrow(Limit& limit, Scheme scheme, const Node& item, const std::string& source,
              std::string_view into) {
    limit = meet(scheme, limit, account_.limits(item, source, scheme, into));
  }

  void read_condition(Field field, const Node& item, const std::string& source,
                      ConsentScope& scope) {
    switch (field) {
      case Field::purpose_type:
        for (auto& word : account_.permits(item, source, Scheme::purpose, "purposes")) {
          scope.purposes.push_back(std::move(word));
        }
        return;
      case Field::label:
        return read_label(item, source, scope);
      case Field::basis:
        return read_basis(item, source, scope);
      case Field::data:
        return narrow(scope.data, Scheme::data_category, item, source, "data_categories");
      case Field::actions:
        scope.actions = meet(Scheme::action, scope.actions,
                             account_.permits(item, source, Scheme::action, "actions"));
        return;
      case Field::recipients:
        return narrow(scope.recipients, Scheme::recipient, item, source, "recipients");
      case Field::storage:
      case Field::location:
        return narrow(scope.storage, Scheme::jurisdiction, item, source, "storage_jurisdictions");
      case Field::places:
        return narrow(scope.processing, Scheme::jurisdiction, item, source,
                      "processing_jurisdictions");
      case Field::bounds:
        return read_bounds(item, source, scope);
      case Field::storing:
        return read_storing(item, source, scope);
      case Field::retention:
        return read_retention(item, source, scope);
      case Field::jurisdiction:
        return account_.take_word(item, source, Scheme::jurisdiction, "jurisdiction",
                                  consent().jurisdiction);
      case Field::collection:
        return account_.take_word(item, source, Scheme::collection_method, "collection_method",
                                  consent().collection_method);
      case Field::withdrawal:
        return read_withdrawal(item, source);
      case Field::personal:
        return account_.leave_behind(source, std::string(stays));
      case Field::about:
        return;
      case Field::record:
      case Field::processing:
      case Field::purposes:
      case Field::events:
      case Field::status:
      case Field::notice:
      case Field::language:
      case Field::excluded:
      case Field::revocable:
      case Field::guardian:
        return account_.block(source, "it does not belong to a purpose");
    }
  }

  /// In words for people: of use only where it is a word of the vocabulary.
  void read_label(const Node& item, const std::string& source, ConsentScope& scope) {
    const auto word = find_foreign(Scheme::purpose, account_.word_of(item));
    if (!word) return;
    account_.tell(source, Fidelity::mapped, "purposes: " + *word);
    scope.purposes.push_back(*word);
  }

  void read_basis(const Node& item, const std::string& source, ConsentScope& scope) {
    const auto word = find_foreign(Scheme::legal_basis, account_.word_of(item));
    if (!word || !Vocabulary::builtin().contains(Scheme::legal_basis, "dpv:Consent", *word)) {
      scope.is_consent = false;
      return account_.leave_behind(source,
                                   "the purpose does not rest on consent: nothing is given for it");
    }
    auto& basis = consent().legal_basis;
    basis = basis.empty() || basis == *word ? *word : std::string("dpv:Consent");
    account_.tell(source, Fidelity::mapped, "legal_basis: " + *word);
  }

  void read_bounds(const Node& item, const std::string& source, ConsentScope& scope) {
    const auto bounds = account_.limits(item, source, Scheme::jurisdiction,
                                        "storage_ and processing_jurisdictions");
    scope.storage = meet(Scheme::jurisdiction, scope.storage, bounds);
    scope.processing = meet(Scheme::jurisdiction, scope.processing, bounds);
  }

  void read_storing(const Node& node, const std::string& source, ConsentScope& scope) {
    for (const auto& item : node.items) {
      const auto field = consent_field_of(item.key);
      if (field == Field::location || field == Field::retention) {
        read_condition(*field, item, path(source, item), scope);
      } else {
        account_.block(path(source, item), std::string(unknown_field));
      }
    }
  }

  void read_retention(const Node& item, const std::string& source, ConsentScope& scope) {
    const auto days = days_of(account_.word_of(item));
    if (!days || *days == 0) {
      return account_.block(source, "the time is not understood, or is less than a day");
    }
    account_.tell(source, Fidelity::mapped, fmt::format("retention: {} days", *days));
    scope.retention_days = std::min(*days, scope.retention_days.value_or(*days));
  }

  void read_withdrawal(const Node& item, const std::string& source) {
    std::string written = account_.word_of(item);
    const auto word = find_foreign(Scheme::withdrawal_method, written);
    if (word) written = *word;
    if (!word && !is_public_address(written)) {
      return account_.leave_behind(source,
                                   "it is no word and no https address without user and query");
    }
    consent().withdrawal_method = std::move(written);
    account_.tell(source, Fidelity::mapped, "withdrawal_method");
  }

  /// All purposes under the strictest of their conditions.
  void combine() {
    ConsentScope all = common_;
    for (const auto& purpose : purposes_) all = meet(all, purpose);
    if (!all.is_consent) all.purposes.clear();
    if (purposes_.size() > 1) {
      account_.tell("purposes", Fidelity::approximated, "one consent",
                    "all purposes are under the strictest of their conditions");
    }
    consent().purposes = std::move(all.purposes);
    consent().actions = all.actions.value_or(std::vector<std::string>());
    take_limit("storage", std::move(all.storage), consent().storage_jurisdictions);
    take_limit("processing", std::move(all.processing), consent().processing_jurisdictions);
    take_limit("recipients", std::move(all.recipients), consent().recipients);
    take_limit("data", std::move(all.data), consent().data_categories);
    consent().retention_days = all.retention_days.value_or(0);
  }

  void take_limit(const std::string& what, Limit limit, std::vector<std::string>& field) {
    if (!limit) return;
    if (limit->empty()) {
      account_.block(what, "the conditions of the purposes have nothing in common");
    }
    field = *std::move(limit);
  }

  /// What was said last, unless something was lost that it depends on.
  void settle() {
    ConsentStatus status = ConsentStatus::requested;
    if (!events_.empty()) {
      const ConsentEvent last = last_of(events_);
      status = last.status;
      out_.agreed.valid_from = last.valid_from;
      out_.agreed.valid_to = last.valid_to;
      if (!last.consent_type.empty()) consent().consent_type = last.consent_type;
    } else if (!states_.empty()) {
      status = states_.front();
    } else {
      account_.block("event", "no event says that it was given");
    }
    for (const auto state : states_) {
      if (gives_consent(status)) status = state;
    }
    check_valid();
    if (gives_consent(status) && consent().purposes.empty()) {
      account_.block("purposes", "nothing is left that was agreed to");
    }
    if (gives_consent(status) && consent().actions.empty()) {
      account_.block("processing_method", "no action is named that is known here");
    }
    const bool is_lost = gives_consent(status) && account_.is_blocked();
    consent().status = is_lost ? ConsentStatus::requested : status;
  }

  void check_valid() {
    auto& [consent, from, to] = out_.agreed;
    if (to.ms == 0 || from < to) return;
    account_.block("event", "the time in which it holds is none");
    from = to = {};
  }

  Consent& consent() { return out_.agreed.consent; }

  const document::File& file_;
  ConsentAccount account_;
  ImportedConsent out_;
  ConsentScope common_;
  std::vector<ConsentScope> purposes_;
  std::vector<ConsentEvent> events_;
  std::vector<ConsentStatus> states_;
};

}  // namespace

Result<ImportedConsent> import_consent(std::string_view text, std::string_view name) {
  const auto file = TRY(document::parse(text, name));
  return Reader(file).read();
}

}  // namespace usufruct::terms
