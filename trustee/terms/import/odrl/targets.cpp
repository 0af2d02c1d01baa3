#include "trustee/terms/import/odrl/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/text.h"
#include "trustee/terms/import/odrl/reference.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t named_max = 5;

Result<std::string> dataset_of(std::string_view wanted, const std::vector<RuleDraft>& drafts) {
  if (!wanted.empty()) return std::string(wanted);
  std::set<std::string> all;
  for (const auto& draft : drafts) {
    for (const auto& target : draft.targets) all.insert(target.iri);
  }
  if (all.size() <= 1) return all.empty() ? std::string() : *all.begin();
  std::vector<std::string> some;
  for (const auto& one : all) {
    if (some.size() < named_max) some.push_back(printable(one, 80));
  }
  return malformed(fmt::format("the policy is about {} things: {}{}", all.size(), join(some, ", "),
                               all.size() > named_max ? ", …" : ""),
                   "say which of them the dataset is: --target IRI");
}

/// Whether another name may be of the same thing: one that is only from where the text lies, or no
/// name at all.
bool may_be_same(std::string_view one, std::string_view other) {
  const auto is_anonymous = [](std::string_view iri) {
    return iri.empty() || iri.starts_with("_:");
  };
  if (is_anonymous(one) || is_anonymous(other)) return true;
  return is_relative_reference(one) != is_relative_reference(other);
}

/// What some rule calls a collection is one for all.
std::set<std::string> collections_of(const std::vector<RuleDraft>& drafts) {
  std::set<std::string> all;
  for (const auto& draft : drafts) {
    for (const auto& target : draft.targets) {
      if (target.may_hold_others) all.insert(target.iri);
    }
  }
  return all;
}

}  // namespace

Result<void> keep_rules_of(std::string_view wanted, std::vector<RuleDraft>& drafts,
                           Account& account) {
  const std::string dataset = TRY(dataset_of(wanted, drafts));
  const auto collections = collections_of(drafts);
  const auto may_be_of = [&](const Target& target) {
    return collections.contains(target.iri) || may_be_same(target.iri, dataset);
  };
  const auto is_left_out = [&](RuleDraft& draft) {
    if (draft.targets.empty()) return false;
    const auto it = std::ranges::find(draft.targets, dataset, &Target::iri);
    const bool is_named = it != draft.targets.end();
    if (is_named && !it->may_hold_others) {
      account.mapped(fmt::format("{}: target {}", draft.where, printable(dataset, 100)),
                     "the dataset");
      return false;
    }
    const auto collection = is_named ? it : std::ranges::find_if(draft.targets, may_be_of);
    if (collection != draft.targets.end()) {
      draft.when.parts.push_back(Formula::nothing(
          fmt::format("the dataset is, or is of, '{}'", printable(collection->iri, 100))));
      return false;
    }
    account.mapped(
        fmt::format("{}: target {}", draft.where, printable(draft.targets.front().iri, 100)),
        "left out: it is not about the dataset");
    return true;
  };
  std::erase_if(drafts, is_left_out);
  return {};
}

}  // namespace usufruct::terms::odrl
