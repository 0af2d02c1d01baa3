#pragma once

#include <string_view>

#include "crypto/base/result.h"
#include "ledger/record/request.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from a policy of ODRL 2.2 in JSON-LD (https://www.w3.org/TR/odrl-model): one policy of any
/// type but Request, alone or in a `@graph`. The table is in specs/terms.md §9.
///
///     {"@context": "http://www.w3.org/ns/odrl.jsonld", "@type": "Set", "uid": "urn:policy:1",
///      "permission": [{"action": "read", "constraint": [{"leftOperand": "purpose",
///        "operator": "eq", "rightOperand": {"@id": "dpv:AcademicResearch"}}]}]}
///
/// Nothing is fetched. What is not exact is taken to the safe side; a rule with a condition that no
/// clause says is asked about. `malformed` when the text is no such policy, when it is about
/// several targets and none is named, or when it would be more than 4,096 rules. `conflict` when a
/// permission and a prohibition overlap and the policy does not say which counts.
Result<Imported> read_odrl(std::string_view text, const ImportOptions& options);

/// A request, with an account of every word.
struct ImportedRequest {
  Request request;
  std::vector<ImportLine> lines;
};
/// A request from a policy of type Request: what its permissions ask for. Words that are not known
/// stay as they are, so that the request is not screened but asked about.
Result<ImportedRequest> read_odrl_request(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
