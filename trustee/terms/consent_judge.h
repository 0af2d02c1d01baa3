#pragma once

#include <string>
#include <vector>

#include "trustee/terms/assessor.h"

namespace usufruct::terms {

/// The consent layer with its reason, compiled once for many requests. Immutable.
class ConsentJudge {
 public:
  ConsentJudge(const ConsentsHeard& consents, const Vocabulary& vocabulary);

  /// Some 50 ns a consent. Where none permits, the reasons are those of the newest one.
  Layer judge(const Question& question, const Context& context, Detail detail) const;

 private:
  bool is_needed_;
  bool is_whole_;
  Answer unheard_;
  std::optional<Consent> newest_;
  std::vector<Policy> policies_;
};

/// Whether one consent permits a question of the same vocabulary, by the kernel.
bool permits(const Consent& consent, const Question& question, const Vocabulary& vocabulary);

}  // namespace usufruct::terms
