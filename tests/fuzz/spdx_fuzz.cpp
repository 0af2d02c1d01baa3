#include <algorithm>

#include "crypto/base/text.h"
#include "tests/fuzz/target.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/spdx.h"
#include "trustee/terms/licence_combination.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"

namespace usufruct::fuzz {
namespace {

/// Requests that licences part over.
std::vector<Request> requests() {
  std::vector<Request> made;
  for (const auto* purpose : {"dpv:AcademicResearch", "dpv:CommercialResearch", "dpv:Purpose"}) {
    for (const auto* action : {"ai-training", "sell", "derive", "use"}) {
      Request request;
      request.purposes = {purpose};
      request.actions = {action};
      made.push_back(std::move(request));
    }
  }
  return made;
}

/// What parses is printed to the same tree; its alternatives are few and parse themselves; the
/// kernel, the specification, the assessment and the terms made of it agree on it.
void run_spdx(View input) {
  const auto& vocabulary = terms::Vocabulary::builtin();
  const auto expression = terms::parse_licence_expression(as_text(input), vocabulary);
  if (!expression) {
    CHECK_THAT(expression.error().message.find("column ") == 0 || input.size() > 4'096);
    return;
  }
  const auto again = terms::parse_licence_expression(print(*expression), vocabulary);
  CHECK_THAT(again.has_value() && *again == *expression);

  const auto alternatives = terms::alternatives_of(*expression, vocabulary);
  if (alternatives) {
    CHECK_THAT(!alternatives->empty() && alternatives->size() <= terms::licence_alternatives_max);
    for (const auto& one : *alternatives) {
      CHECK_THAT(terms::parse_licence_expression(print(one), vocabulary).has_value());
    }
    const auto alone = terms::combine({&*expression, 1}, terms::Making::nothing, vocabulary);
    CHECK_THAT(alone.has_value() && alone->chosen.size() == 1);
  }

  Terms permits;
  permits.rules.push_back({"all", Effect::permit, {}, {}});
  const std::vector<Licence> licences = {{.expression = std::string(as_text(input))}};
  const auto policy = terms::Policy::of(permits, licences, vocabulary);
  const auto imported = terms::read_spdx(as_text(input), {});
  CHECK_THAT(imported.has_value() == alternatives.has_value());
  const auto is_gap = [](const terms::ImportLine& line) {
    return line.source == "OR" && line.fidelity == terms::Fidelity::refused;
  };
  const bool is_written_out = imported && std::ranges::none_of(imported->lines, is_gap);
  const Party party;
  for (const auto& request : requests()) {
    const terms::Context context{request, party, RecordId{}, {1'790'000'000'000}};
    const auto judged = terms::judge(policy, terms::Question(context));
    CHECK_THAT(judged == terms::specified(permits, licences, context));
    CHECK_THAT(judged.answer == terms::assess_briefly(permits, licences, context).answer);
    if (!is_written_out) continue;
    CHECK_THAT(judged.answer == terms::specified(imported->terms, {}, context).answer);
  }
}

std::vector<Bytes> spdx_seeds() {
  return {
      to_bytes("CC-BY-4.0"),
      to_bytes("mit or (cc-by-nc-4.0 AND ODbL-1.0)"),
      to_bytes("GPL-2.0+ WITH Classpath-exception-2.0 OR LicenseRef-a"),
      to_bytes("(CC-BY-ND-4.0 OR CC-BY-SA-3.0+)AND(DocumentRef-b:LicenseRef-c or MIT WITH odd)"),
      to_bytes("C-UDA-1.0 AND (CC-BY-NC-SA-4.0 OR AGPL-3.0-only WITH "
               "DocumentRef-d:AdditionRef-e)"),
      to_bytes("MIT And ISC"),
      to_bytes("((MIT)")};
}

}  // namespace

const Target spdx_target{"spdx", run_spdx, spdx_seeds};

}  // namespace usufruct::fuzz
