#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/solver.h"

/// Terms as goals for the solver: what makes a rule true, and what keeps it from being so.
namespace usufruct::terms {

/// What all terms that are compared name, so that one universe holds them.
class Names {
 public:
  Names(std::span<const Terms* const> terms, const Vocabulary& vocabulary);

  const Universe& universe() const { return universe_; }
  const Vocabulary& vocabulary() const { return vocabulary_; }
  /// Offers are in one of these, in one that nobody names, or nothing: in that order.
  const std::vector<std::string>& currencies() const { return currencies_; }
  std::size_t other_currency() const { return currencies_.size(); }
  std::size_t no_offer() const { return currencies_.size() + 1; }
  /// Requesters that somebody names; one more stands for all others.
  const std::vector<RecordId>& actors() const { return actors_; }

 private:
  const Vocabulary& vocabulary_;
  std::vector<std::string> currencies_;
  std::vector<RecordId> actors_;
  Universe universe_;
};

/// Whom the results are for: it changes what a recipient clause looks at.
enum class For : std::uint8_t { named_recipients, requester };

/// One rule, for both questions there are about it.
struct Saying {
  const Rule* rule = nullptr;
  /// All of these reached: a permit is true, a forbid is not false. Unreachable ones stay in.
  std::vector<Goal> fires;
  /// This one reached: a permit is not true, a forbid is false.
  Goal rests;
};

/// All rules of some terms, the asking price last as a forbid of no rule.
struct Sayings {
  std::vector<Saying> permits;
  std::vector<Saying> forbids;

  static Sayings of(const Terms& terms, For whom, const Names& names);
};

/// What every request that can be permitted has.
std::vector<Goal> of_every_request(For whom, const Names& names);
/// The kinds of request to look at, one after another. Without a clause about recipients, whom it
/// is for makes no difference.
std::vector<For> kinds_of_request(std::span<const Terms* const> terms);

}  // namespace usufruct::terms
