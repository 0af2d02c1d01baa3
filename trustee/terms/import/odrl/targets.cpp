#include "trustee/terms/import/odrl/targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t named_max = 5;

Result<std::string> dataset_of(std::string_view wanted, const std::vector<RuleDraft>& drafts) {
  if (!wanted.empty()) return shortened(wanted);
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

}  // namespace

Result<void> keep_rules_of(std::string_view wanted, std::vector<RuleDraft>& drafts,
                           Account& account) {
  const std::string dataset = TRY(dataset_of(wanted, drafts));
  const auto is_left_out = [&](RuleDraft& draft) {
    if (draft.targets.empty()) return false;
    const auto it = std::ranges::find(draft.targets, dataset, &Target::iri);
    const bool is_named = it != draft.targets.end();
    if (is_named && !it->may_hold_others) {
      account.mapped(fmt::format("{}: target {}", draft.where, printable(dataset, 100)),
                     "the dataset");
      return false;
    }
    const auto collection =
        is_named ? it : std::ranges::find(draft.targets, true, &Target::may_hold_others);
    if (collection != draft.targets.end()) {
      draft.when.parts.push_back(
          Formula::nothing("the dataset is of " + printable(collection->iri, 100)));
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
