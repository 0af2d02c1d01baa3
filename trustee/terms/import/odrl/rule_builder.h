#pragma once

#include <map>
#include <string>
#include <vector>

#include "trustee/terms/import/account.h"
#include "trustee/terms/import/odrl/rule.h"

namespace usufruct::terms::odrl {

/// Makes rules of what was read, each with an id of its own.
///
/// What a rule's condition says for certain is the rule. Where it cannot be said the trustees are
/// asked: about all that may satisfy it and is not known to.
class RuleBuilder {
 public:
  /// `is_own`: the policy is of our profile, and each of its constraints is one clause.
  RuleBuilder(const Vocabulary& vocabulary, bool is_own, Account& account)
      : vocabulary_(vocabulary), is_own_(is_own), account_(account) {}

  /// `malformed` when there would be more than rules_max rules.
  Result<void> add(const RuleDraft& draft);
  /// A question about everything.
  Result<void> ask(std::string question);
  /// All rules: permits, then forbids, then asks.
  std::vector<Rule> take();

 private:
  Result<void> add_exactly(const RuleDraft& draft, bool& is_added);
  Result<void> add_permit(const RuleDraft& draft, const Alternatives& sure);
  Result<void> add_question(const RuleDraft& draft, const Alternatives& sure);
  Result<void> emit(Effect effect, const std::string& id, const Alternatives& alternatives,
                    const std::vector<Duty>& duties);
  std::string unique(std::string id);

  const Vocabulary& vocabulary_;
  bool is_own_;
  Account& account_;
  std::vector<Rule> rules_;
  std::map<std::string, std::size_t> ids_;  ///< and how many rules wanted each
  Looks looks_;
};

}  // namespace usufruct::terms::odrl
