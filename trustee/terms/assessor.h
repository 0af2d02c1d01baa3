#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/licence_judge.h"
#include "trustee/terms/policy.h"

namespace usufruct::terms {

class ConsentJudge;

/// Terms, licences and further terms, compiled once to assess many requests as assess_briefly()
/// does. Borrows the terms, the further terms and the vocabularies, which must outlive it. Const
/// methods are safe together.
class Assessor {
 public:
  Assessor(const Terms& terms, std::span<const Licence> licences, const Vocabulary& vocabulary,
           std::span<const FurtherTerms> further = {});

  /// In the vocabulary of the Assessor, whatever the context has. Some microseconds.
  Assessment assess(const Context& context, const ConsentsHeard& consents = {},
                    Detail detail = Detail::words) const;
  /// The same by consents that are compiled too, against the same vocabulary.
  Assessment assess(const Context& context, const ConsentJudge& consents, Detail detail) const;
  /// Memory of what is compiled, about.
  std::size_t size_bytes() const;

 private:
  struct Rules {
    const Terms* terms = nullptr;
    LayerKind layer = LayerKind::owner;
    const Vocabulary* vocabulary = nullptr;
    Policy policy;
    std::size_t findings_max = 0;
  };
  static Rules compiled(const Terms& terms, LayerKind layer, const Vocabulary& vocabulary);
  static Layer judge(const Rules& rules, const Question& question, const Context& context,
                     Detail detail, std::vector<Duty>& duties);
  Layer judge_further(LayerKind kind, const Question& question, const Context& context,
                      Detail detail, std::vector<Duty>& duties) const;

  const Vocabulary& vocabulary_;
  Rules owner_;
  std::vector<Rules> further_;
  LicenceJudge licences_;
};

}  // namespace usufruct::terms
