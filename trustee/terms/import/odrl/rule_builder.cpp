#include "trustee/terms/import/odrl/rule_builder.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/author.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::size_t question_bytes_max = 400;

}  // namespace

std::string RuleBuilder::unique(std::string id) {
  while (ids_[id]++ > 0) id = fmt::format("{} ({})", id, ids_[id]);
  return id;
}

Result<void> RuleBuilder::emit(Effect effect, const std::string& id,
                               const Alternatives& alternatives, const std::vector<Duty>& duties) {
  for (const auto& clauses : alternatives) {
    const bool is_within = looks_.spend(1 + size_of(clauses) + duties.size());
    if (rules_.size() == rules_max || !is_within) {
      return malformed(
          fmt::format("the policy would become more than {} rules, or longer ones than are written",
                      rules_max),
          "split it, or write its alternatives as isAnyOf");
    }
    rules_.push_back({unique(id), effect, in_writing_order(clauses), duties});
  }
  return {};
}

Result<void> RuleBuilder::ask(std::string question) {
  return emit(Effect::ask, printable(question, question_bytes_max), {{}}, {});
}

Result<void> RuleBuilder::add(const RuleDraft& draft) {
  if (is_own_) {
    bool is_added = false;
    CHECK_OK(add_exactly(draft, is_added));
    if (is_added) return {};
  }
  const Mode mode = draft.effect == Effect::permit ? Mode::narrow : Mode::wide;
  Expansion certain(vocabulary_, mode, Unsaid::fails, looks_);
  const auto sure = TRY_IN(draft.where, certain.of(draft.when));
  if (!certain.unsaid().empty()) {
    if (draft.effect == Effect::permit) CHECK_OK(add_permit(draft, sure));
    if (draft.effect == Effect::forbid) CHECK_OK(emit(draft.effect, draft.id, sure, draft.duties));
    return add_question(draft, sure);
  }
  if (sure.empty()) {
    account_.mapped(draft.where + ": as a whole", "nothing: no request can satisfy it");
  }
  return emit(draft.effect, draft.id, sure, draft.duties);
}

/// Each constraint its own clause, in order: what the export wrote comes back as it was.
Result<void> RuleBuilder::add_exactly(const RuleDraft& draft, bool& is_added) {
  const Mode mode = draft.effect == Effect::permit ? Mode::narrow : Mode::wide;
  Expansion exact(vocabulary_, mode, Unsaid::fails, looks_);
  Conjunction clauses;
  for (const auto& part : draft.when.parts) {
    const auto one = TRY(exact.of(part));
    if (one.size() != 1 || !exact.unsaid().empty()) return {};
    clauses.insert(clauses.end(), one.front().begin(), one.front().end());
  }
  is_added = true;
  return emit(draft.effect, draft.id, {std::move(clauses)}, draft.duties);
}

/// Where nothing is sure the permit stands beside the question, so that its duties are known.
Result<void> RuleBuilder::add_permit(const RuleDraft& draft, const Alternatives& sure) {
  if (!sure.empty()) return emit(Effect::permit, draft.id, sure, draft.duties);
  Expansion hopeful(vocabulary_, Mode::narrow, Unsaid::holds, looks_);
  const auto may = TRY_IN(draft.where, hopeful.of(draft.when));
  return emit(Effect::permit, draft.id, may, draft.duties);
}

Result<void> RuleBuilder::add_question(const RuleDraft& draft, const Alternatives& sure) {
  Expansion wide(vocabulary_, Mode::wide, Unsaid::holds, looks_);
  Alternatives may = TRY_IN(draft.where, wide.of(draft.when));
  std::vector<std::string> unsaid(wide.unsaid().begin(), wide.unsaid().end());
  if (unsaid.empty()) {
    Expansion certain(vocabulary_, Mode::narrow, Unsaid::fails, looks_);
    CHECK_OK(certain.of(draft.when));
    unsaid.assign(certain.unsaid().begin(), certain.unsaid().end());
  }
  if (!sure.empty()) {
    // Without what is known already. Where that cannot be written the question is about more.
    const auto doubt = wide.of_doubt(draft.when);
    auto both = doubt ? wide.both(may, *doubt) : Result<Alternatives>(may);
    if (both) may = *std::move(both);
  }
  for (const auto& one : unsaid) {
    std::string source = fmt::format("{}: {}", draft.where, one);
    if (may.empty()) {
      account_.mapped(std::move(source), "nothing: no request hangs on it");
    } else {
      account_.refused(std::move(source), "ask", "there is no clause that says it");
    }
  }
  const std::string question =
      printable(fmt::format("{}: is it so: {}?", draft.id, join(unsaid, "; ")), question_bytes_max);
  return emit(Effect::ask, question, may, {});
}

std::vector<Rule> RuleBuilder::take() {
  std::ranges::stable_sort(rules_, {}, &Rule::effect);
  return std::move(rules_);
}

}  // namespace usufruct::terms::odrl
