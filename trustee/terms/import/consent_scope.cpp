#include "trustee/terms/import/consent_scope.h"

#include <algorithm>

#include "crypto/base/sorted.h"

namespace usufruct::terms {

Limit meet(Scheme scheme, const Limit& left, const Limit& right) {
  if (!left || !right) return left ? left : right;
  const auto& vocabulary = Vocabulary::builtin();
  std::vector<std::string> both;
  for (const auto& [from, into] : {std::pair{&*left, &*right}, std::pair{&*right, &*left}}) {
    for (const auto& word : *from) {
      const bool is_within = std::ranges::any_of(
          *into, [&](const auto& broad) { return vocabulary.contains(scheme, broad, word); });
      if (is_within) both.push_back(word);
    }
  }
  sort_once(both);
  return both;
}

ConsentScope meet(const ConsentScope& left, const ConsentScope& right) {
  ConsentScope both = left;
  both.purposes.insert(both.purposes.end(), right.purposes.begin(), right.purposes.end());
  sort_once(both.purposes);
  both.actions = meet(Scheme::action, left.actions, right.actions);
  both.recipients = meet(Scheme::recipient, left.recipients, right.recipients);
  both.storage = meet(Scheme::jurisdiction, left.storage, right.storage);
  both.processing = meet(Scheme::jurisdiction, left.processing, right.processing);
  both.data = meet(Scheme::data_category, left.data, right.data);
  if (right.retention_days) {
    both.retention_days =
        std::min(*right.retention_days, left.retention_days.value_or(*right.retention_days));
  }
  both.is_consent = left.is_consent && right.is_consent;
  both.is_less = left.is_less || right.is_less;
  return both;
}

}  // namespace usufruct::terms
