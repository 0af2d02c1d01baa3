#include <array>

#include "trustee/terms/analysis.h"
#include "trustee/terms/asked.h"

namespace usufruct::terms {
namespace {

/// All permits against one forbid, over both kinds of request.
class Overlapper {
 public:
  Overlapper(const Terms& terms, const Vocabulary& vocabulary, Budget budget)
      : terms_(terms), all_{&terms}, names_(all_, vocabulary), budget_(budget) {
    for (const For whom : kinds_of_request(all_)) {
      kinds_.push_back({whom, Sayings::of(terms, whom, names_)});
    }
  }

  std::vector<Overlap> run() {
    std::vector<Overlap> found;
    const auto& forbids = kinds_.front().sayings.forbids;
    for (std::size_t i = 0; i < forbids.size(); ++i) {
      const Rule* rule = forbids[i].rule;
      if (!rule || rule->effect != Effect::forbid) continue;
      if (auto overlap = of(i)) found.push_back(*std::move(overlap));
    }
    return found;
  }

 private:
  struct Kind {
    For whom;
    Sayings sayings;
  };

  std::size_t place_of(const Rule* rule) const {
    return static_cast<std::size_t>(rule - terms_.rules.data());
  }

  std::optional<Overlap> of(std::size_t forbid) {
    const auto& first = kinds_.front().sayings;
    for (std::size_t permit = 0; permit < first.permits.size(); ++permit) {
      for (const auto& kind : kinds_) {
        Asked asked(kind.whom, names_, budget_);
        Asked::Goals goals;
        Asked::add_fires(kind.sayings.permits[permit], goals);
        Asked::add_fires(kind.sayings.forbids[forbid], goals);
        auto example = asked.find(std::move(goals));
        if (!example && !asked.is_spent()) continue;
        return Overlap{place_of(first.forbids[forbid].rule), place_of(first.permits[permit].rule),
                       std::move(example)};
      }
    }
    return std::nullopt;
  }

  const Terms& terms_;
  std::array<const Terms*, 1> all_;
  Names names_;
  Budget budget_;
  std::vector<Kind> kinds_;
};

}  // namespace

std::vector<Overlap> overlaps(const Terms& terms, const Vocabulary& vocabulary, Budget budget) {
  return Overlapper(terms, vocabulary, budget).run();
}

}  // namespace usufruct::terms
