#include "trustee/consents.h"

#include <optional>
#include <unordered_set>

#include "crypto/hash.h"
#include "ledger/tree.h"
#include "trustee/holdings.h"
#include "trustee/terms/evaluate.h"
#include "trustee/vocabularies.h"

namespace usufruct {
namespace {

/// Whether the record was withdrawn by an entry before `size`.
bool withdrawn_before(const Graph& graph, const RecordId& id, std::uint64_t size) {
  std::optional<std::uint64_t> first;
  graph.visit_edges(id, Role::revokes, Order::oldest_first, [&first](const Edge& edge) {
    first = edge.index;
    return false;
  });
  return first && *first < size;
}

bool covers(const Graph& graph, const Logged& consent, const Request& request,
            const terms::Vocabulary& vocabulary, Time at, std::uint64_t size) {
  const auto* body = consent.record.as<Consent>();
  return body != nullptr && holds_at(consent.record, at) &&
         !withdrawn_before(graph, consent.id, size) &&
         terms::consent_covers(*body, request, vocabulary) == terms::Truth::true_;
}

bool needs_consent(const Logged& dataset) {
  const auto* body = dataset.record.as<Dataset>();
  return body == nullptr || body->personal_data != PersonalData::none;
}

}  // namespace

RecordId commit_to_subject(const Secret<32>& pepper, std::string_view subject_key) {
  Bytes message = to_bytes("usufruct/subject/v1\n");
  append(message, subject_key);
  return RecordId{hmac_sha256(pepper.view(), message)};
}

Digest Covered::root() const {
  Tree tree;
  for (const auto& subject : subjects) tree.append(hash_leaf(subject.digest.view()));
  return tree.root();
}

Covered covered_subjects(const Graph& graph, const Logged& dataset, const Request& request, Time at,
                         std::uint64_t size) {
  Covered covered;
  covered.needed = needs_consent(dataset);
  const auto vocabulary = vocabulary_for(graph, dataset.id, size);
  if (!covered.needed || !vocabulary) return covered;
  std::unordered_set<RecordId> asked;
  graph.visit_edges(dataset.id, Role::covers, Order::newest_first, [&](const Edge& edge) {
    if (edge.index >= size) return true;
    const auto consent = graph.find(edge.from);
    if (!consent || consent->record.kind() != Kind::consent) return true;
    const auto subject = consent->record.first(Role::subject);
    // The newest of a subject comes first; what it said before does not count.
    if (!subject || !asked.insert(*subject).second) return true;
    if (covers(graph, *consent, request, **vocabulary, at, size)) covered.subjects.insert(*subject);
    return true;
  });
  covered.asked = asked.size();
  return covered;
}

bool covers_subject(const Graph& graph, const Logged& dataset, const RecordId& subject,
                    const Request& request, Time at, std::uint64_t size) {
  if (!needs_consent(dataset)) return true;
  const auto vocabulary = vocabulary_for(graph, dataset.id, size);
  if (!vocabulary) return false;
  LoggedPtr newest;
  graph.visit_edges(subject, Role::subject, Order::newest_first, [&](const Edge& edge) {
    if (edge.index >= size) return true;
    auto consent = graph.find(edge.from);
    if (!consent || consent->record.first(Role::covers) != dataset.id) return true;
    newest = std::move(consent);
    return false;
  });
  return newest && covers(graph, *newest, request, **vocabulary, at, size);
}

}  // namespace usufruct
