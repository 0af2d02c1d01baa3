#pragma once

#include <memory>
#include <vector>

#include "trustee/further_terms.h"
#include "trustee/holdings.h"
#include "trustee/terms/assessor.h"

namespace usufruct {

/// What every request for a version is judged by, as of a graph and a time: the terms in force, the
/// licences heard, what else holds, and the words they are written in. The consents of data
/// subjects depend on the request too (consents.h). A value; holds what it points to.
struct Basis {
  Holding holding;
  LoggedPtr terms;
  std::vector<Licence> licences;
  std::vector<FurtherRecord> further;
  std::shared_ptr<const terms::Vocabulary> vocabulary;

  const Terms& owner_terms() const { return *terms->record.as<Terms>(); }
  /// Of the further terms, ascending.
  std::vector<RecordId> further_ids() const;
};

/// The basis for requests for a version. Why there may be none: Error.
Result<Basis> basis_for(const Graph& graph, const RecordId& version, Time at);

/// A basis with all of it compiled. Does not move: it points into itself.
class CompiledBasis {
 public:
  explicit CompiledBasis(Basis basis)
      : basis_(std::move(basis)),
        assessor_(basis_.owner_terms(), basis_.licences, *basis_.vocabulary,
                  borrowed(basis_.further)),
        further_ids_(basis_.further_ids()) {}
  CompiledBasis(const CompiledBasis&) = delete;
  CompiledBasis& operator=(const CompiledBasis&) = delete;

  const Basis& basis() const { return basis_; }
  const terms::Assessor& assessor() const { return assessor_; }
  const std::vector<RecordId>& further_ids() const { return further_ids_; }

 private:
  Basis basis_;
  terms::Assessor assessor_;
  std::vector<RecordId> further_ids_;
};

}  // namespace usufruct
