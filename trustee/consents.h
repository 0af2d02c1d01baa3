#pragma once

#include <set>

#include "crypto/secret.h"
#include "ledger/view/graph.h"

namespace usufruct {

/// The name of a data subject on the ledger: HMAC-SHA-256 under the dataset's pepper of
/// "usufruct/subject/v1\n" ‖ the subject's key in the table (specs/release.md, "Whose rows").
/// Without the pepper it tells nothing; when the pepper is erased nobody can link it again.
RecordId commit_to_subject(const Secret<32>& pepper, std::string_view subject_key);

/// Whose rows may be used.
struct Covered {
  bool needed = true;  ///< false: the dataset holds no personal data, every row may be used
  std::set<RecordId> subjects;  ///< commitments of those whose consent covers the request
  std::uint64_t asked = 0;      ///< subjects with any consent record on the dataset
  /// RFC 6962 root over the commitments in ascending order: what a release says it used.
  Digest root() const;
};

/// The newest consent of each subject of a dataset among the first `size` entries, if it is given,
/// in force at `at`, not withdrawn and covers the request. `size` must not exceed the graph's.
/// Cost: a look at each consent of the dataset.
Covered covered_subjects(const Graph& graph, const Logged& dataset, const Request& request, Time at,
                         std::uint64_t size);

/// Whether one subject's rows were among the covered, as above. Cost: that subject's consents.
bool covers_subject(const Graph& graph, const Logged& dataset, const RecordId& subject,
                    const Request& request, Time at, std::uint64_t size);

}  // namespace usufruct
