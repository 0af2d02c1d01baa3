#include "trustee/terms/import/spdx.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "crypto/base/sorted.h"
#include "crypto/base/text.h"
#include "trustee/terms/author.h"
#include "trustee/terms/licence_alternative.h"

namespace usufruct::terms {
namespace {

/// One thing that keeps an alternative from permitting. Without a clause it always does.
struct Obstacle {
  Effect effect = Effect::forbid;
  std::vector<Clause> clauses;
  std::string question;  ///< of an ask: does CC-BY-ND-4.0 allow derive, modify?

  auto operator<=>(const Obstacle&) const = default;
};

class Importer {
 public:
  explicit Importer(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Result<Imported> run(std::string_view text) {
    const auto expression = TRY(parse_licence_expression(text, vocabulary_));
    const auto alternatives = TRY(alternatives_of(expression, vocabulary_));
    Terms& terms = imported_.terms;
    terms.title = printable("Imported from the licence " + print(expression), title_bytes_max);
    terms.floor = imported_floor;
    terms.vocabulary_sha256 = vocabulary_.digest();
    permit(alternatives);
    obstruct(alternatives);
    std::set<LicencePart> parts;
    for (const auto& one : alternatives) parts.insert(one.parts.begin(), one.parts.end());
    for (const auto& part : parts) account_for(part);
    return std::move(imported_);
  }

 private:
  static constexpr std::size_t title_bytes_max = 200;

  /// Everything that nothing below stands against.
  void permit(const std::vector<LicenceAlternative>& alternatives) {
    Rule permit{"licence", Effect::permit, {}, {}};
    // Where the first one permits everything, nobody chooses another: it has the fewest duties.
    const auto& first = alternatives.front();
    if (alternatives.size() == 1 || (is_known(first, vocabulary_) && obstacles_of(first).empty())) {
      permit.duties = first.duties;
    } else {
      for (const auto& one : alternatives)
        std::ranges::copy(one.duties, std::back_inserter(permit.duties));
      sort_once(permit.duties);
      const bool is_same = std::ranges::all_of(
          alternatives, [&](const auto& one) { return one.duties == permit.duties; });
      if (!is_same) {
        tell("OR", Fidelity::approximated, "duties of every alternative",
             "whoever uses the data may choose, and takes on the duties of that one alone");
      }
    }
    imported_.terms.rules.push_back(std::move(permit));
  }

  /// A request is kept out when each alternative keeps it out: one rule for each way that can be.
  void obstruct(const std::vector<LicenceAlternative>& alternatives) {
    std::set<Obstacle> ways{{}};
    for (const auto& alternative : alternatives) {
      const auto obstacles = obstacles_of(alternative);
      std::set<Obstacle> next;
      for (const auto& way : ways) {
        for (const auto& obstacle : obstacles) next.insert(both_of(way, obstacle));
      }
      if (next.size() > spdx_rules_max) return give_up();
      ways = std::move(next);
    }
    for (auto& way : ways) add_rule(std::move(way));
  }

  /// Questions are as long as there are licences in them; each rule has an id of its own.
  void add_rule(Obstacle way) {
    const std::string id = way.effect == Effect::forbid ? "refused" : printable(way.question, 300);
    auto& rules = imported_.terms.rules;
    std::string unique = id;
    for (int number = 2; std::ranges::find(rules, unique, &Rule::id) != rules.end(); ++number) {
      unique = fmt::format("{} ({})", id, number);
    }
    rules.push_back({std::move(unique), way.effect, std::move(way.clauses), {}});
  }

  void give_up() {
    imported_.terms.rules.push_back(
        {"does a licence one may choose allow it?", Effect::ask, {}, {}});
    tell("OR", Fidelity::refused, "ask", "too many ways to choose to be written out");
  }

  static Obstacle both_of(const Obstacle& left, const Obstacle& right) {
    Obstacle both = left;
    if (right.effect == Effect::ask) both.effect = Effect::ask;
    both.clauses.insert(both.clauses.end(), right.clauses.begin(), right.clauses.end());
    sort_once(both.clauses);
    both.clauses = in_writing_order(both.clauses);
    if (left.question.empty()) {
      both.question = right.question;
    } else if (!right.question.empty() && right.question != left.question) {
      both.question = left.question + " or: " + right.question;
    }
    return both;
  }

  std::vector<Obstacle> obstacles_of(const LicenceAlternative& alternative) const {
    std::vector<Obstacle> obstacles;
    for (const auto& part : alternative.parts) {
      const std::string name = print(part);
      const LicenceTerm* row = row_of(part, vocabulary_);
      if (!row) {
        obstacles.push_back({Effect::ask, {}, fmt::format("does {} allow it?", name)});
        continue;
      }
      const auto add = [&](Effect effect, ClauseKind kind, const std::vector<std::string>& words) {
        if (words.empty()) return;
        const auto question = fmt::format("does {} allow {}?", name, join(words, ", "));
        obstacles.push_back({effect, {{kind, words, 0, 0}}, effect == Effect::ask ? question : ""});
      };
      add(Effect::forbid, ClauseKind::purpose, row->forbid_purposes);
      add(Effect::forbid, ClauseKind::action, row->forbid_actions);
      add(Effect::ask, ClauseKind::action, row->ask_actions);
    }
    return obstacles;
  }

  void account_for(const LicencePart& part) {
    const std::string name = print(part);
    const LicenceTerm* row = row_of(part, vocabulary_);
    if (!row) {
      const bool is_exception = vocabulary_.find_licence(part.id) != nullptr;
      const auto meant = is_exception ? std::nullopt : nearest_licence(part.id, vocabulary_);
      return tell(name, Fidelity::refused, "ask",
                  is_exception ? "what the exception changes is not in the table"
                  : meant      ? fmt::format("it is not in the table; did you mean '{}'?", *meant)
                               : "it is not in the table");
    }
    std::vector<std::string> into;
    const auto add = [&](std::string_view what, const std::vector<std::string>& words) {
      if (!words.empty()) into.push_back(fmt::format("{} {}", what, join(words, " ")));
    };
    add("forbids purposes", row->forbid_purposes);
    add("forbids actions", row->forbid_actions);
    add("asks about actions", row->ask_actions);
    add("duties", row->duties);
    tell(name, Fidelity::mapped, into.empty() ? "permits everything" : join(into, "; "));
  }

  void tell(std::string source, Fidelity fidelity, std::string into, std::string loss = "") {
    imported_.lines.push_back({std::move(source), fidelity, std::move(into), std::move(loss)});
  }

  const Vocabulary& vocabulary_;
  Imported imported_;
};

}  // namespace

Result<Imported> read_spdx(std::string_view text, const ImportOptions& options) {
  return Importer(options.vocabulary).run(text);
}

}  // namespace usufruct::terms
