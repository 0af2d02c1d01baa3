#include "trustee/terms/evaluate.h"

#include <algorithm>
#include <array>

#include "trustee/terms/assessor.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/floor.h"

namespace usufruct::terms {

std::string_view name_of(Truth truth) {
  switch (truth) {
    case Truth::false_:
      return "false";
    case Truth::unknown:
      return "unknown";
    case Truth::true_:
      return "true";
  }
  return "";
}

std::string_view name_of(Answer answer) {
  switch (answer) {
    case Answer::permit:
      return "permit";
    case Answer::deny:
      return "deny";
    case Answer::abstain:
      return "abstain";
  }
  return "";
}

std::string_view name_of(LayerKind layer) {
  constexpr std::array<std::string_view, layer_count> names = {
      "request", "owner terms", "licence", "consent", "labels", "law", "charter", "price"};
  return names[static_cast<std::size_t>(layer)];
}

Assessment assess_briefly(const Terms& terms, std::span<const Licence> licences,
                          const Context& context, std::span<const FurtherTerms> further,
                          const ConsentsHeard& consents) {
  return Assessor(terms, licences, context.vocabulary, further).assess(context, consents);
}

Assessment assess(const Terms& terms, std::span<const Licence> licences, const Context& context,
                  std::span<const FurtherTerms> further, const ConsentsHeard& consents) {
  Assessment assessment = assess_briefly(terms, licences, context, further, consents);
  if (assessment.answer != Answer::permit) {
    assessment.nearest = suggest(terms, licences, context, further, consents);
  }
  return assessment;
}

Floor strictest_floor(const Terms& terms, std::span<const FurtherTerms> further) {
  Floor floor = terms.floor;
  for (const auto& one : further) {
    if (one.terms->floor.k != 0) floor = stricter_of(floor, one.terms->floor);
  }
  return floor;
}

}  // namespace usufruct::terms
