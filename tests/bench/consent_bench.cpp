// Whose rows may be used, of many subjects: each consent judged word by word, beside what is worked
// out once for all that say the same.
//
//     bench_consent [--json] [subjects]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "crypto/hash.h"
#include "ledger/view/memory_graph.h"
#include "tests/support/figure.h"
#include "trustee/consent_state.h"
#include "trustee/consents.h"
#include "trustee/terms/consent_rules.h"
#include "trustee/terms/evaluate.h"

namespace usufruct {
namespace {

constexpr Time begins{1'790'000'000'000};
constexpr int rounds = 5;  // the best counts: the first warms up

RecordId id_of(std::string_view name, std::uint64_t n) {
  return RecordId{sha256(as_view(fmt::format("{} {}", name, n)))};
}

/// A dataset with one consent a subject; every `apart`-th says something of its own.
struct Consents {
  MemoryGraph graph;
  Logged dataset;
  Request request;

  Consents(std::uint64_t count, std::uint64_t apart) {
    dataset = add("dataset", 0, Dataset{.title = "d", .personal_data = PersonalData::personal}, {});
    const auto& vocabulary = terms::Vocabulary::builtin();
    const auto words = add(
        "words", 0,
        Vocabulary{.name = "w", .sha256 = vocabulary.digest(), .words = vocabulary.words()}, {});
    add("terms", 0, Terms{.vocabulary_sha256 = vocabulary.digest()},
        {{Role::governs, dataset.id, ""}, {Role::under, words.id, ""}});
    for (std::uint64_t i = 0; i < count; ++i) {
      Consent body{.purposes = {"dpv:AcademicResearch", "dpv:NonCommercialResearch"},
                   .actions = {"ai-training", "ai-evaluation", "aggregate"},
                   .excluded_purposes = {"dpv:CommercialPurpose"},
                   .recipients = {"academic", "non-profit"},
                   .storage_jurisdictions = {"EU", "CH"},
                   .age_out_at = i % 3 == 0 ? begins.plus_days(4000) : Time{}};
      if (apart != 0 && i % apart == 0) body.retention_days = static_cast<std::uint32_t>(1000 + i);
      add("consent", i, std::move(body),
          {{Role::covers, dataset.id, ""}, {Role::subject, id_of("subject", i), ""}});
    }
    request = {.purposes = {"dpv:AcademicResearch"},
               .actions = {"ai-training"},
               .recipients = {"university"},
               .jurisdictions = {"DE", "FR"},
               .duration_days = 365};
  }

  Logged add(std::string_view name, std::uint64_t n, Body body, std::vector<Ref> refs) {
    Logged logged{.id = id_of(name, n), .index = graph.size(), .time = begins};
    logged.record.refs = std::move(refs);
    logged.record.body = std::move(body);
    graph.add(logged, logged.id.digest);
    return logged;
  }

  /// What covered_subjects() says, with nothing remembered from one to the next.
  std::uint64_t judged_one_by_one() const {
    std::unordered_set<RecordId> asked;
    std::set<RecordId> covered;
    graph.visit_edges(dataset.id, Role::covers, Order::newest_first, [&](const Edge& edge) {
      const auto consent = graph.find(edge.from);
      const auto subject = *consent->record.first(Role::subject);
      if (!asked.insert(subject).second) return true;
      const bool covers =
          terms::consent_covers(*consent->record.as<Consent>(), request,
                                terms::Vocabulary::builtin()) == terms::Truth::true_ &&
          is_valid(state_of_consent(graph, *consent, begins, graph.size()));
      if (covers) covered.insert(subject);
      return true;
    });
    return covered.size();
  }
};

void bench(std::uint64_t count, std::uint64_t apart, std::string_view what, bool is_json) {
  const Consents consents(count, apart);
  std::uint64_t found = 0;
  std::uint64_t judged = 0;
  double once = 1e9;
  double each = 1e9;
  for (int i = 0; i < rounds; ++i) {
    once = std::min(once, seconds_of([&] {
                      found = covered_subjects(consents.graph, consents.dataset, consents.request,
                                               begins, consents.graph.size())
                                  .subjects.size();
                    }));
    each = std::min(each, seconds_of([&] { judged = consents.judged_one_by_one(); }));
  }
  if (found != judged || found == 0) {
    fmt::print(stderr, "bench: {} covered, {} when judged one by one\n", found, judged);
    std::exit(1);
  }
  print_figure({fmt::format("covered subjects of {}, {}", count, what), once * 1e3, "ms",
                "each judged word by word", each * 1e3},
               is_json);
}

}  // namespace
}  // namespace usufruct

int main(int argument_count, char** arguments) {
  std::uint64_t count = 30'000;
  bool is_json = false;
  for (int i = 1; i < argument_count; ++i) {
    if (std::string_view(arguments[i]) == "--json") {
      is_json = true;
    } else {
      count = std::strtoull(arguments[i], nullptr, 10);
    }
  }
  usufruct::bench(count, 0, "all alike", is_json);
  usufruct::bench(count, 100, "one in a hundred apart", is_json);
  usufruct::bench(count, 1, "each apart", is_json);
}
