#include "trustee/terms/licence_combination.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

/// Why what carries these may be given on under no licence; empty when it may.
std::string why_not(const LicenceProperties& properties, Making making) {
  if (properties.share_alike.size() > 1) {
    return fmt::format("share-alike {}: what is made of both can be under one of these alone",
                       fmt::join(properties.share_alike, " and "));
  }
  // A licence that others must keep as it is lets nobody add that commerce is excluded. What is
  // not known may not exclude it.
  if (properties.use < LicenceUse::unspecified && properties.use < properties.share_alike_use) {
    return fmt::format("share-alike {} permits all use, and {} use alone is permitted",
                       properties.share_alike.front(), name_of(properties.use));
  }
  if (!properties.may_derive && making == Making::derived) {
    return "no derivatives: what is made of it may not be given on";
  }
  return "";
}

Answer answer_of(const LicenceProperties& properties, Making making) {
  if (!why_not(properties, making).empty()) return Answer::deny;
  const bool is_clear = properties.is_known && properties.use != LicenceUse::unspecified &&
                        properties.attribution != Attribution::unknown;
  return is_clear ? Answer::permit : Answer::abstain;
}

using Alternatives = std::vector<LicenceAlternative>;

/// What the choices so far must carry, and for each the first that comes to it.
using Reached = std::map<LicenceProperties, std::vector<std::size_t>>;

/// Whether a choice and one more come before another of that length.
bool is_before(std::span<const std::size_t> choice, std::size_t more,
               std::span<const std::size_t> other) {
  const auto [left, right] = std::ranges::mismatch(choice, other);
  return left == choice.end() ? more < *right : *left < *right;
}

/// All that some choice of alternatives comes to and that may be given on.
Reached reach(std::span<const Alternatives* const> inputs, Making making,
              const Vocabulary& vocabulary) {
  Reached reached{{LicenceProperties{}, {}}};
  for (const auto* alternatives : inputs) {
    Reached next;
    for (std::size_t i = 0; i < alternatives->size(); ++i) {
      const auto properties = properties_of((*alternatives)[i], vocabulary);
      for (const auto& [before, choice] : reached) {
        const auto both = meet(before, properties);
        // More inputs only ask for more: what is refused now stays so.
        if (answer_of(both, making) == Answer::deny) continue;
        const auto [there, is_new] = next.try_emplace(both);
        auto& first = there->second;
        if (!is_new && !is_before(choice, i, first)) continue;
        first = choice;
        first.push_back(i);
      }
    }
    reached = std::move(next);
  }
  return reached;
}

/// Best first: that permits most, the widest use, the least asked.
auto rank_of(const LicenceProperties& properties, Making making) {
  const bool is_clear = answer_of(properties, making) == Answer::permit;
  return std::tuple(!is_clear, -static_cast<int>(properties.use), properties.share_alike.size(),
                    properties.attribution);
}

Result<std::vector<Alternatives>> all_alternatives(std::span<const LicenceExpression> inputs,
                                                   const Vocabulary& vocabulary) {
  if (inputs.empty() || inputs.size() > combination_inputs_max) {
    return malformed(fmt::format("{} licences are too {} to combine", inputs.size(),
                                 inputs.empty() ? "few" : "many"),
                     fmt::format("1 to {} are", combination_inputs_max));
  }
  std::vector<Alternatives> all;
  for (const auto& input : inputs) all.push_back(TRY(alternatives_of(input, vocabulary)));
  return all;
}

std::vector<const Alternatives*> pointers_to(const std::vector<Alternatives>& all) {
  std::vector<const Alternatives*> pointers;
  for (const auto& one : all) pointers.push_back(&one);
  return pointers;
}

/// The inputs that conflict alone, and the pairs of those that do not.
std::vector<LicenceConflict> conflicts_of(const std::vector<Alternatives>& inputs, Making making,
                                          const Vocabulary& vocabulary) {
  std::vector<LicenceConflict> conflicts;
  std::vector<bool> is_odd(inputs.size());
  const auto look = [&](std::size_t left, std::size_t right) {
    const std::array<const Alternatives*, 2> pair = {&inputs[left], &inputs[right]};
    if (!reach(pair, making, vocabulary).empty()) return false;
    const auto both = meet(properties_of(inputs[left].front(), vocabulary),
                           properties_of(inputs[right].front(), vocabulary));
    conflicts.push_back({left, right, why_not(both, making)});
    return true;
  };
  for (std::size_t i = 0; i < inputs.size(); ++i) is_odd[i] = look(i, i);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    for (std::size_t j = i + 1; j < inputs.size(); ++j) {
      if (!is_odd[i] && !is_odd[j]) look(i, j);
    }
  }
  return conflicts;
}

/// What is asked for certain, and for certain not kept.
std::vector<std::string> left_out(const LicenceProperties& asked, const LicenceProperties& given) {
  std::vector<std::string> missing;
  if (!given.is_known) return missing;
  if (asked.use < LicenceUse::unspecified && asked.use < given.use) {
    missing.push_back(fmt::format("{} use alone", name_of(asked.use)));
  }
  if (asked.attribution == Attribution::yes && given.attribution == Attribution::no) {
    missing.emplace_back("attribution");
  }
  for (const auto& name : asked.share_alike) {
    const bool is_kept = std::ranges::find(given.share_alike, name) != given.share_alike.end();
    if (!is_kept) missing.push_back("share-alike " + name);
  }
  return missing;
}

}  // namespace

LicenceProperties meet(LicenceProperties left, const LicenceProperties& right) {
  left.use = std::min(left.use, right.use);
  left.attribution = std::max(left.attribution, right.attribution);
  left.share_alike.insert(left.share_alike.end(), right.share_alike.begin(),
                          right.share_alike.end());
  sort_once(left.share_alike);
  left.share_alike_use = std::max(left.share_alike_use, right.share_alike_use);
  left.may_derive &= right.may_derive;
  left.is_known &= right.is_known;
  return left;
}

LicenceProperties properties_of(const LicenceAlternative& alternative,
                                const Vocabulary& vocabulary) {
  LicenceProperties all;
  for (const auto& part : alternative.parts) {
    LicenceProperties one;
    if (const LicenceTerm* row = row_of(part, vocabulary)) {
      one.use = row->use;
      one.attribution = row->attribution;
      if (!row->share_alike.empty()) one.share_alike = {row->share_alike};
      if (!row->share_alike.empty()) one.share_alike_use = row->use;
      one.may_derive = row->may_derive;
    } else {
      one.use = LicenceUse::unspecified;
      one.attribution = Attribution::unknown;
      one.is_known = false;
    }
    all = meet(std::move(all), one);
  }
  return all;
}

std::string print_share_alike(const LicenceProperties& properties) {
  if (!properties.share_alike.empty()) return join(properties.share_alike, ", ");
  return properties.is_known ? "none" : "unknown";
}

Result<Combination> combine(std::span<const LicenceExpression> inputs, Making making,
                            const Vocabulary& vocabulary) {
  const auto all = TRY(all_alternatives(inputs, vocabulary));
  const auto reached = reach(pointers_to(all), making, vocabulary);
  Combination combination;
  std::vector<std::size_t> choice(all.size());
  if (reached.empty()) {
    combination.answer = Answer::deny;
    combination.conflicts = conflicts_of(all, making, vocabulary);
  } else {
    const auto best = std::ranges::min_element(reached, {}, [&](const auto& one) {
      return std::tuple(rank_of(one.first, making), one.second);
    });
    combination.answer = answer_of(best->first, making);
    choice = best->second;
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& chosen = all[i][choice[i]];
    combination.properties =
        meet(std::move(combination.properties), properties_of(chosen, vocabulary));
    std::ranges::copy(chosen.duties, std::back_inserter(combination.duties));
    combination.chosen.push_back(chosen);
  }
  sort_once(combination.duties);
  return combination;
}

Result<std::vector<std::string>> misses_of(const LicenceExpression& given,
                                           std::span<const LicenceExpression> inputs,
                                           const Vocabulary& vocabulary) {
  const auto all = TRY(all_alternatives(inputs, vocabulary));
  const auto ways = TRY(alternatives_of(given, vocabulary));
  const auto reached = reach(pointers_to(all), Making::derived, vocabulary);
  if (reached.empty()) {
    return conflict("what is made of the inputs may be given on under no licence",
                    "`usufruct licence combine` shows which conflict");
  }
  std::optional<std::vector<std::string>> fewest;
  for (const auto& [asked, _] : reached) {
    std::vector<std::string> missing;
    for (const auto& way : ways) {
      std::ranges::move(left_out(asked, properties_of(way, vocabulary)),
                        std::back_inserter(missing));
    }
    sort_once(missing);
    if (!fewest || missing.size() < fewest->size()) fewest = std::move(missing);
  }
  return *std::move(fewest);
}

}  // namespace usufruct::terms
