#include "trustee/impact.h"

#include <algorithm>
#include <array>
#include <deque>
#include <tuple>
#include <unordered_map>

#include "trustee/consents.h"
#include "trustee/quorum.h"

namespace usufruct {
namespace {

/// What an edge passes on to the record that holds it; none: the edge carries nothing downstream.
std::optional<Strength> strength_of(const Edge& edge, const Logged& holder) {
  switch (edge.role) {
    case Role::of:
    case Role::derived_from:
    case Role::base_model:
      return Strength::strong;
    case Role::from:
    case Role::under:
      return holder.record.kind() == Kind::release ? Strength::conditional : Strength::strong;
    case Role::for_:
      return Strength::conditional;
    case Role::used: {
      const auto* run = holder.record.as<Run>();
      const bool only_looks =
          run && (run->type == RunType::evaluate || run->type == RunType::index);
      return only_looks ? Strength::act : Strength::strong;
    }
    case Role::previous:
    case Role::supersedes:
    case Role::held_by:
    case Role::trustee:
    case Role::mandatory_seat:
    case Role::custodian:
    case Role::governs:
    case Role::on:
    case Role::covers:
    case Role::subject:
    case Role::to:
    case Role::revokes:
    case Role::caused_by:
    case Role::owed_by:
    case Role::answers:
    case Role::about:
    case Role::party:
    case Role::accepts:
    case Role::guardian:
      return std::nullopt;
  }
  return std::nullopt;
}

/// The roles of which strength_of() may answer something.
constexpr std::array carrying = {Role::of,   Role::derived_from, Role::for_,      Role::under,
                                 Role::from, Role::used,         Role::base_model};

/// The edges to a record that may carry on what reached it, ascending by index: a dataset has a
/// million consents that do not.
std::vector<Edge> carrying_edges(const Graph& graph, const RecordId& id) {
  std::vector<Edge> edges;
  for (const Role role : carrying) {
    const auto more = graph.edges_to(id, role);
    edges.insert(edges.end(), more.begin(), more.end());
  }
  std::ranges::sort(edges, {}, [](const Edge& edge) { return std::tuple(edge.index, edge.role); });
  return edges;
}

/// A request is a step on the way, not something that holds data.
bool is_artefact(Kind kind) {
  return kind == Kind::release || kind == Kind::run || kind == Kind::model ||
         kind == Kind::version || kind == Kind::dataset;
}

/// The releases that used the rows of the subject of a consent.
std::vector<RecordId> releases_with(const Graph& graph, const Logged& consent) {
  std::vector<RecordId> found;
  const auto dataset_id = consent.record.first(Role::covers);
  const auto subject = consent.record.first(Role::subject);
  const auto dataset = dataset_id ? graph.find(*dataset_id) : nullptr;
  if (!dataset || dataset->record.kind() != Kind::dataset || !subject) return found;
  for (const auto& version : graph.referring(dataset->id, Role::of)) {
    for (const auto& release : graph.referring(version->id, Role::from)) {
      const auto request_id = release->record.first(Role::under);
      const auto request = request_id ? graph.find(*request_id) : nullptr;
      if (!request || request->record.kind() != Kind::request) continue;
      if (covers_subject(graph, *dataset, *subject, *request, release->time, release->index)) {
        found.push_back(release->id);
      }
    }
  }
  return found;
}

class Closure {
 public:
  explicit Closure(const Graph& graph) : graph_(graph) {}

  void start_at(const RecordId& id) { queue_.push_back({id, Strength::strong, 0}); }

  void reach(const RecordId& id, Strength strength, const RecordId& by, std::size_t steps) {
    const auto known = reached_.find(id);
    if (known != reached_.end() && known->second.strength >= strength) return;
    auto record = graph_.find(id);
    if (!record) return;
    reached_[id] = {std::move(record), strength, by, steps};
    queue_.push_back({id, strength, steps});
  }

  std::vector<Reached> finish() {
    while (!queue_.empty()) {
      const Step step = queue_.front();
      queue_.pop_front();
      for (const auto& edge : carrying_edges(graph_, step.id)) {
        const auto holder = graph_.find(edge.from);
        if (!holder) continue;
        const auto passed = strength_of(edge, *holder);
        if (passed) reach(edge.from, std::min(step.strength, *passed), step.id, step.steps + 1);
      }
    }
    std::vector<Reached> out;
    for (auto& [id, reached] : reached_) {
      if (is_artefact(reached.record->record.kind())) out.push_back(std::move(reached));
    }
    std::ranges::sort(out, {}, [](const Reached& r) { return r.record->index; });
    return out;
  }

 private:
  struct Step {
    RecordId id;
    Strength strength;
    std::size_t steps;
  };

  const Graph& graph_;
  std::deque<Step> queue_;
  std::unordered_map<RecordId, Reached> reached_;
};

ObligationAction action_on(Kind kind, Strength strength, WithdrawalEffect effect) {
  switch (effect) {
    case WithdrawalEffect::notify:
      return ObligationAction::notify;
    case WithdrawalEffect::stop_future:
    case WithdrawalEffect::quarantine:
      return kind == Kind::release ? ObligationAction::stop_use : ObligationAction::review;
    case WithdrawalEffect::erase:
      return kind == Kind::release ? ObligationAction::erase : ObligationAction::review;
    case WithdrawalEffect::retrain:
      if (kind == Kind::release) return ObligationAction::erase;
      return kind == Kind::model && strength >= Strength::conditional ? ObligationAction::retrain
                                                                      : ObligationAction::review;
  }
  return ObligationAction::review;
}

}  // namespace

std::string_view name_of(Strength strength) {
  switch (strength) {
    case Strength::inform:
      return "inform";
    case Strength::act:
      return "act";
    case Strength::conditional:
      return "conditional";
    case Strength::strong:
      return "strong";
  }
  return "unknown";
}

std::vector<Reached> impact_of(const Graph& graph, const RecordId& withdrawn) {
  Closure closure(graph);
  const auto record = graph.find(withdrawn);
  if (!record) return {};
  if (record->record.kind() == Kind::consent) {
    for (const auto& release : releases_with(graph, *record)) {
      closure.reach(release, Strength::conditional, withdrawn, 1);
    }
  } else if (record->record.kind() == Kind::terms) {
    // Further terms narrow: to take them back takes nothing from anybody.
    const auto governed = record->record.first(Role::governs);
    const auto dataset = governed ? graph.find(*governed) : nullptr;
    if (dataset && dataset->record.kind() == Kind::dataset &&
        same_party(graph, dataset->record.issuer, record->record.issuer)) {
      closure.start_at(dataset->id);
    }
  } else {
    closure.start_at(withdrawn);
  }
  return closure.finish();
}

LoggedPtr holder_of(const Graph& graph, const Logged& record) {
  if (const auto recipient = record.record.first(Role::to);
      record.record.kind() == Kind::release && recipient) {
    return newest_party(graph, *recipient);
  }
  const auto issuer = party_ever_of(graph, record.record.issuer);
  return issuer ? newest_party(graph, issuer->id) : nullptr;
}

std::vector<Due> obligations_of(const Graph& graph, const std::vector<Reached>& reached,
                                WithdrawalEffect effect) {
  std::vector<Due> dues;
  for (const auto& [record, strength, by, steps] : reached) {
    const Kind kind = record->record.kind();
    if (kind == Kind::version || kind == Kind::dataset) continue;
    if (auto owed_by = holder_of(graph, *record)) {
      dues.push_back({record->id, std::move(owed_by), action_on(kind, strength, effect)});
    }
  }
  return dues;
}

}  // namespace usufruct
