#pragma once

#include <string_view>
#include <vector>

#include "trustee/holdings.h"

namespace usufruct {

/// Where something owed stands: a fold over its answers in the order of the log. Answers that the
/// law would not admit, which only a copy of a log that nobody kept can hold, change nothing
/// (specs/quorum.md §5, specs/lifecycles/obligation.yaml).
///
///     open → acknowledged → done | refused | exempt
///
/// The last three are final. Who owes acknowledges, does or refuses; who opened it exempts.
struct Owed {
  LoggedPtr opened;
  LoggedPtr answer;  ///< the newest that counts; null: none
  ObligationState state = ObligationState::open;
  bool is_late = false;  ///< past due without a final answer
};
Owed owed(const Graph& graph, LoggedPtr opened, Time at);

/// Whether nothing can be answered any more.
bool is_final(ObligationState state);
/// "open", "acknowledged, late", …
std::string print_state(const Owed& owed);

/// Every obligation that was opened, oldest first. Cost: all obligations and their answers.
std::vector<Owed> all_owed(const Graph& graph, Time at);

/// Whether an answer may follow in this state, and by whom: empty, or what the law's rule is called
/// that refuses it. `answer` names `opened` in its role `answers`.
std::string_view rule_against_answer(const Graph& graph, const Logged& opened,
                                     ObligationState state, const Record& answer);

}  // namespace usufruct
