// How fast votes are judged again from the ledger: each with its request, the terms and licences in
// force then, the canonical text and its SHA-256, beside judging each anew from the graph.
//
//     bench_replay [--json] [votes]
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "crypto/stream.h"
#include "ledger/view/memory_graph.h"
#include "tests/support/figure.h"
#include "tests/support/random_terms.h"
#include "trustee/quorum.h"
#include "trustee/replay.h"
#include "trustee/terms/author.h"

namespace usufruct {
namespace {

/// A log of as many votes as wanted: data sets under the templates that ship, each with a licence
/// and the charter's own terms; of requests for them each has one vote, so that none is judged by
/// what was remembered of another vote on it.
class VotedLog {
 public:
  static constexpr std::size_t datasets = 2'000;

  explicit VotedLog(std::size_t votes) {
    read_templates();
    const RecordId owner = add("owner", Party{.classes = {"university"}});
    add("trainer", Party{.classes = {"university"}});
    add("trustee", Party{});
    Record words = record("owner", Vocabulary{.name = "builtin",
                                              .sha256 = terms::Vocabulary::builtin().digest(),
                                              .words = terms::Vocabulary::builtin().words()});
    const RecordId vocabulary = add(words);
    Record trust = record("owner", Trust{.threshold = 1});
    trust.add(Role::trustee, owner);
    const RecordId charter = add(trust);
    add_terms(charter, vocabulary, templates_[0]);
    std::vector<RecordId> versions;
    for (std::size_t i = 0; i < datasets; ++i) {
      Record dataset = record("owner", Dataset{.title = fmt::format("data {}", i),
                                               .personal_data = PersonalData::none});
      dataset.add(Role::held_by, charter);
      const RecordId id = add(dataset);
      Record version = record("owner", usufruct::Version{.label = std::to_string(i)});
      version.add(Role::of, id);
      versions.push_back(add(version));
      add_terms(id, vocabulary, templates_[i % templates_.size()]);
      Record licence =
          record("owner", Licence{.expression = i % 3 == 0 ? "CC-BY-4.0" : "ODC-By-1.0"});
      licence.add(Role::on, id);
      add(licence);
    }
    RandomTerms random(5);
    for (std::size_t i = 0; i < votes; ++i) vote_on(versions[random.below(datasets)], random);
  }

  const MemoryGraph& graph() const { return graph_; }
  const std::vector<RecordId>& votes() const { return votes_; }

 private:
  void read_templates() {
    for (const auto& file :
         std::filesystem::directory_iterator(USUFRUCT_SOURCE_DIR "/specs/templates")) {
      const auto text = must(read_file(file.path(), 64 * 1024));
      if (auto terms = terms::parse_terms(as_text(text), file.path().native())) {
        if (terms->law.empty()) templates_.push_back(*std::move(terms));
      }
    }
    std::ranges::sort(templates_);
    if (templates_.empty()) std::exit(1);
  }

  static Record record(const std::string& by, Body body) {
    Record made;
    made.body = std::move(body);
    made.issuer = "did:key:" + by;
    return made;
  }

  RecordId add(const Record& record) {
    const std::uint64_t index = graph_.size();
    const RecordId id{sha256(as_view(fmt::format("record {}", index)))};
    graph_.add({id, index, Time{1'790'000'000'000 + static_cast<std::int64_t>(index)}, record, {}},
               Digest{});
    return id;
  }
  RecordId add(const std::string& by, Party party) { return add(record(by, std::move(party))); }

  void add_terms(const RecordId& governed, const RecordId& vocabulary, const Terms& terms) {
    Record made = record("owner", terms);
    made.add(Role::governs, governed);
    made.add(Role::under, vocabulary);
    add(made);
  }

  void vote_on(const RecordId& version, RandomTerms& random) {
    Request asked;
    asked.purposes = {random.one_in(2) ? "dpv:AcademicResearch" : "dpv:ScientificResearch"};
    asked.actions = {random.one_in(2) ? "ai-training" : "ai-evaluation"};
    asked.jurisdictions = {"DE", "FR"};
    asked.duration_days = static_cast<std::uint32_t>(100 + random.below(400));
    asked.count = 1;
    if (random.one_in(2)) asked.attestations = {"ethics-approval"};
    Record request = record("trainer", asked);
    request.add(Role::for_, version);
    const RecordId id = add(request);
    Record vote = record("trustee", Decision{});
    std::get<Decision>(vote.body).assessment = must(screen(graph_, id, Suggest::no)).digest;
    vote.add(Role::on, id);
    votes_.push_back(add(vote));
  }

  MemoryGraph graph_;
  std::vector<Terms> templates_;
  std::vector<RecordId> votes_;
};

void bench(std::size_t count, bool is_json) {
  const VotedLog log(count);
  double best = 1e30;
  for (int run = 0; run < 3; ++run) {
    std::size_t wrong = 0;
    best = std::min(best, seconds_of([&] {
                      for (const auto& vote : replay_all(log.graph(), log.votes())) {
                        wrong += vote.matches && vote.stands ? 0 : 1;
                      }
                    }));
    if (wrong != 0) {
      fmt::print(stderr, "{} votes do not match\n", wrong);
      std::exit(1);
    }
  }
  const std::size_t some = std::min<std::size_t>(count, 5'000);
  const double anew = seconds_of([&] {
    for (std::size_t i = 0; i < some; ++i) {
      const auto vote = log.graph().find(log.votes()[i]);
      const auto screening = must(screen(log.graph(), *vote->record.first(Role::on), Suggest::no));
      if (screening.digest != vote->record.as<Decision>()->assessment) std::exit(1);
    }
  });
  const std::string text(700, 'x');
  volatile std::uint8_t sink = 0;
  const double hashed = seconds_of([&] {
    for (std::size_t i = 0; i < count; ++i) {
      sink = static_cast<std::uint8_t>(sink ^ sha256(as_view(text)).bytes[0]);
    }
  });
  const auto per_second = [](std::size_t n, double seconds) {
    return static_cast<double>(n) / seconds;
  };
  print_figure({"replay_votes", per_second(count, best), "1/s", "each judged anew, one core",
                per_second(some, anew)},
               is_json);
  print_figure({"replay_votes_beside_hash", per_second(count, best), "1/s",
                "SHA-256 of 700 bytes alone, one core", per_second(count, hashed)},
               is_json);
}

}  // namespace
}  // namespace usufruct

int main(int count, char** words) {
  std::size_t votes = 200'000;
  bool is_json = false;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(words[i]) == "--json") {
      is_json = true;
    } else {
      votes = std::strtoull(words[i], nullptr, 10);
    }
  }
  usufruct::bench(votes, is_json);
}
