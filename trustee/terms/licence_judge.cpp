#include "trustee/terms/licence_judge.h"

#include <algorithm>
#include <iterator>

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

void LicenceJudge::judge(const Part& part, const Words& words, Judged& judged) {
  if (!part.unread.empty()) {
    judged.reasons.push_back({part.name, std::nullopt, part.unread, "", part.got, Truth::unknown});
    judged.answer = meet(judged.answer, Answer::abstain);
    return;
  }
  for (const auto& list : part.lists) {
    for (const auto& word : words.of(list.kind)) {
      const bool is_hit = word.place && list.hit.contains(*word.place);
      const bool may_be = !word.place || !list.is_known || list.broad.contains(*word.place);
      if (!is_hit && !may_be) continue;
      const bool refuses = is_hit && !list.asks;
      judged.reasons.push_back({part.name, list.kind, refuses ? "licence-forbids" : "licence-asks",
                                join(list.values, " "), word.text,
                                is_hit ? Truth::true_ : Truth::unknown});
      judged.answer = meet(judged.answer, refuses ? Answer::deny : Answer::abstain);
    }
  }
}

LicenceJudge::Judged LicenceJudge::judge(const Alternative& alternative, const Words& words) {
  Judged judged;
  for (const auto& part : alternative.parts) judge(part, words, judged);
  return judged;
}

Layer LicenceJudge::judge(const Context& context, std::vector<Duty>& duties) const {
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
    Judged best;
    for (const auto& alternative : expression.alternatives) {
      Judged judged = judge(alternative, words);
      if (chosen && better(best.answer, judged.answer) == best.answer) continue;
      chosen = &alternative;
      best = std::move(judged);
    }
    layer.answer = meet(layer.answer, best.answer);
    std::ranges::move(best.reasons, std::back_inserter(layer.reasons));
    duties.insert(duties.end(), chosen->duties.begin(), chosen->duties.end());
    if (expression.alternatives.size() == 1) continue;
    layer.reasons.push_back(
        {chosen->name, std::nullopt, "licence-chosen", expression.text, "", Truth::true_});
  }
  return layer;
}

}  // namespace usufruct::terms
