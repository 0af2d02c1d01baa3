#include "ledger/record/record.h"

#include <algorithm>
#include <functional>

namespace usufruct {

bool Record::refs_ascend() const {
  return std::ranges::adjacent_find(refs, std::greater_equal<>()) == refs.end();
}

std::optional<RecordId> Record::first(Role role) const {
  const auto found = std::ranges::find(refs, role, &Ref::role);
  if (found == refs.end()) return std::nullopt;
  return found->id;
}

std::vector<RecordId> Record::all(Role role) const {
  std::vector<RecordId> ids;
  for (const auto& ref : refs) {
    if (ref.role == role) ids.push_back(ref.id);
  }
  return ids;
}

void Record::add(Role role, const RecordId& id) {
  const Ref ref{role, id, {}};
  const auto at = std::ranges::lower_bound(refs, ref);
  if (at == refs.end() || *at != ref) refs.insert(at, ref);
}

}  // namespace usufruct
