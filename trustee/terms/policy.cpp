#include "trustee/terms/policy.h"

#include <algorithm>
#include <array>

#include "crypto/base/parallel.h"
#include "trustee/terms/policy_code.h"

namespace usufruct::terms {
namespace {

bool meets(const std::uint64_t* left, const std::uint64_t* right, std::size_t width) {
  std::uint64_t common = 0;
  for (std::size_t i = 0; i < width; ++i) common |= left[i] & right[i];
  return common != 0;
}

bool is_within(const std::uint64_t* left, const std::uint64_t* right, std::size_t width) {
  std::uint64_t outside = 0;
  for (std::size_t i = 0; i < width; ++i) outside |= left[i] & ~right[i];
  return outside == 0;
}

constexpr Truth unknown_or_false(bool is_unknown) {
  return is_unknown ? Truth::unknown : Truth::false_;
}

/// A clause over words: `cells` are what was said, `with` is the clause's payload.
Truth judge_words(std::uint64_t head, const std::uint64_t* with, const Question& question) {
  const auto slot = static_cast<Slot>(subject_of(head));
  const std::uint64_t* cells = question.cells(slot);
  const std::size_t width = width_of(head);
  const std::uint64_t flags = flags_of(head);
  const bool has_unknown = question.has_unknown(slot);
  const bool is_uncertain = has_unknown || (flags & has_unknown_value) != 0;
  if (question.is_empty(slot) && test_of(head) != Test::all_brought) {
    return unknown_or_false((flags & nothing_is_false) == 0);
  }
  switch (test_of(head)) {
    case Test::any_hit:
      if (meets(cells, with, width)) return Truth::true_;
      return unknown_or_false(is_uncertain || meets(cells, with + width, width));
    case Test::all_brought: {
      Truth truth = (flags & has_unknown_value) != 0 ? Truth::unknown : Truth::true_;
      for (std::size_t at = 0; at < length_of(head); at += width) {
        if (meets(cells, with + at, width)) continue;
        if (!has_unknown) return Truth::false_;
        truth = Truth::unknown;
      }
      return truth;
    }
    case Test::recipient_within:
    case Test::any_within:
      if (test_of(head) == Test::any_within || question.is_for_requester()) {
        if (meets(cells, with, width)) return Truth::true_;
        return unknown_or_false(is_uncertain);
      }
      [[fallthrough]];
    case Test::every_within:
      if (!is_within(cells, with, width)) {
        return unknown_or_false((flags & has_unknown_value) != 0);
      }
      return has_unknown ? Truth::unknown : Truth::true_;
    case Test::constant:
    case Test::number:
    case Test::turn:
    case Test::price:
    case Test::price_below:
    case Test::actor:
      break;
  }
  return Truth::unknown;
}

constexpr Truth true_if(bool is_true) { return is_true ? Truth::true_ : Truth::false_; }
std::int64_t as_signed(std::uint64_t number) { return static_cast<std::int64_t>(number); }

Truth judge_actor(std::uint64_t head, const std::uint64_t* ids, const Question& question) {
  for (std::size_t at = 0; at < length_of(head); at += 4) {
    if (std::equal(ids + at, ids + at + 4, question.actor().begin())) return Truth::true_;
  }
  return unknown_or_false((flags_of(head) & has_unknown_value) != 0);
}

Truth judge_clause(const std::uint64_t* at, const Question& question) {
  const std::uint64_t head = *at;
  const std::uint64_t* with = at + 1;
  switch (test_of(head)) {
    case Test::constant:
      return static_cast<Truth>(subject_of(head));
    case Test::every_within:
    case Test::any_within:
    case Test::recipient_within:
    case Test::any_hit:
    case Test::all_brought:
      return judge_words(head, with, question);
    case Test::number: {
      const std::int64_t value = question.number(static_cast<Question::Number>(subject_of(head)));
      if (value == 0 && (flags_of(head) & zero_is_unknown) != 0) return Truth::unknown;
      return true_if(value >= as_signed(with[0]) &&
                     ((flags_of(head) & is_open) != 0 || value < as_signed(with[1])));
    }
    case Test::turn: {
      const std::int64_t value = question.number(static_cast<Question::Number>(subject_of(head)));
      const bool from = value >= as_signed(with[0]);
      const bool to = value < as_signed(with[1]);
      return true_if(with[0] < with[1] ? from && to : from || to);
    }
    case Test::price: {
      const std::int64_t offered = question.number(Question::Number::price);
      if (offered != 0 && question.currency() != with[2]) return Truth::unknown;
      return true_if(offered >= as_signed(with[0]) &&
                     ((flags_of(head) & is_open) != 0 || offered < as_signed(with[1])));
    }
    case Test::price_below: {
      const std::int64_t offered = question.number(Question::Number::price);
      if (question.currency() == with[1]) return true_if(offered < as_signed(with[0]));
      return offered > 0 ? Truth::unknown : Truth::true_;
    }
    case Test::actor:
      return judge_actor(head, with, question);
  }
  return Truth::unknown;
}

/// The least of its clauses; looks no further than the first false one.
Truth judge_rule(const std::uint64_t* rule, const Question& question) {
  Truth truth = Truth::true_;
  const std::uint64_t* at = rule + 1;
  for (std::size_t left = clauses_of(*rule); left > 0; --left) {
    truth = std::min(truth, judge_clause(at, question));
    if (truth == Truth::false_) break;
    at += 1 + length_of(*at);
  }
  if (kind_of(*rule) == RuleKind::ask && truth == Truth::true_) return Truth::unknown;
  return truth;
}

/// The strongest rule of each kind in a layer.
struct Strongest {
  std::array<Truth, 3> truths{};  ///< by RuleKind

  Truth& of(RuleKind kind) { return truths[static_cast<std::size_t>(kind)]; }
  Truth of(RuleKind kind) const { return truths[static_cast<std::size_t>(kind)]; }
  Answer answer() const {
    if (of(RuleKind::forbid) == Truth::true_) return Answer::deny;
    if (of(RuleKind::ask) != Truth::false_) return Answer::abstain;
    if (of(RuleKind::permit) == Truth::false_) return Answer::deny;
    return of(RuleKind::forbid) == Truth::false_ && of(RuleKind::permit) == Truth::true_
               ? Answer::permit
               : Answer::abstain;
  }
};

/// A forbid that is true decides: who asks only for the answer need not see the rest.
enum class Look : std::uint8_t { to_the_end, until_decided };

Strongest strongest_of(const std::uint64_t* layer, const Question& question, Look look) {
  Strongest strongest;
  if (permits_of(*layer)) strongest.of(RuleKind::permit) = Truth::true_;
  const std::uint64_t* rule = layer + 1;
  for (std::size_t left = rules_of(*layer); left > 0; --left) {
    const RuleKind kind = kind_of(*rule);
    Truth& truth = strongest.of(kind);
    if (truth != Truth::true_) truth = std::max(truth, judge_rule(rule, question));
    if (kind == RuleKind::forbid && truth == Truth::true_ && look == Look::until_decided) break;
    rule += 1 + rule_length(*rule);
  }
  return strongest;
}

const std::uint64_t* after(const std::uint64_t* layer) { return layer + 1 + layer_length(*layer); }

/// Of a run of alternatives the first that no other answers better than; `layer` is then the last.
const std::uint64_t* choose(const std::uint64_t*& layer, const Question& question) {
  const std::uint64_t* best = layer;
  Answer answer = strongest_of(layer, question, Look::until_decided).answer();
  while (has_alternative(*layer)) {
    layer = after(layer);
    if (answer == Answer::permit) continue;
    const Answer other = strongest_of(layer, question, Look::until_decided).answer();
    if (better(answer, other) == answer) continue;
    answer = other;
    best = layer;
  }
  return best;
}

/// Calls with each layer of a policy, of alternatives with the one that is chosen, until it says
/// false.
template <class Visit>
void for_each_layer(std::span<const std::uint64_t> policy, const Question& question, Visit visit) {
  const std::uint64_t* const end = policy.data() + policy.size();
  for (const std::uint64_t* layer = policy.data(); layer < end; layer = after(layer)) {
    const bool is_choice = has_alternative(*layer);
    if (!visit(is_choice ? choose(layer, question) : layer)) return;
  }
}

}  // namespace

Judgement judge(std::span<const std::uint64_t> policy, const Question& question) {
  Judgement judgement;
  judgement.say(LayerKind::request, question.own_answer());
  for_each_layer(policy, question, [&](const std::uint64_t* layer) {
    judgement.say(layer_of(*layer), strongest_of(layer, question, Look::until_decided).answer());
    return true;
  });
  return judgement;
}

Answer answer_of(std::span<const std::uint64_t> policy, const Question& question) {
  Answer answer = question.own_answer();
  for_each_layer(policy, question, [&](const std::uint64_t* layer) {
    answer = meet(answer, strongest_of(layer, question, Look::until_decided).answer());
    return answer != Answer::deny;
  });
  return answer;
}

std::size_t explain(std::span<const std::uint64_t> policy, const Question& question,
                    std::span<Finding> into) {
  std::size_t count = 0;
  const auto tell = [&](const Finding& finding) {
    if (count < into.size()) into[count] = finding;
    ++count;
  };
  for_each_layer(policy, question, [&](const std::uint64_t* layer) {
    const auto strongest = strongest_of(layer, question, Look::to_the_end);
    const std::uint64_t* rule = layer + 1;
    for (std::size_t number = 0; number < rules_of(*layer); ++number) {
      const bool permits = kind_of(*rule) == RuleKind::permit;
      const Truth truth = judge_rule(rule, question);
      const bool holds = permits && truth == Truth::true_;
      const bool decides =
          permits ? strongest.of(RuleKind::permit) != Truth::true_ : truth != Truth::false_;
      const std::uint64_t* clause = rule + 1;
      const bool asks = kind_of(*rule) == RuleKind::ask;
      Finding finding{layer_of(*layer),
                      permits ? Effect::permit
                      : asks  ? Effect::ask
                              : Effect::forbid,
                      static_cast<std::uint16_t>(number), Finding::whole, truth};
      // The question an ask puts is the same whatever made it come up.
      if (holds || (decides && (asks || clauses_of(*rule) == 0))) tell(finding);
      for (std::size_t i = 0; decides && !asks && i < clauses_of(*rule); ++i) {
        finding.clause = static_cast<std::uint16_t>(i);
        finding.truth = judge_clause(clause, question);
        // A forbid that fired did so by all of its clauses; else what holds is no reason.
        if (truth == Truth::true_ || finding.truth != Truth::true_) tell(finding);
        clause += 1 + length_of(*clause);
      }
      rule += 1 + rule_length(*rule);
    }
    return true;
  });
  return count;
}

std::size_t PolicyShelf::add(const Policy& policy) {
  code_.insert(code_.end(), policy.code().begin(), policy.code().end());
  begins_.push_back(code_.size());
  return size() - 1;
}

std::vector<Answer> PolicyShelf::ask_all(const Question& question) const {
  constexpr std::size_t block = 4'096;
  std::vector<Answer> answers(size());
  for_each_index((size() + block - 1) / block, 1, [&](std::size_t part) {
    const std::size_t end = std::min(size(), (part + 1) * block);
    for (std::size_t i = part * block; i < end; ++i) answers[i] = answer_of((*this)[i], question);
  });
  return answers;
}

}  // namespace usufruct::terms
