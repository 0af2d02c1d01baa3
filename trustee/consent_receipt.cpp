#include "trustee/consent_receipt.h"

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct {
namespace {

using terms::Language;
using terms::Scheme;

/// Of one subject's life, the newest.
constexpr std::size_t events_max = 1000;

const terms::Vocabulary& vocabulary() { return terms::Vocabulary::builtin(); }

/// What DPV calls a word; the word itself where it has no name there.
std::string dpv_of(Scheme scheme, const std::string& word) {
  const auto* term = vocabulary().find(scheme, word);
  if (term == nullptr) return word;
  for (const auto& foreign : term->same_as) {
    if (foreign.starts_with("dpv:")) return foreign;
  }
  return term->id;
}

Json words(const std::vector<std::string>& list) { return Json::array_of(list); }

Json personal_data(const std::vector<std::string>& categories) {
  Json out = Json::array();
  for (const auto& category : categories) {
    const auto is = [&](std::string_view kind) {
      return vocabulary().contains(Scheme::data_category, kind, category);
    };
    out.push(Json::object()
                 .set("pii_type", category)
                 .set("pii_attribute_id",
                      vocabulary().label(Scheme::data_category, category, Language::en))
                 .set("sensitive_pii_category", is("dpv:SensitivePersonalData"))
                 .set("special_pii_category", is("dpv:SpecialCategoryPersonalData")));
  }
  return out;
}

/// What holds for every purpose of the consent alike.
Json purpose_of(const std::string& purpose, const Consent& consent, const Logged& dataset) {
  Json out = Json::object();
  out.set("purpose", vocabulary().label(Scheme::purpose, purpose, Language::en));
  if (const auto* term = vocabulary().find(Scheme::purpose, purpose)) {
    for (const auto& [language, label] : term->labels.all()) {
      if (language != Language::en) out.set("purpose_" + language.tag(), label);
    }
  }
  out.set("purpose_type", purpose);
  const auto text = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) out.set(std::string(name), value);
  };
  const auto list = [&](std::string_view name, const std::vector<std::string>& values) {
    if (!values.empty()) out.set(std::string(name), words(values));
  };
  text("lawful_basis", consent.legal_basis);
  // A consent that names no categories is about all that the dataset holds.
  const auto* held = dataset.record.as<Dataset>();
  if (!consent.data_categories.empty()) {
    out.set("pii_information", personal_data(consent.data_categories));
  } else if (held != nullptr && !held->data_categories.empty()) {
    out.set("pii_information", personal_data(held->data_categories));
  }
  out.set("pii_controllers", Json::array().push(dataset.record.issuer));
  text("collection_method", consent.collection_method);
  list("processing_method", consent.actions);
  list("storage_locations", consent.storage_jurisdictions);
  list("processing_locations", consent.processing_jurisdictions);
  if (consent.retention_days != 0) {
    out.set("retention_period", fmt::format("P{}D", consent.retention_days));
  }
  text("jurisdiction", consent.jurisdiction);
  list("recipient_third_parties", consent.recipients);
  text("withdrawal_method", consent.withdrawal_method);
  return out;
}

Json processing_of(const Consent& consent, const Logged& dataset) {
  Json out = Json::object();
  if (consent.notice_sha256) {
    out.set("privacy_notice", Json::object().set("sha256", print_digest(*consent.notice_sha256)));
  }
  if (!consent.language.empty()) out.set("language", consent.language);
  Json purposes = Json::array();
  for (const auto& purpose : consent.purposes) {
    purposes.push(purpose_of(purpose, consent, dataset));
  }
  out.set("purposes", std::move(purposes));
  if (!consent.excluded_purposes.empty()) {
    out.set("excluded_purposes", words(consent.excluded_purposes));
  }
  out.set("revocable", consent.revocable);
  if (consent.asked_k != 0) out.set("asked_k", consent.asked_k);
  if (!consent.guardian_relation.empty()) {
    out.set("guardian", Json::object()
                            .set("relation", consent.guardian_relation)
                            .set("age_out", print_time(consent.age_out_at)));
  }
  return out;
}

Json party_json(const Graph& graph, const LoggedPtr& party, std::string_view role) {
  Json out = Json::object().set("party_role", role);
  const auto newest = party ? newest_party(graph, party->id) : nullptr;
  const auto* body = newest ? newest->record.as<Party>() : nullptr;
  if (body == nullptr) return out;
  out.set("party_id", newest->record.issuer).set("party_name", body->name);
  if (!body->jurisdiction.empty()) out.set("party_address", body->jurisdiction);
  if (!body->contact.empty()) out.set("party_contact", body->contact);
  return out;
}

Json parties_of(const Graph& graph, const Logged& dataset, const Logged& consent) {
  Json out = Json::array();
  out.push(party_json(graph, party_ever_of(graph, dataset.record.issuer), "dpv:DataController"));
  if (const auto community = consent.record.first(Role::party)) {
    out.push(party_json(graph, graph.find(*community), "collective authority"));
  }
  return out;
}

/// Who said it: the guardians, else the community, else the subject.
Json entities_of(const Record& record) {
  Json out = Json::array();
  const auto guardians = record.all(Role::guardian);
  for (const auto& guardian : guardians) out.push(print_id(guardian));
  if (!guardians.empty()) return out;
  const auto community = record.first(Role::party);
  const auto speaker = community ? community : record.first(Role::subject);
  if (speaker) out.push(print_id(*speaker));
  return out;
}

/// The dpv:ConsentStatus of a record as it was made, whatever became of it.
std::string_view dpv_of(ConsentStatus status) {
  switch (status) {
    case ConsentStatus::given:
      return dpv_name_of(ConsentState::given);
    case ConsentStatus::refused:
      return dpv_name_of(ConsentState::refused);
    case ConsentStatus::requested:
      return dpv_name_of(ConsentState::requested);
    case ConsentStatus::deferred:
      return dpv_name_of(ConsentState::deferred);
    case ConsentStatus::renewed:
      return dpv_name_of(ConsentState::renewed);
    case ConsentStatus::invalidated:
      return dpv_name_of(ConsentState::invalidated);
    case ConsentStatus::revoked:
      return dpv_name_of(ConsentState::revoked);
  }
  return dpv_name_of(ConsentState::unknown);
}

Json event_of(const Logged& logged, const Consent& body) {
  Json out = Json::object()
                 .set("event_time", print_time(logged.time))
                 .set("state", dpv_of(body.status))
                 .set("entity_id", entities_of(logged.record))
                 .set("record_id", print_id(logged.id))
                 .set("index", logged.index);
  if (!body.consent_type.empty()) {
    out.set("type", dpv_of(Scheme::consent_type, body.consent_type));
  }
  if (logged.record.valid_from.ms != 0) {
    out.set("valid_from", print_time(logged.record.valid_from));
  }
  const Time end = ends_at(logged.record);
  if (end.ms != 0) out.set("valid_until", print_time(end));
  return out;
}

/// What happened, by index: each consent of the chain and what took it back.
Json events_of(const Graph& graph, const Logged& newest) {
  std::vector<std::pair<std::uint64_t, Json>> events;
  LoggedPtr held;
  for (const Logged* at = &newest; at != nullptr && events.size() < events_max;) {
    const auto* body = at->record.as<Consent>();
    if (body == nullptr) break;
    events.emplace_back(at->index, event_of(*at, *body));
    const auto withdrawal =
        graph.first_referring(at->id, Role::revokes, Kind::withdrawal, Order::oldest_first);
    if (withdrawal) {
      events.emplace_back(withdrawal->index, Json::object()
                                                 .set("event_time", print_time(withdrawal->time))
                                                 .set("state", dpv_name_of(ConsentState::withdrawn))
                                                 .set("record_id", print_id(withdrawal->id))
                                                 .set("index", withdrawal->index));
    }
    const auto before = at->record.first(Role::supersedes);
    held = before ? graph.find(*before) : nullptr;
    at = held.get();
  }
  std::ranges::sort(events, {}, [](const auto& event) { return event.first; });
  Json out = Json::array();
  for (auto& [index, event] : events) out.push(std::move(event));
  return out;
}

}  // namespace

Json consent_receipt(const Graph& graph, const Logged& dataset, const Logged& consent,
                     const ConsentProof& proof, Time at) {
  static const Consent nothing;
  const auto* found = consent.record.as<Consent>();
  const Consent& body = found != nullptr ? *found : nothing;
  const auto subject = consent.record.first(Role::subject);
  Json letter = Json::object();
  for (const auto& [language, _] : vocabulary().message("letter-state").all()) {
    letter.set(language.tag(),
               Json::array_of(consent_letter(graph, dataset, consent, proof, at, language)));
  }
  const auto state = state_of_consent(graph, consent, at, graph.size());
  return std::move(
      Json::object()
          .set("@context", Json::object()
                               .set("dpv", "https://w3id.org/dpv#")
                               .set("pd", "https://w3id.org/dpv/pd#")
                               .set("eu-gdpr", "https://w3id.org/dpv/legal/eu/gdpr#"))
          .set("record", Json::object()
                             .set("schema_version", "ISO/IEC TS 27560:2023")
                             .set("record_id", print_id(consent.id))
                             .set("pii_principal_id", subject ? print_id(*subject) : ""))
          .set("pii_processing", processing_of(body, dataset))
          .set("party_identification", parties_of(graph, dataset, consent))
          .set("event", events_of(graph, consent))
          .set("state", dpv_name_of(state))
          .set("letter", std::move(letter))
          .set("ledger", Json::object()
                             .set("origin", proof.origin)
                             .set("index", proof.index)
                             .set("size", proof.size)
                             .set("checkpoint", proof.checkpoint)
                             .set("tlog_proof", proof.tlog_proof)));
}

}  // namespace usufruct
