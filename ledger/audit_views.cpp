#include "ledger/audit_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

#include "ledger/record/names.h"

namespace usufruct {
namespace {

class Comparison {
 public:
  Comparison(const Graph& kept, const MemoryGraph& replayed,
             const std::function<bool(const ViewDifference&)>& found)
      : kept_(kept), replayed_(replayed), found_(found) {}

  void run() {
    if (kept_.size() != replayed_.size()) {
      tell({"view-size", {}, {}, fmt::format("the views are over {} entries", kept_.size())});
    } else if (kept_.root_at(kept_.size()) != replayed_.root_at(kept_.size())) {
      tell({"view-root", {}, {}, "the views have another root than the entries"});
    }
    compare_kinds();
    compare_issuers();
    compare_names();
  }

 private:
  bool tell(const ViewDifference& difference) {
    goes_on_ = goes_on_ && found_(difference);
    return goes_on_;
  }

  void compare_kinds() {
    for (std::uint16_t kind = 0; kind < kind_count && goes_on_; ++kind) {
      const auto what = fmt::format("the list of kind {}", name_of(static_cast<Kind>(kind)));
      compare_lists("view-kind", what, kept_.of_kind(static_cast<Kind>(kind)),
                    replayed_.of_kind(static_cast<Kind>(kind)));
    }
  }

  /// Records also tell who issued any.
  void compare_issuers() {
    std::set<std::string> dids;
    for (std::uint16_t kind = 0; kind < kind_count && goes_on_; ++kind) {
      replayed_.visit_kind(static_cast<Kind>(kind), Order::oldest_first,
                           [&](std::uint64_t index, const RecordId& id) {
                             if (const auto logged = replayed_.find(id)) {
                               dids.insert(logged->record.issuer);
                             }
                             return compare_record({index}, id);
                           });
    }
    for (const auto& did : dids) {
      for (std::uint16_t kind = 0; kind < kind_count && goes_on_; ++kind) {
        compare_lists("view-issuer", fmt::format("the list of what {} issued", did),
                      kept_.issued_by(did, static_cast<Kind>(kind)),
                      replayed_.issued_by(did, static_cast<Kind>(kind)));
      }
    }
  }

  bool compare_record(LeafIndex index, const RecordId& id) {
    const auto kept = kept_.find(id);
    const auto replayed = replayed_.find(id);
    if (kept && replayed && kept->index == index.value && kept->id == id &&
        kept->time == replayed->time && kept->record == replayed->record &&
        kept->signers == replayed->signers) {
      return goes_on_;
    }
    return tell({"view-record", index, id,
                 kept ? fmt::format("the views have it as entry {}, or otherwise", kept->index)
                      : "the views do not have it"});
  }

  void compare_names() {
    replayed_.visit_names([this](const RecordId& name) {
      for (std::uint16_t role = 0; role < role_count && goes_on_; ++role) {
        compare_edges(name, static_cast<Role>(role));
      }
      return goes_on_;
    });
  }

  void compare_edges(const RecordId& target, Role role) {
    const auto ids = [&](const Graph& graph) {
      std::vector<RecordId> from;
      for (const auto& edge : graph.edges_to(target, role)) from.push_back(edge.from);
      return from;
    };
    const auto index = replayed_.index_of(target);
    compare_lists("view-edge",
                  fmt::format("the list of '{}' edges to {}", name_of(role), print_short(target)),
                  ids(kept_), ids(replayed_), index, index ? std::optional(target) : std::nullopt);
  }

  void compare_lists(const std::string& rule, const std::string& what,
                     const std::vector<RecordId>& kept, const std::vector<RecordId>& replayed,
                     std::optional<LeafIndex> about_index = {},
                     std::optional<RecordId> about = {}) {
    if (kept == replayed) return;
    const auto [in_kept, in_replayed] = std::ranges::mismatch(kept, replayed);
    const bool is_missing = in_replayed != replayed.end();
    // The first record that is missing or out of place; else the one that is too much.
    const RecordId& id = is_missing ? *in_replayed : *in_kept;
    const auto index = replayed_.index_of(id);
    tell({rule, index ? index : about_index, index ? std::optional(id) : about,
          fmt::format("{} has {} records where a replay has {}: {} is {}", what, kept.size(),
                      replayed.size(), print_short(id), is_missing ? "missing" : "too much")});
  }

  const Graph& kept_;
  const MemoryGraph& replayed_;
  const std::function<bool(const ViewDifference&)>& found_;
  bool goes_on_ = true;
};

}  // namespace

void compare_graphs(const Graph& kept, const MemoryGraph& replayed,
                    const std::function<bool(const ViewDifference&)>& found) {
  Comparison(kept, replayed, found).run();
}

}  // namespace usufruct
