#include "trustee/terms/import/consent.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/consent_texts.h"
#include "trustee/terms/import/consent_account.h"
#include "trustee/terms/import/consent_conditions.h"
#include "trustee/terms/import/consent_events.h"
#include "trustee/terms/import/consent_fields.h"
#include "trustee/terms/import/consent_scope.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {
namespace {

using document::Node;
using Field = ConsentField;

class Reader {
 public:
  explicit Reader(const document::File& file)
      : file_(file), account_(file), conditions_(account_, out_.agreed.consent) {}

  Result<ImportedConsent> read() {
    const Node& record = account_.graph().record();
    CHECK_OK(check_is_record(record));
    read_levels(record, "");
    // Last, since what is said of all of them may stand after them.
    for (const auto& [value, source] : found_purposes_) {
      auto purpose = conditions_.read_purpose(*value, source, common_);
      if (purpose) purposes_.push_back(*std::move(purpose));
    }
    if (account_.graph().is_spent()) {
      return file_.fault(record.place, "more is said of one thing than is read",
                         "write once what it is, and what is said of it");
    }
    check_context();
    for (const auto* node : account_.graph().unreached()) {
      account_.block_unknown(node->key.empty() ? "@graph" : account_.path("", *node));
    }
    combine();
    settle();
    out_.lines = std::move(account_).take();
    return std::move(out_);
  }

 private:
  Result<void> check_is_record(const Node& record) const {
    for (const auto* part : account_.graph().parts_of(record)) {
      for (const auto& item : part->items) {
        const auto field = consent_field_of(item.key);
        if (field == Field::processing || field == Field::purposes) return {};
      }
    }
    return file_.fault(record.place, "this is no consent record: it names no processing",
                       "an ISO/IEC TS 27560 record has 'pii_processing', one in JSON-LD "
                       "'dpv:hasPurpose'");
  }

  /// Takes the fields of a mapping that is not a purpose, and of all that says more of the same.
  void read_levels(const Node& node, const std::string& above) {
    if (node.kind != document::Kind::mapping) account_.block_unknown(above);
    for (const auto* part : account_.graph().parts_of(node)) {
      // What holds itself is read once.
      if (levels_.insert(part).second) read_level(*part, above);
    }
  }
  void read_level(const Node& node, const std::string& above) {
    for (const auto& item : node.items) {
      const std::string source = account_.path(above, item);
      if (const auto field = consent_field_of(item.key)) {
        read_field(*field, item, source);
      } else {
        account_.block_unknown(source);
      }
    }
  }

  /// A context of the record's own may give a field another meaning; prefixes give none.
  void check_context() {
    const Node* context = file_.root.find("@context");
    if (context == nullptr) return;
    for (const auto* one : values_of(*context)) {
      for (const auto& item : one->items) {
        const Node* id = item.find("@id");
        const std::string_view iri = id != nullptr ? id->text : item.text;
        const bool is_prefix = iri.ends_with('#') || iri.ends_with('/') || iri.ends_with(':');
        if (is_prefix || item.key.starts_with('@') || local_name(iri) == item.key) continue;
        account_.block_unknown(account_.path("@context", item));
      }
    }
  }

  void read_field(Field field, const Node& item, const std::string& source) {
    switch (field) {
      case Field::record:
        return account_.leave_behind(
            source, "who it is stays with you: name the subject when you record it");
      case Field::processing:
        for (const auto* value : values_of(item)) read_levels(*value, source);
        return;
      case Field::purposes:
        for (const auto* value : values_of(item)) found_purposes_.emplace_back(value, source);
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
        return read_revocable(item, source);
      case Field::guardian:
        return read_guardian(item, source);
      case Field::purpose_type:
      case Field::purpose_kind:
      case Field::label:
      case Field::service:
      case Field::controllers:
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
        return conditions_.read(field, item, source, common_);
    }
  }

  /// Where it is said twice it can be taken back if either says so.
  void read_revocable(const Node& item, const std::string& source) {
    revocable_ = revocable_.value_or(false) || item.text != "false";
    consent().revocable = *revocable_;
    account_.tell(source, Fidelity::mapped, fmt::format("revocable: {}", item.text != "false"));
  }

  void read_notice(const Node& item, const std::string& source) {
    const Node* written = item.find("sha256");
    const auto digest =
        written != nullptr ? parse_digest(written->text) : Result<Digest>(malformed("no digest"));
    if (!digest) {
      return account_.leave_behind(source, "a notice is named by its digest: add notice_sha256");
    }
    auto& notice = consent().notice_sha256;
    notice = notice ? std::min(*notice, *digest) : *digest;
    account_.tell(source, Fidelity::mapped, "notice_sha256");
  }

  void read_language(const Node& item, const std::string& source) {
    if (!is_language_tag(item.text)) {
      return account_.leave_behind(source, "it is no language tag");
    }
    auto& language = consent().language;
    language = language.empty() ? item.text : std::min(language, item.text);
    account_.tell(source, Fidelity::mapped, "language: " + item.text);
  }

  void read_excluded(const Node& item, const std::string& source) {
    for (const auto* value : values_of(item)) {
      const std::string word = account_.read_word(*value, source);
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

  /// All purposes under the strictest of their conditions.
  void combine() {
    leave_other_purposes();
    ConsentScope all = common_;
    for (const auto& purpose : purposes_) all = meet(all, purpose);
    if (!all.is_consent) all.purposes.clear();
    if (common_.is_less) {
      account_.block("description", "in prose, which may say less than the words");
    }
    if (purposes_.size() > 1) {
      account_.tell("purposes", Fidelity::approximated, "one consent",
                    "all purposes are under the strictest of their conditions");
    }
    sort_once(all.purposes);
    consent().purposes = std::move(all.purposes);
    consent().actions = all.actions.value_or(std::vector<std::string>());
    take_limit("storage", std::move(all.storage), consent().storage_jurisdictions);
    take_limit("processing", std::move(all.processing), consent().processing_jurisdictions);
    take_limit("recipients", std::move(all.recipients), consent().recipients);
    take_limit("data", std::move(all.data), consent().data_categories);
    consent().retention_days = all.retention_days.value_or(0);
  }

  /// What the record is called beside its purposes is none of them, and may say less.
  void leave_other_purposes() {
    if (found_purposes_.empty()) return;
    for (const auto& word : common_.purposes) {
      const bool are_alike = std::ranges::all_of(
          purposes_, [&](const ConsentScope& one) { return one.purposes == std::vector{word}; });
      if (!are_alike) account_.block("purposes", word + " is named beside the purposes");
    }
    common_.purposes.clear();
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
    for (const auto state : states_) status = stricter(status, state);
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
  ImportedConsent out_;
  ConsentAccount account_;
  ConsentConditions conditions_;
  ConsentScope common_;
  std::optional<bool> revocable_;
  std::set<const Node*> levels_;
  std::vector<std::pair<const Node*, std::string>> found_purposes_;
  std::vector<ConsentScope> purposes_;
  std::vector<ConsentEvent> events_;
  std::vector<ConsentStatus> states_;
};

}  // namespace

Result<ImportedConsent> import_consent(std::string_view text, std::string_view name) {
  const auto file = TRY(document::parse_json(text, name));
  return Reader(file).read();
}

}  // namespace usufruct::terms
