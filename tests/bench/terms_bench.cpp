// How fast the kernel judges, beside the specification's judges and beside a plain loop over as
// many bits; one policy warm, ten thousand, and a million that do not fit any cache.
//
//     bench_terms [--json] [policies]
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <vector>

#include "crypto/base/parallel.h"
#include "crypto/stream.h"
#include "tests/support/figure.h"
#include "tests/support/random_terms.h"
#include "trustee/document/json.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"

namespace usufruct {
namespace {

using Clock = std::chrono::steady_clock;
bool is_json = false;

/// Terms as owners write them: the templates that ship, each with its words and numbers changed.
class OwnersTerms {
 public:
  OwnersTerms() {
    for (const auto& file :
         std::filesystem::directory_iterator(USUFRUCT_SOURCE_DIR "/specs/templates")) {
      const auto text = must(read_file(file.path(), 64 * 1024));
      if (auto terms = terms::parse_terms(as_text(text), file.path().native())) {
        templates_.push_back(*std::move(terms));
      }
    }
    if (templates_.empty()) std::exit(1);
    std::ranges::sort(templates_);
  }

  Terms make(std::uint64_t seed) const {
    RandomTerms random(seed);
    Terms terms = templates_[seed % templates_.size()];
    for (auto& rule : terms.rules) {
      for (auto& clause : rule.clauses) {
        const auto scheme = terms::scheme_of(clause.kind);
        if (scheme && random.one_in(3)) clause.values = random.words(*scheme, 3, 1'000'000);
        if (clause.kind == ClauseKind::duration)
          clause.high += static_cast<std::int64_t>(seed % 90);
      }
    }
    return terms;
  }

 private:
  std::vector<Terms> templates_;
};

/// The least, over many runs, of what one call takes, in nanoseconds.
template <class Work>
double nanoseconds_of(std::size_t calls, Work work) {
  double least = 1e30;
  for (int run = 0; run < 20; ++run) {
    const double took = seconds_of([&] {
      for (std::size_t i = 0; i < calls; ++i) work(i);
    });
    least = std::min(least, took * 1e9 / static_cast<double>(calls));
  }
  return least;
}

struct Quantiles {
  double p50 = 0;
  double p99 = 0;
};

/// Each call timed alone, less what timing nothing takes.
template <class Work>
Quantiles quantiles_of(std::size_t calls, Work work) {
  std::vector<double> times(calls);
  double empty = 1e30;
  for (std::size_t i = 0; i < 1000; ++i) {
    const auto start = Clock::now();
    empty = std::min(empty, std::chrono::duration<double, std::nano>(Clock::now() - start).count());
  }
  for (std::size_t i = 0; i < calls; ++i) {
    const auto start = Clock::now();
    work(i);
    times[i] = std::chrono::duration<double, std::nano>(Clock::now() - start).count() - empty;
  }
  std::ranges::sort(times);
  return {times[calls / 2], times[calls * 99 / 100]};
}

std::size_t scattered(std::size_t i, std::size_t count) {
  return (i * 0x9E37'79B9'7F4A'7C15 >> 20) % count;
}

volatile std::uint64_t sink = 0;

/// Reads as many numbers as a policy has and compares each with one of the question's.
std::uint64_t plain_loop(std::span<const std::uint64_t> policy, const terms::Question& question) {
  std::uint64_t outside = 0;
  const std::uint64_t* cells = question.cells(terms::Slot::requester_class);
  for (std::size_t i = 0; i < policy.size(); ++i) outside |= policy[i] & ~cells[i % 8];
  return outside;
}

/// Terms of a hundred rules, of two owners, and of one who changed five of them: the analysis that
/// knows, beside as much asking at random that does not.
void bench_diff() {
  constexpr std::size_t rules = 100;
  // Rules with two conditions at least, one in ten a forbid: others refuse everything soon.
  const auto narrow_rule = [](RandomTerms& random) {
    Rule rule = random.rule();
    while (rule.clauses.size() < 2) rule = random.rule();
    rule.effect = random.one_in(10) ? Effect::forbid : Effect::permit;
    return rule;
  };
  const auto make = [&](std::uint64_t seed) {
    RandomTerms random(seed);
    Terms terms;
    while (terms.rules.size() < rules) terms.rules.push_back(narrow_rule(random));
    terms.floor = {5, 500, 2};
    return terms;
  };
  for (const bool is_changed : {true, false}) {
    double took = 0;
    double sampled = 0;
    std::size_t different = 0;
    constexpr std::size_t pairs = 20;
    for (std::size_t i = 0; i < pairs; ++i) {
      const Terms before = make(2 * i);
      Terms after = is_changed ? before : make(2 * i + 1);
      for (std::size_t at = 0; is_changed && at < 5; ++at) {
        RandomTerms random(100 + i + at);
        after.rules[at * 17] = narrow_rule(random);
      }
      took += seconds_of([&] {
        const auto told = terms::diff(before, after, RandomTerms::vocabulary());
        different += told.comparison != terms::Comparison::equal;
      });
      const auto one = terms::Policy::of(before, {}, RandomTerms::vocabulary());
      const auto other = terms::Policy::of(after, {}, RandomTerms::vocabulary());
      RandomTerms random(i);
      sampled += seconds_of([&] {
        for (int asked = 0; asked < 10'000; ++asked) {
          const Request request = random.request();
          const Party party = random.party();
          const terms::Question question(
              {request, party, random.party_id(1), random.time(), RandomTerms::vocabulary()});
          sink =
              sink + (terms::judge(one, question).answer != terms::judge(other, question).answer);
        }
      });
    }
    if (different == 0) std::exit(1);
    print_figure(
        {is_changed ? "diff_100_rules_5_changed" : "diff_100_rules_unlike", took * 1e3 / pairs,
         "ms", "10,000 requests at random to both", sampled * 1e3 / pairs},
        is_json);
  }
}

/// Policies of ODRL as machines send them: two permissions with a few constraints, a prohibition.
std::string odrl_policy(RandomTerms& random) {
  const auto purpose = [&] {
    const auto& all = RandomTerms::vocabulary().terms(terms::Scheme::purpose);
    return all[random.below(all.size())].id;
  };
  const auto rule = [&](const char* action) {
    return fmt::format(
        R"({{"uid":"urn:rule:{}","target":"http://example.org/data","assigner":)"
        R"("http://example.org/owner","action":"{}","constraint":[{{"leftOperand":"purpose",)"
        R"("operator":"isAnyOf","rightOperand":[{{"@id":"{}"}},{{"@id":"{}"}}]}},{{"leftOperand":)"
        R"("dateTime","operator":"lt","rightOperand":{{"@value":"20{}-01-01T00:00:00Z","@type":)"
        R"("xsd:dateTime"}}}},{{"or":{{"@list":[{{"leftOperand":"spatial","operator":"isPartOf",)"
        R"("rightOperand":{{"@id":"https://w3id.org/dpv/loc#DE"}}}},{{"leftOperand":"count",)"
        R"("operator":"lteq","rightOperand":{}}}]}}}}],"duty":[{{"action":"attribute"}}]}})",
        random.below(1'000'000), action, purpose(), purpose(), 27 + random.below(70),
        1 + random.below(9));
  };
  return fmt::format(
      R"({{"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","uid":"urn:policy:{}",)"
      R"("conflict":"prohibit","permission":[{},{}],"prohibition":[{{"action":"sell"}}]}})",
      random.below(1'000'000), rule("read"), rule("aggregate"));
}

/// From text to what judges, ten thousand times.
void bench_odrl() {
  constexpr std::size_t policies = 10'000;
  RandomTerms random(17);
  std::vector<std::string> texts;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < policies; ++i) {
    texts.push_back(odrl_policy(random));
    bytes += texts.back().size();
  }
  double compiled = 1e30;
  for (int run = 0; run < 3; ++run) {
    compiled = std::min(compiled, seconds_of([&] {
                          for (const auto& text : texts) {
                            const auto imported = must(terms::read_odrl(text, {}));
                            const auto policy =
                                terms::Policy::of(imported.terms, {}, RandomTerms::vocabulary());
                            sink = sink + policy.code().size();
                          }
                        }));
  }
  const double json = seconds_of([&] {
    for (const auto& text : texts)
      sink = sink + must(document::parse_json(text, "p")).root.items.size();
  });
  const double yaml = seconds_of([&] {
    for (std::size_t i = 0; i < policies / 10; ++i) {
      sink = sink + must(document::parse(texts[i], "p")).root.items.size();
    }
  });
  print_figure(
      {"odrl_import_compile_10000", compiled * 1e3, "ms", "reading the JSON alone", json * 1e3},
      is_json);
  print_figure({"odrl_read_json_10000", json * 1e3, "ms", "reading it as YAML", yaml * 1e4},
               is_json);
  if (!is_json) fmt::print("odrl: {} bytes a policy\n", bytes / policies);
}

void bench(std::size_t count) {
  const OwnersTerms owners;
  RandomTerms random(11);
  Request request;
  request.purposes = {"dpv:AcademicResearch"};
  request.actions = {"ai-training"};
  request.jurisdictions = {"DE", "FR"};
  request.duration_days = 365;
  request.count = 1;
  request.attestations = {"ethics-approval"};
  Party party;
  party.classes = {"university"};
  const terms::Context context{request, party, random.party_id(1), random.time(),
                               RandomTerms::vocabulary()};
  const terms::Question question(context);
  const auto compiled = [&](std::size_t seed) {
    return terms::Policy::of(owners.make(seed), {}, RandomTerms::vocabulary());
  };

  const auto told = [&](std::string name, double value, std::string_view unit, std::string beside,
                        double other) {
    print_figure({std::move(name), value, unit, std::move(beside), other}, is_json);
  };

  // One policy, warm.
  constexpr std::size_t warm = 16;
  std::vector<Terms> terms;
  std::vector<terms::Policy> policies;
  for (std::size_t i = 0; i < warm; ++i) {
    terms.push_back(owners.make(i));
    policies.push_back(compiled(i));
  }
  const double kernel = nanoseconds_of(16'000, [&](std::size_t i) {
    sink = sink + static_cast<std::uint64_t>(terms::judge(policies[i % warm], question).answer);
  });
  const double naive = nanoseconds_of(320, [&](std::size_t i) {
    sink = sink + static_cast<std::uint64_t>(terms::specified(terms[i % warm], {}, context).answer);
  });
  const double loop = nanoseconds_of(16'000, [&](std::size_t i) {
    sink = sink + plain_loop(policies[i % warm].code(), question);
  });
  told("evaluate_warm", kernel, "ns", "the specification's judges", naive);
  told("evaluate_warm_beside_loop", kernel, "ns", "a plain loop over as many bits", loop);

  std::array<terms::Finding, 64> findings;
  const double explained = nanoseconds_of(16'000, [&](std::size_t i) {
    sink = sink + terms::explain(policies[i % warm].code(), question, findings);
  });
  told("explain", explained, "ns", "evaluate", kernel);
  const double bound = nanoseconds_of(2'000, [&](std::size_t) {
    sink = sink + static_cast<std::uint64_t>(terms::Question(context).currency());
  });
  told("bind_request", bound, "ns", "evaluate", kernel);
  const double compile = nanoseconds_of(320, [&](std::size_t i) {
    sink = sink + terms::Policy::of(terms[i % warm], {}, RandomTerms::vocabulary()).code().size();
  });
  told("compile", compile, "ns", "the specification's judges", naive);

  bench_diff();
  bench_odrl();

  const auto shelf_of = [&](std::size_t policies_wanted) {
    terms::PolicyShelf shelf;
    for (std::size_t i = 0; i < policies_wanted; ++i) shelf.add(compiled(i));
    return shelf;
  };
  for (const std::size_t size : {std::size_t{10'000}, count}) {
    const auto shelf = shelf_of(size);
    const auto judged = [&](std::size_t i) {
      const auto policy = shelf[scattered(i, shelf.size())];
      sink = sink + static_cast<std::uint64_t>(terms::judge(policy, question).answer);
    };
    const auto looped = [&](std::size_t i) {
      sink = sink + plain_loop(shelf[scattered(i, shelf.size())], question);
    };
    const auto ours = quantiles_of(400'000, judged);
    const auto plain = quantiles_of(400'000, looped);
    told(fmt::format("evaluate_{}_p50", size), ours.p50, "ns", "plain loop", plain.p50);
    told(fmt::format("evaluate_{}_p99", size), ours.p99, "ns", "plain loop", plain.p99);
    if (size != count) continue;
    double ask = 1e30;
    std::size_t permitted = 0;
    for (int run = 0; run < 5; ++run) {
      ask = std::min(ask, seconds_of([&] {
                       const auto answers = shelf.ask_all(question);
                       permitted = static_cast<std::size_t>(
                           std::ranges::count(answers, terms::Answer::permit));
                     }));
    }
    std::vector<std::uint64_t> sums(size / 4096 + 1);
    const double scan = seconds_of([&] {
      for_each_index(sums.size(), 1, [&](std::size_t part) {
        const std::size_t end = std::min(size, (part + 1) * 4096);
        for (std::size_t i = part * 4096; i < end; ++i)
          sums[part] += plain_loop(shelf[i], question);
      });
    });
    for (const auto sum : sums) sink = sink + sum;
    told(fmt::format("search_{}", size), ask * 1e3, "ms", "plain loop on all cores", scan * 1e3);
    if (!is_json) fmt::print("search: {} of {} permit\n", permitted, size);
  }
}

}  // namespace
}  // namespace usufruct

int main(int count, char** words) {
  std::size_t policies = 1'000'000;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(words[i]) == "--json") {
      usufruct::is_json = true;
    } else {
      policies = std::strtoull(words[i], nullptr, 10);
    }
  }
  usufruct::bench(policies);
}
