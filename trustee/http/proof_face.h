#pragma once

#include <functional>

#include "ledger/record/id.h"
#include "trustee/http/log_face.h"

namespace usufruct::http {

/// Where a record is in the log; `not_found` when it is not there. May block.
using Locate = std::function<Result<LeafIndex>(const RecordId& id)>;

/// Proofs for thin clients, that read no tiles; specs/openapi.yaml.
///
///     GET /v1/proof/inclusion?index=&size=     GET /v1/proof/consistency?from=&to=
///     GET /v1/records/{id}                     the envelope, as it was submitted
///     GET /v1/records/{id}/receipt             its receipt, under the newest checkpoint
///
/// A size that is left out is the published one. Borrows the workers.
class ProofFace {
 public:
  ProofFace(Published published, Locate locate, Workers& workers)
      : published_(std::move(published)), locate_(std::move(locate)), workers_(workers) {}

  void add_to(Router& router);

 private:
  using Make = Result<Response> (ProofFace::*)(const Request&, const std::string& value) const;
  void add(Router& router, std::string pattern, Make make);
  Result<Response> inclusion(const Request& request, const std::string&) const;
  Result<Response> consistency(const Request& request, const std::string&) const;
  Result<Response> record(const Request&, const std::string& id) const;
  Result<Response> receipt(const Request&, const std::string& id) const;

  Published published_;
  Locate locate_;
  Workers& workers_;
};

}  // namespace usufruct::http
