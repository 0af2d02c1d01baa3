#include "ledger/view/graph.h"

#include "crypto/base/check.h"

namespace usufruct {

std::vector<std::shared_ptr<const Logged>> Graph::referring(const RecordId& target,
                                                            Role role) const {
  std::vector<std::shared_ptr<const Logged>> found;
  for (const auto& edge : edges_to(target)) {
    if (edge.role != role) continue;
    auto logged = find(edge.from);
    CHECK_THAT(logged != nullptr);
    found.push_back(std::move(logged));
  }
  return found;
}

}  // namespace usufruct
