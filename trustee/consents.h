#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>

#include "crypto/secret.h"
#include "ledger/view/graph.h"
#include "trustee/terms/evaluate.h"

namespace usufruct {

/// The name of a data subject on the ledger: HMAC-SHA-256 under the dataset's pepper of
/// "usufruct/subject/v1\n" ‖ the subject's key in the table (specs/release.md, "Whose rows").
/// Without the pepper it tells nothing; when the pepper is erased nobody can link it again.
RecordId commit_to_subject(const Secret<32>& pepper, std::string_view subject_key);
/// The same of who speaks for a subject, under "usufruct/guardian/v1\n": that a guardian is a
/// subject too does not show.
RecordId commit_to_guardian(const Secret<32>& pepper, std::string_view guardian_key);

/// Whose rows may be used.
struct Covered {
  bool needed = true;  ///< false: the dataset holds no personal data, every row may be used
  std::set<RecordId> subjects;  ///< commitments of those whose consent covers the request
  std::map<RecordId, std::uint32_t> asked_k{};  ///< what those of them ask who ask for a k
  std::uint64_t asked = 0;                      ///< subjects with any consent record on the dataset
  /// What a row of a subject may be used for: nothing, or with at least so many alike; 0: as the
  /// terms have it.
  std::optional<std::uint32_t> k_of(const RecordId& subject) const;
  /// RFC 6962 root over the commitments in ascending order, each with what it asks as 4 bytes where
  /// it asks for a k: what a release says it used.
  Digest root() const;
};

/// The subjects of a dataset whose consent is valid (consent_state.h) at `at` among the first
/// `size` entries and covers the request (terms::consent_covers), with the classes its issuer had
/// when it asked, in the words of the dataset's terms (vocabularies.h); nobody, where it had none.
/// `size` must not exceed the graph's. Cost: a look at each consent of the dataset; what the words
/// mean is worked out once for all consents that say the same.
Covered covered_subjects(const Graph& graph, const Logged& dataset, const Logged& request, Time at,
                         std::uint64_t size);
/// The same for a request by nobody in particular: who names no recipients has no class either.
Covered covered_subjects(const Graph& graph, const Logged& dataset, const Request& request, Time at,
                         std::uint64_t size);

/// What requests for a dataset are judged by of its subjects' consents, of the first `size`
/// entries: different ones that are valid at `at`, newest first, until `is_enough` says that no
/// more are wanted. Of each subject the newest counts. consents_looked_at_max records are looked
/// at; when there are more, the answer is not whole.
using IsEnough = std::function<bool(const Consent&)>;
terms::ConsentsHeard consents_heard(const Graph& graph, const Logged& dataset, Time at,
                                    std::uint64_t size, const IsEnough& is_enough = nullptr);
inline constexpr std::size_t consents_looked_at_max = 1'024;
/// The same for one request: until one covers it. `size` is how much was logged when it was made:
/// whatever is consented to or withdrawn later is the release's to look at, and changes no vote.
terms::ConsentsHeard consents_for(const Graph& graph, const Logged& dataset,
                                  const terms::Context& context, std::uint64_t size);

/// Whether one subject's rows were among the covered, as above. Cost: that subject's consents.
bool covers_subject(const Graph& graph, const Logged& dataset, const RecordId& subject,
                    const Logged& request, Time at, std::uint64_t size);

}  // namespace usufruct
