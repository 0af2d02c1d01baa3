#include "trustee/consents.h"

#include <unordered_map>

#include "crypto/hash.h"
#include "ledger/tree.h"
#include "trustee/holdings.h"
#include "trustee/terms/evaluate.h"

namespace usufruct {
namespace {

/// Whether the record was withdrawn by an entry before `size`.
bool withdrawn_before(const Graph& graph, const RecordId& id, std::uint64_t size) {
  for (const auto& edge : graph.edges_to(id)) {
    if (edge.role == Role::revokes && edge.index < size) return true;
  }
  return false;
}

bool covers(const Graph& graph, const Logged& consent, const Request& request, Time at,
            std::uint64_t size) {
  const auto* body = consent.record.as<Consent>();
  return body != nullptr && holds_at(consent.record, at) &&
         !withdrawn_before(graph, consent.id, size) &&
         terms::consent_covers(*body, request, terms::Vocabulary::builtin()) == terms::Truth::true_;
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
  if (!covered.needed) return covered;
  std::unordered_map<RecordId, LoggedPtr> newest;
  for (auto& consent : graph.referring(dataset.id, Role::covers)) {
    if (consent->index >= size) break;
    if (consent->record.kind() != Kind::consent) continue;
    if (const auto subject = consent->record.first(Role::subject)) newest[*subject] = consent;
  }
  covered.asked = newest.size();
  for (const auto& [subject, consent] : newest) {
    if (covers(graph, *consent, request, at, size)) covered.subjects.insert(subject);
  }
  return covered;
}

bool covers_subject(const Graph& graph, const Logged& dataset, const RecordId& subject,
                    const Request& request, Time at, std::uint64_t size) {
  if (!needs_consent(dataset)) return true;
  LoggedPtr newest;
  for (auto& consent : graph.referring(subject, Role::subject)) {
    if (consent->index >= size) break;
    if (consent->record.first(Role::covers) == dataset.id) newest = consent;
  }
  return newest && covers(graph, *newest, request, at, size);
}

}  // namespace usufruct
