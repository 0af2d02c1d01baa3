#pragma once

#include <string>
#include <vector>

#include "trustee/terms/import/odrl/values.h"

namespace usufruct::terms::odrl {

/// The one policy of a document.
struct PolicyDocument {
  const document::Node* node = nullptr;
  Source source;
  std::string type;  ///< shortened, as `odrl:Offer`
};
/// Finds it: the document itself, or the one node of its `@graph` or list that is a policy.
/// `malformed` when there is none or another. Borrows the file.
Result<PolicyDocument> find_policy(const document::File& file, Account& account);

}  // namespace usufruct::terms::odrl
