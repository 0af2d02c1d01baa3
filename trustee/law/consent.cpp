#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/consent_state.h"
#include "trustee/law/rules.h"
#include "trustee/terms/consent_texts.h"
#include "trustee/vocabularies.h"

// What may follow what in the life of one subject's consent: specs/lifecycles/consent.yaml.

namespace usufruct::law {
namespace {

/// The newest consent of the subject so far and its state now; none before the first.
struct Before {
  LoggedPtr newest;
  ConsentState state = ConsentState::unknown;

  /// What it said, when it still binds what follows: a finding that it was void frees from it.
  const Consent* binding() const {
    const auto* body = newest ? newest->record.as<Consent>() : nullptr;
    return body != nullptr && body->status != ConsentStatus::invalidated ? body : nullptr;
  }
};

Result<Before> look_back(const Case& it, const RecordId& dataset) {
  Before before;
  before.newest =
      newest_consent(it.graph, dataset, *it.record.first(Role::subject), it.graph.size());
  const auto newest = before.newest ? std::optional(before.newest->id) : std::nullopt;
  if (newest != it.record.first(Role::supersedes)) {
    return refuse("consent-succession",
                  newest ? fmt::format("the subject's newest consent is {}", print_short(*newest))
                         : "there is no consent of this subject to supersede",
                  newest ? "supersede that one" : "leave 'supersedes' out");
  }
  if (before.newest) {
    before.state = state_of_consent(it.graph, *before.newest, it.candidate.time, it.graph.size());
  }
  return before;
}

/// A renewal may be told in another way, in another language, to another guardian; it says the
/// same.
bool says_the_same(const Consent& before, Consent renewal) {
  renewal.status = before.status;
  renewal.consent_type = before.consent_type;
  renewal.language = before.language;
  renewal.notice_sha256 = before.notice_sha256;
  renewal.receipt_sha256 = before.receipt_sha256;
  return renewal == before;
}

bool was_given(ConsentState state) { return is_valid(state) || state == ConsentState::expired; }

Result<void> check_renewal(const Before& before, const Consent& consent) {
  if (!was_given(before.state)) {
    return refuse("consent-renewal",
                  fmt::format("the consent is {}: nothing is renewed", name_of(before.state)),
                  "record what the subject gives now");
  }
  if (says_the_same(*before.newest->record.as<Consent>(), consent)) return {};
  return refuse("consent-renewal", "the renewal says something else than the consent before it",
                "record what differs as a new consent");
}

/// Whether this event may follow that state.
Result<void> check_transition(const Before& before, const Consent& consent) {
  const auto is = [&](ConsentState state) { return before.state == state; };
  switch (consent.status) {
    case ConsentStatus::given:
    case ConsentStatus::refused:
      return {};
    case ConsentStatus::requested:
      if (!is_valid(before.state)) return {};
      return refuse("consent-request", fmt::format("the consent is {}", name_of(before.state)),
                    "record what the subject answers: a renewal, a refusal, another consent");
    case ConsentStatus::deferred:
      if (is(ConsentState::requested) || is(ConsentState::deferred)) return {};
      return refuse("consent-deferral", fmt::format("the consent is {}", name_of(before.state)),
                    "record the request first");
    case ConsentStatus::renewed:
      return check_renewal(before, consent);
    case ConsentStatus::invalidated:
      if (was_given(before.state) || is(ConsentState::withdrawn)) return {};
      return refuse("consent-invalidation",
                    fmt::format("the consent is {}", name_of(before.state)));
    case ConsentStatus::revoked:
      if (is_valid(before.state)) return {};
      return refuse("consent-revocation", fmt::format("the consent is {}", name_of(before.state)));
  }
  return {};
}

/// Each is held against each word of a request.
constexpr std::size_t consent_words_max = 256;

Result<void> check_complete(const Consent& consent) {
  for (const auto* words :
       {&consent.purposes, &consent.actions, &consent.excluded_purposes, &consent.recipients,
        &consent.storage_jurisdictions, &consent.processing_jurisdictions}) {
    if (words->size() <= consent_words_max) continue;
    return refuse("consent-complete",
                  fmt::format("a list of {} words is for nobody to read", words->size()),
                  fmt::format("name at most {} of a kind, broader ones", consent_words_max));
  }
  if (!gives_consent(consent.status) || !(consent.purposes.empty() || consent.actions.empty())) {
    return {};
  }
  return refuse("consent-complete", "a given consent names what for and what may be done");
}

Result<void> check_texts(const Consent& consent) {
  auto texts = terms::check_consent_texts(consent);
  if (texts) return {};
  return refuse("consent-texts", texts.error().message, texts.error().hint);
}

Result<void> check_asked_k(const Consent& consent) {
  if (terms::is_askable_k(consent.asked_k)) return {};
  return refuse("consent-asked-k", fmt::format("the consent asks for k {}", consent.asked_k),
                fmt::format("ask for one of {}", fmt::join(terms::askable_k(), ", ")));
}

/// A table is released whole: who agreed to some of what it tells did not agree to its release.
/// What is a kind of what, the words of the dataset's terms say.
Result<void> check_categories(const Case& it, const Consent& consent, const Logged& logged) {
  if (!gives_consent(consent.status) || consent.data_categories.empty()) return {};
  const Dataset& dataset = *logged.record.as<Dataset>();
  const auto vocabulary = vocabulary_for(it.graph, logged.id, it.graph.size());
  if (dataset.data_categories.empty()) {
    return refuse("consent-categories",
                  "the consent names data categories, the dataset does not say which it has",
                  "register the dataset with its data_categories");
  }
  for (const auto& category : dataset.data_categories) {
    const bool is_agreed = std::ranges::any_of(consent.data_categories, [&](const auto& agreed) {
      return agreed == category ||
             (vocabulary &&
              (*vocabulary)->contains(terms::Scheme::data_category, agreed, category));
    });
    if (is_agreed) continue;
    return refuse("consent-categories",
                  fmt::format("the dataset has '{}', which the consent does not name",
                              printable(category, 60)),
                  vocabulary
                      ? "who agreed to some of it did not agree to the dataset"
                      : "set the dataset's terms first: their words say what it is a kind of");
  }
  return {};
}

Result<void> check_guardian_named(const Case& it, const Consent& consent) {
  const auto guardians = it.record.all(Role::guardian);
  const bool is_named = !guardians.empty() || !consent.guardian_relation.empty();
  if (is_named &&
      (guardians.empty() || consent.guardian_relation.empty() || consent.age_out_at.ms == 0)) {
    return refuse("consent-guardian", "a guardian, the relation and the age-out go together",
                  "say what the guardian is to the subject, and when the subject comes of age");
  }
  if (std::ranges::find(guardians, *it.record.first(Role::subject)) != guardians.end()) {
    return refuse("consent-guardian", "nobody is their own guardian");
  }
  if (consent.age_out_at.ms == 0) return {};
  if (!terms::begins_month(consent.age_out_at)) {
    return refuse(
        "consent-guardian",
        fmt::format("the age-out {} tells a day of birth", print_time(consent.age_out_at)),
        "write the begin of that month, UTC: the ledger is public");
  }
  if (!gives_consent(consent.status)) return {};
  if (!is_named) {
    return refuse("consent-guardian", "a consent with an age-out names the guardian who gave it");
  }
  if (consent.age_out_at <= it.candidate.time) {
    return refuse("consent-guardian",
                  fmt::format("the subject came of age by {}", print_time(consent.age_out_at)),
                  "ask the subject itself");
  }
  return {};
}

/// A minor does not become of age by a newer record: until then each names the same age-out.
Result<void> check_guardian(const Case& it, const Consent& consent, const Before& before) {
  CHECK_OK(check_guardian_named(it, consent));
  const auto* bound = before.binding();
  const bool is_minor = bound != nullptr && bound->age_out_at > it.candidate.time;
  if (!is_minor || consent.status == ConsentStatus::invalidated ||
      consent.age_out_at == bound->age_out_at) {
    return {};
  }
  return refuse("consent-guardian",
                fmt::format("the subject is not of age before {}", print_time(bound->age_out_at)),
                "name the same age-out, and for a consent the guardian who gives it; if the date "
                "is wrong, record that the consent before is invalidated");
}

/// The community that the consent before came from speaks for it still.
Result<void> check_collective(const Case& it, const Consent& consent, const Before& before) {
  const auto named_id = it.record.first(Role::party);
  const auto community = named_id ? newest_party(it.graph, *named_id) : nullptr;
  const auto bound =
      before.binding() != nullptr ? before.newest->record.first(Role::party) : std::nullopt;
  if (bound && consent.status != ConsentStatus::invalidated) {
    const auto speaker = newest_party(it.graph, *bound);
    if (!community || !speaker || community->id != speaker->id) {
      return refuse("consent-collective",
                    fmt::format("'{}' consents for this subject",
                                speaker ? speaker->record.as<Party>()->name : "a community"),
                    "name it in the newer record too; what is given it signs");
    }
  }
  if (!community) return {};
  const auto& party = *community->record.as<Party>();
  if (party.type != PartyType::community || is_withdrawn(it.graph, community->id)) {
    return refuse("consent-collective", fmt::format("'{}' is no registered community", party.name),
                  "the authority is a party of type community");
  }
  if (!gives_consent(consent.status) || it.candidate.verified.signed_by(community->record.issuer)) {
    return {};
  }
  return refuse("consent-collective",
                fmt::format("the community '{}' did not sign the consent", party.name),
                "the community's key signs beside the owner's");
}

}  // namespace

Result<void> check_consent(const Case& it, const Consent& consent) {
  const auto dataset = named(it, Role::covers);
  if (!issued_by_same(it, *dataset)) {
    return refuse("consent-owner", "consent is recorded by the owner of the dataset");
  }
  CHECK_OK(check_texts(consent));
  CHECK_OK(check_asked_k(consent));
  const Before before = TRY(look_back(it, dataset->id));
  CHECK_OK(check_transition(before, consent));
  CHECK_OK(check_complete(consent));
  CHECK_OK(check_categories(it, consent, *dataset));
  CHECK_OK(check_guardian(it, consent, before));
  return check_collective(it, consent, before);
}

}  // namespace usufruct::law
