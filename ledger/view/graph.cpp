#include "ledger/view/graph.h"

namespace usufruct {

std::vector<std::shared_ptr<const Logged>> Graph::referring(const RecordId& target,
                                                            Role role) const {
  std::vector<std::shared_ptr<const Logged>> found;
  for (const auto& edge : edges_to(target, role)) {
    // Null when the store under the graph fails: its health tells.
    if (auto logged = find(edge.from)) found.push_back(std::move(logged));
  }
  return found;
}

}  // namespace usufruct
