#include "trustee/earlier_releases.h"

#include <algorithm>

#include "ledger/record/codec.h"

namespace usufruct {
namespace {

constexpr std::size_t composition_bytes = 56;  // 3 words and the digest
static_assert(composition_max * composition_bytes < record_bytes_max / 2,
              "the rest of a release fits beside");

/// The newest releases of one version.
void add_releases(const Graph& graph, const RecordId& version, std::vector<LoggedPtr>& releases) {
  std::size_t count = 0;
  graph.visit_edges(version, Role::from, Order::newest_first, [&](const Edge& edge) {
    auto logged = graph.find(edge.from);
    if (!logged || logged->record.kind() != Kind::release) return true;
    releases.push_back(std::move(logged));
    return ++count < composition_max;
  });
}

}  // namespace

std::vector<LoggedPtr> earlier_releases(const Graph& graph, const RecordId& dataset) {
  std::vector<LoggedPtr> releases;
  graph.visit_edges(dataset, Role::of, Order::newest_first, [&](const Edge& edge) {
    add_releases(graph, edge.from, releases);
    return true;
  });
  std::ranges::sort(releases, {}, [](const LoggedPtr& logged) { return logged->index; });
  // In a log that the law did not keep, a release may name two versions.
  const auto repeated =
      std::ranges::unique(releases, {}, [](const LoggedPtr& logged) { return logged->index; });
  releases.erase(repeated.begin(), repeated.end());
  if (releases.size() > composition_max) {
    releases.erase(releases.begin(), releases.end() - static_cast<std::ptrdiff_t>(composition_max));
  }
  return releases;
}

}  // namespace usufruct
