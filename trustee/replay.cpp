#include "trustee/replay.h"

#include <algorithm>
#include <thread>

#include "crypto/base/parallel.h"
#include "trustee/consents.h"

namespace usufruct {
namespace {

/// The most that one Replay remembers, for the votes and again for now: assessments of requests,
/// and what requests for versions are judged by, compiled.
constexpr std::size_t requests_max = 65'536;
constexpr std::size_t versions_max = 16'384;
constexpr std::size_t judges_bytes_max = std::size_t{64} << 20;

}  // namespace

/// Notes between which times no record that was found begins or ends to hold.
class Replay::Watched final : public Graph {
 public:
  Watched(const EarlierGraph& graph, Time at) : graph_(graph), at_(at) {}

  Time first() const { return first_; }
  Time last() const { return last_; }

  std::uint64_t size() const override { return graph_.size(); }
  std::shared_ptr<const Logged> find(const RecordId& id) const override {
    auto found = graph_.find(id);
    if (found) {
      note(found->record.valid_from);
      note(found->record.valid_to);
    }
    return found;
  }
  void visit_edges(const RecordId& target, Role role, Order order,
                   const VisitEdge& visit) const override {
    graph_.visit_edges(target, role, order, visit);
  }
  void visit_kind(Kind kind, Order order, const VisitRecord& visit) const override {
    graph_.visit_kind(kind, order, visit);
  }
  void visit_issued(std::string_view did, Kind kind, Order order,
                    const VisitRecord& visit) const override {
    graph_.visit_issued(did, kind, order, visit);
  }
  std::optional<Digest> root_at(std::uint64_t size) const override { return graph_.root_at(size); }

 private:
  void note(Time boundary) const {
    if (boundary.ms == 0) return;
    if (boundary <= at_) {
      first_ = std::max(first_, boundary);
    } else {
      last_ = std::min(last_, boundary);
    }
  }

  const EarlierGraph& graph_;
  Time at_;
  mutable Time first_{0};
  mutable Time last_{INT64_MAX};
};

const Replay::During<Replay::Judge>& Replay::judge_for(Memory& memory, const RecordId& version,
                                                       Time at, std::uint64_t size) {
  auto& judges = memory.judges;
  if (const auto known = judges.find(version); known != judges.end()) {
    const Judge& judge = known->second.value;
    if (known->second.covers(size) && at >= judge.first && at < judge.last) return known->second;
  }
  then_.show(size);
  const Watched watched(then_, at);
  auto basis = basis_for(watched, version, at);
  Judge judge{.first = watched.first(), .last = watched.last()};
  if (basis) {
    judge.basis = std::make_shared<const CompiledBasis>(*std::move(basis));
    memory.judges_bytes += judge.basis->assessor().size_bytes();
  } else {
    judge.error = std::move(basis).error();
  }
  if (judges.size() >= versions_max || memory.judges_bytes > judges_bytes_max) {
    judges.clear();
    memory.judges_bytes = 0;
  }
  return judges.insert_or_assign(version, During<Judge>{std::move(judge), size, then_.changes_at()})
      .first->second;
}

Result<Replay::During<Digest>> Replay::assessed(Memory& memory, const Logged& request,
                                                std::uint64_t size) {
  const auto* body = request.record.as<Request>();
  const auto version = request.record.first(Role::for_);
  if (body == nullptr) return not_found(fmt::format("{} is not a request", print_id(request.id)));
  const auto& [judge, from, until] =
      judge_for(memory, version ? *version : RecordId{}, request.time, size);
  if (judge.error) return std::unexpected(*judge.error);
  then_.show(size);
  const auto requester = party_before(then_, request.record.issuer, request.index);
  if (!requester) return not_found("the trainer is not registered");
  const Basis& basis = judge.basis->basis();
  const terms::Context context{.request = *body,
                               .requester = *requester->record.as<Party>(),
                               .requester_id = requester->id,
                               .at = request.time,
                               .vocabulary = *basis.vocabulary};
  const auto consents = consents_for(then_, *basis.holding.dataset, context, request.index);
  const auto assessment = judge.basis->assessor().assess(context, consents, terms::Detail::codes);
  return During<Digest>{
      terms::digest_of(assessment, request.id, basis.terms->id, judge.basis->further_ids()), size,
      std::min(until, then_.changes_at())};
}

Result<Digest> Replay::digest_at(Memory& memory, const Logged& request, std::uint64_t size) {
  const auto known = memory.digests.find(request.id);
  if (known != memory.digests.end() && known->second.covers(size)) return known->second.value;
  const auto made = TRY(assessed(memory, request, size));
  if (memory.digests.size() >= requests_max) memory.digests.clear();
  memory.digests.insert_or_assign(request.id, made);
  return made.value;
}

ReplayedVote Replay::judge(const Logged& decision) {
  const auto* body = decision.record.as<Decision>();
  const auto id = decision.record.first(Role::on);
  const auto request = id ? graph_.find(*id) : nullptr;
  if (body == nullptr || !request || request->index >= decision.index) {
    return {.error = Error{Code::not_found, "the vote is on no request that was there before it",
                           "", "decision-open"}};
  }
  const auto then = digest_at(before_, *request, decision.index);
  if (!then) return {.error = then.error()};
  ReplayedVote vote{.matches = body->assessment == *then};
  if (!vote.matches) return vote;
  // Mostly nothing changed since, and what was so then is so now.
  const auto& then_until = before_.digests.at(request->id);
  const auto now =
      then_until.covers(graph_.size()) ? then : digest_at(now_, *request, graph_.size());
  vote.stands = now && *now == *then;
  return vote;
}

std::vector<ReplayedVote> replay_all(const Graph& graph, std::span<const RecordId> decisions) {
  std::vector<ReplayedVote> votes(decisions.size());
  // A run a core: a Replay remembers what the votes before were judged by.
  const std::size_t parts = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t run = std::max<std::size_t>((decisions.size() + parts - 1) / parts, 1);
  for_each_index(parts, 1, [&](std::size_t part) {
    Replay replay(graph);
    const std::size_t end = std::min(decisions.size(), (part + 1) * run);
    for (std::size_t i = part * run; i < end; ++i) {
      const auto decision = graph.find(decisions[i]);
      votes[i] = decision ? replay.judge(*decision)
                          : ReplayedVote{.error = Error{Code::not_found, "the vote cannot be read",
                                                        "", "decision-assessment"}};
    }
  });
  return votes;
}

}  // namespace usufruct
