#include "trustee/terms/import/odrl/strategy.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"

namespace usufruct::terms::odrl {
namespace {

bool has(const Terms& terms, Effect effect) {
  return std::ranges::find(terms.rules, effect, &Rule::effect) != terms.rules.end();
}

/// A request on one line.
std::string line_of(const Example& example) {
  std::string line = print_request(example.request);
  while (line.ends_with('\n')) line.pop_back();
  std::ranges::replace(line, '\n', ';');
  return line.empty() ? "a request of anything" : printable(line, 200);
}

std::unexpected<Error> refuse(const Terms& terms, const Overlap& overlap) {
  const auto name = [&](std::size_t place) { return printable(terms.rules[place].id, 80); };
  const std::string both = fmt::format("'{}' permits some of what '{}' forbids",
                                       name(overlap.permit), name(overlap.forbid));
  if (!overlap.example) {
    return conflict(
        "whether permissions and prohibitions overlap was not found out: there are "
        "too many",
        "say which counts: \"conflict\": \"prohibit\"");
  }
  return conflict(fmt::format("{}, for one: {}", both, line_of(*overlap.example)),
                  "say which counts: \"conflict\": \"prohibit\", or \"perm\"");
}

}  // namespace

Result<void> settle_conflicts(const std::string& strategy, Terms& terms,
                              const Vocabulary& vocabulary, Account& account) {
  const std::string source =
      strategy.empty() ? "(no conflict)" : fmt::format("conflict {}", printable(strategy, 60));
  if (strategy == "odrl:prohibit") {
    account.mapped(source, "a forbid counts more than a permit");
    return {};
  }
  if (!has(terms, Effect::permit) || !has(terms, Effect::forbid)) {
    if (!strategy.empty()) account.mapped(source, "nothing overlaps");
    return {};
  }
  const auto found = overlaps(terms, vocabulary);
  if (found.empty()) {
    account.mapped(source, "nothing overlaps");
    return {};
  }
  if (strategy != "odrl:perm") return refuse(terms, found.front());
  for (const auto& overlap : found) {
    Rule& forbid = terms.rules[overlap.forbid];
    account.approximated(fmt::format("{}: '{}'", source, printable(forbid.id, 80)), "ask",
                         fmt::format("'{}' would count more: which does is asked, where it forbids",
                                     printable(terms.rules[overlap.permit].id, 80)));
    forbid.effect = Effect::ask;
    forbid.id = fmt::format("{}: it is prohibited, and permissions count more; is it permitted?",
                            printable(forbid.id, 200));
  }
  std::ranges::stable_sort(terms.rules, {}, &Rule::effect);
  return {};
}

}  // namespace usufruct::terms::odrl
