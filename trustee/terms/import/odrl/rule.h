#pragma once

#include <map>
#include <string>
#include <vector>

#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/odrl/duty.h"

namespace usufruct::terms::odrl {

/// What a rule is about.
struct Target {
  std::string iri;
  bool may_hold_others = false;  ///< a collection, or one narrowed in a way that is not read
};

/// A permission, prohibition or question as it was read.
struct RuleDraft {
  Effect effect = Effect::permit;
  std::string where;  ///< `permission 2`
  std::string id;
  Formula when;
  std::vector<Duty> duties;
  std::vector<Target> targets;  ///< none: whatever the policy is for
};

/// What a policy says for all its rules (ODRL 2.2 §2.7.1), by property.
using Shared = std::map<std::string, const document::Node*, std::less<>>;
bool is_shared(std::string_view property);

/// Reads one rule, with what the policy says for all. Where both name an action, target or
/// assignee, a permission has its own alone, a prohibition both: neither is made wider by that.
RuleDraft read_rule(const Value& value, Effect effect, std::string where, const Shared& shared,
                    const Source& source, const ImportOptions& options, Account& account);

}  // namespace usufruct::terms::odrl
