#include "trustee/consents.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_set>

#include "crypto/hash.h"
#include "ledger/tree.h"
#include "trustee/consent_state.h"
#include "trustee/holdings.h"
#include "trustee/terms/consent_judge.h"
#include "trustee/terms/consent_rules.h"
#include "trustee/vocabularies.h"

namespace usufruct {
namespace {

/// What of a consent decides whether it covers a request. Everything else differs from subject to
/// subject: when a child comes of age, which receipt it got.
struct ByScope {
  static auto scope_of(const Consent& consent) {
    return std::tie(consent.status, consent.purposes, consent.actions, consent.excluded_purposes,
                    consent.recipients, consent.storage_jurisdictions,
                    consent.processing_jurisdictions, consent.retention_days);
  }
  bool operator()(const Consent& left, const Consent& right) const {
    return scope_of(left) < scope_of(right);
  }
};

/// One request held against many consents, most of which say the same.
class Coverage {
 public:
  using VocabularyPtr = std::shared_ptr<const terms::Vocabulary>;

  /// Without a vocabulary nothing is known to be covered.
  Coverage(const Request& request, std::vector<std::string> requester_classes,
           Result<VocabularyPtr> vocabulary)
      : request_(request),
        requester_classes_(std::move(requester_classes)),
        vocabulary_(vocabulary ? *std::move(vocabulary) : nullptr) {}

  bool covers(const Consent& consent) {
    if (!vocabulary_) return false;
    if (const auto known = known_.find(consent); known != known_.end()) return known->second;
    const bool covered = terms::consent_covers(consent, request_, *vocabulary_,
                                               requester_classes_) == terms::Truth::true_;
    if (known_.size() < known_max) known_.emplace(consent, covered);
    return covered;
  }

 private:
  /// Of one dataset few are different; where all are, remembering costs more than judging.
  static constexpr std::size_t known_max = 64;

  const Request& request_;
  std::vector<std::string> requester_classes_;
  VocabularyPtr vocabulary_;
  std::map<Consent, bool, ByScope> known_;
};

bool covers(const Graph& graph, const Logged& consent, Coverage& coverage, Time at,
            std::uint64_t size) {
  const auto* body = consent.record.as<Consent>();
  return body != nullptr && coverage.covers(*body) &&
         is_valid(state_of_consent(graph, consent, at, size));
}

bool needs_consent(const Logged& dataset) {
  const auto* body = dataset.record.as<Dataset>();
  return body == nullptr || body->personal_data != PersonalData::none;
}

/// What a request asks; nothing, when it is no request.
const Request& asked_in(const Logged& request) {
  static const Request nothing;
  const auto* body = request.record.as<Request>();
  return body != nullptr ? *body : nothing;
}

std::vector<std::string> classes_of_issuer(const Graph& graph, const Logged& request) {
  const auto party = party_before(graph, request.record.issuer, request.index);
  const auto* body = party ? party->record.as<Party>() : nullptr;
  return body != nullptr ? body->classes : std::vector<std::string>();
}

RecordId commit(const Secret<32>& pepper, std::string_view domain, std::string_view key) {
  Bytes message = to_bytes(domain);
  append(message, key);
  return RecordId{hmac_sha256(pepper.view(), message)};
}

Covered covered(const Graph& graph, const Logged& dataset, Coverage coverage, Time at,
                std::uint64_t size) {
  Covered covered;
  covered.needed = needs_consent(dataset);
  if (!covered.needed) return covered;
  std::unordered_set<RecordId> asked;
  std::vector<RecordId> subjects;
  graph.visit_edges(dataset.id, Role::covers, Order::newest_first, [&](const Edge& edge) {
    if (edge.index >= size) return true;
    const auto consent = graph.find(edge.from);
    if (!consent || consent->record.kind() != Kind::consent) return true;
    const auto subject = consent->record.first(Role::subject);
    // The newest of a subject comes first; what it said before does not count.
    if (!subject || !asked.insert(*subject).second) return true;
    if (!covers(graph, *consent, coverage, at, size)) return true;
    subjects.push_back(*subject);
    const std::uint32_t asked_k = consent->record.as<Consent>()->asked_k;
    if (asked_k > 0) covered.asked_k.emplace(*subject, asked_k);
    return true;
  });
  covered.asked = asked.size();
  // In order: then the set is made in linear time.
  std::ranges::sort(subjects);
  covered.subjects.insert(subjects.begin(), subjects.end());
  return covered;
}

}  // namespace

RecordId commit_to_subject(const Secret<32>& pepper, std::string_view subject_key) {
  return commit(pepper, "usufruct/subject/v1\n", subject_key);
}

RecordId commit_to_guardian(const Secret<32>& pepper, std::string_view guardian_key) {
  return commit(pepper, "usufruct/guardian/v1\n", guardian_key);
}

Digest Covered::root() const {
  Tree tree;
  for (const auto& subject : subjects) {
    Bytes leaf = to_bytes(subject.digest.view());
    if (const auto asked_by = asked_k.find(subject); asked_by != asked_k.end()) {
      append_u16(leaf, static_cast<std::uint16_t>(asked_by->second >> 16));
      append_u16(leaf, static_cast<std::uint16_t>(asked_by->second));
    }
    tree.append(hash_leaf(leaf));
  }
  return tree.root();
}

std::optional<std::uint32_t> Covered::k_of(const RecordId& subject) const {
  if (!subjects.contains(subject)) return std::nullopt;
  const auto asked_by = asked_k.find(subject);
  return asked_by == asked_k.end() ? 0 : asked_by->second;
}

Covered covered_subjects(const Graph& graph, const Logged& dataset, const Logged& request, Time at,
                         std::uint64_t size) {
  return covered(graph, dataset,
                 Coverage(asked_in(request), classes_of_issuer(graph, request),
                          vocabulary_for(graph, dataset.id, size)),
                 at, size);
}

Covered covered_subjects(const Graph& graph, const Logged& dataset, const Request& request, Time at,
                         std::uint64_t size) {
  return covered(graph, dataset, Coverage(request, {}, vocabulary_for(graph, dataset.id, size)), at,
                 size);
}

terms::ConsentsHeard consents_heard(const Graph& graph, const Logged& dataset, Time at,
                                    std::uint64_t size, const IsEnough& is_enough) {
  terms::ConsentsHeard heard;
  heard.is_needed = needs_consent(dataset);
  if (!heard.is_needed) return heard;
  std::unordered_set<RecordId> asked;
  std::set<Consent, ByScope> known;
  std::size_t looked_at = 0;
  graph.visit_edges_before(dataset.id, Role::covers, size, [&](const Edge& edge) {
    heard.is_whole = looked_at++ < consents_looked_at_max;
    if (!heard.is_whole) return false;
    const auto consent = graph.find(edge.from);
    const auto* body = consent ? consent->record.as<Consent>() : nullptr;
    const auto subject = body != nullptr ? consent->record.first(Role::subject) : std::nullopt;
    if (!subject || !asked.insert(*subject).second) return true;
    const auto state = state_of_consent(graph, *consent, at, size);
    heard.is_answered |= !is_pending(state);
    if (!is_valid(state) || !known.insert(*body).second) return true;
    heard.valid.push_back(*body);
    return !is_enough || !is_enough(*body);
  });
  return heard;
}

terms::ConsentsHeard consents_for(const Graph& graph, const Logged& dataset,
                                  const terms::Context& context, std::uint64_t size) {
  const terms::Question question(context);
  return consents_heard(graph, dataset, context.at, size, [&](const Consent& consent) {
    return terms::permits(consent, question, context.vocabulary);
  });
}

bool covers_subject(const Graph& graph, const Logged& dataset, const RecordId& subject,
                    const Logged& request, Time at, std::uint64_t size) {
  if (!needs_consent(dataset)) return true;
  const auto newest = newest_consent(graph, dataset.id, subject, size);
  Coverage coverage(asked_in(request), classes_of_issuer(graph, request),
                    vocabulary_for(graph, dataset.id, size));
  return newest && covers(graph, *newest, coverage, at, size);
}

}  // namespace usufruct
