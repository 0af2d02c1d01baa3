#include "trustee/terms/licence_judge.h"

#include <array>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/terms/clause.h"

namespace usufruct::terms {

/// The purposes and actions of a request, and where each stands among the vocabulary's.
class LicenceJudge::Words {
 public:
  struct Word {
    const std::string& text;
    std::optional<std::size_t> place;
  };

  Words(const Context& context, const Vocabulary& vocabulary)
      : purposes_(placed(Scheme::purpose, context.request.purposes, vocabulary)),
        actions_(placed(Scheme::action, context.request.actions, vocabulary)) {}

  const std::vector<Word>& of(ClauseKind kind) const {
    return kind == ClauseKind::purpose ? purposes_ : actions_;
  }

 private:
  static std::vector<Word> placed(Scheme scheme, const std::vector<std::string>& words,
                                  const Vocabulary& vocabulary) {
    std::vector<Word> placed;
    for (const auto& word : words) placed.push_back({word, vocabulary.place_of(scheme, word)});
    return placed;
  }

  std::vector<Word> purposes_;
  std::vector<Word> actions_;
};

LicenceJudge::LicenceJudge(std::span<const Licence> licences, const Vocabulary& vocabulary)
    : vocabulary_(vocabulary) {
  for (const auto& licence : licences) {
    Expression& expression = expressions_.emplace_back(Expression{licence.expression, {}});
    const auto alternatives = alternatives_of(licence.expression, vocabulary);
    if (!alternatives) continue;
    for (const auto& one : *alternatives) {
      Alternative& made = expression.alternatives.emplace_back();
      for (const auto& part : one.parts) made.parts.push_back(part_of(part, vocabulary));
      made.duties = one.duties;
      made.name = print(one);
    }
  }
}

LicenceJudge::Part LicenceJudge::part_of(const LicencePart& part, const Vocabulary& vocabulary) {
  Part made;
  made.name = print(part);
  const LicenceTerm* row = row_of(part, vocabulary);
  if (row == nullptr) {
    const bool is_known = vocabulary.find_licence(part.id) != nullptr;
    made.unread = is_known ? "licence-exception-unknown" : "licence-unknown";
    made.got = is_known ? part.exception : made.name;
    return made;
  }
  const auto add = [&](ClauseKind kind, const std::vector<std::string>& values, bool asks) {
    const Scheme scheme = *scheme_of(kind);
    WordSet hit = vocabulary.all_kinds_of(scheme, values);
    WordSet broad = vocabulary.overlapping(scheme, hit);
    made.lists.push_back(
        {kind, asks, values, std::move(hit), std::move(broad), vocabulary.knows(scheme, values)});
  };
  add(ClauseKind::purpose, row->forbid_purposes, false);
  add(ClauseKind::action, row->forbid_actions, false);
  add(ClauseKind::action, row->ask_actions, true);
  return made;
}

template <class Visit>
void LicenceJudge::visit_hits(const Alternative& alternative, const Words& words,
                              const Visit& visit) {
  for (const auto& part : alternative.parts) {
    for (const auto& list : part.lists) {
      for (const auto& word : words.of(list.kind)) {
        const bool is_hit = word.place && list.hit.contains(*word.place);
        const bool may_be = !word.place || !list.is_known || list.broad.contains(*word.place);
        if (!is_hit && !may_be) continue;
        if (!visit(Hit{part, list, word.text, is_hit ? Truth::true_ : Truth::unknown})) return;
      }
    }
  }
}

Answer LicenceJudge::answer_of(const Alternative& alternative, const Words& words) {
  Answer answer = Answer::permit;
  for (const auto& part : alternative.parts) {
    if (!part.unread.empty()) answer = Answer::abstain;
  }
  visit_hits(alternative, words, [&](const Hit& hit) {
    answer = meet(answer, hit.refuses() ? Answer::deny : Answer::abstain);
    return answer != Answer::deny;
  });
  return answer;
}

void LicenceJudge::tell(const Alternative& alternative, const Words& words, Detail detail,
                        std::vector<Reason>& reasons) {
  for (const auto& part : alternative.parts) {
    if (part.unread.empty()) continue;
    reasons.push_back({part.name, std::nullopt, part.unread, "", part.got, Truth::unknown});
  }
  // Without words the hits of one list differ in their truth alone.
  const List* told_of = nullptr;
  std::array<bool, 3> told{};
  visit_hits(alternative, words, [&](const Hit& hit) {
    if (detail == Detail::codes) {
      if (std::exchange(told_of, &hit.list) != &hit.list) told = {};
      if (std::exchange(told[static_cast<std::size_t>(hit.truth)], true)) return true;
    }
    Reason& reason = reasons.emplace_back();
    reason.rule = hit.part.name;
    reason.kind = hit.list.kind;
    reason.code = hit.refuses() ? "licence-forbids" : "licence-asks";
    reason.truth = hit.truth;
    if (detail == Detail::codes) return true;
    reason.wanted = join(hit.list.values, " ");
    reason.got = hit.word;
    return true;
  });
}

Layer LicenceJudge::judge(const Context& context, Detail detail, std::vector<Duty>& duties) const {
  Layer layer{std::string(name_of(LayerKind::licence)), Answer::permit, {}};
  if (expressions_.empty()) return layer;
  const Words words(context, vocabulary_);
  for (const auto& expression : expressions_) {
    if (expression.alternatives.empty()) {
      layer.reasons.push_back({expression.text, std::nullopt, "licence-unreadable", "",
                               expression.text, Truth::unknown});
      layer.answer = meet(layer.answer, Answer::abstain);
      continue;
    }
    const Alternative* chosen = nullptr;
    Answer best = Answer::deny;
    for (const auto& alternative : expression.alternatives) {
      const Answer answer = answer_of(alternative, words);
      if (chosen && better(best, answer) == best) continue;
      chosen = &alternative;
      best = answer;
      if (best == Answer::permit) break;
    }
    layer.answer = meet(layer.answer, best);
    tell(*chosen, words, detail, layer.reasons);
    duties.insert(duties.end(), chosen->duties.begin(), chosen->duties.end());
    if (expression.alternatives.size() == 1) continue;
    layer.reasons.push_back(
        {chosen->name, std::nullopt, "licence-chosen", expression.text, "", Truth::true_});
  }
  return layer;
}

std::size_t LicenceJudge::size_bytes() const {
  std::size_t bytes = 0;
  for (const auto& expression : expressions_) {
    for (const auto& alternative : expression.alternatives) {
      for (const auto& part : alternative.parts) {
        for (const auto& list : part.lists) bytes += 2 * list.hit.cells().size_bytes();
      }
    }
  }
  return bytes;
}

}  // namespace usufruct::terms
