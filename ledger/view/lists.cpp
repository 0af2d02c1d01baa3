#include "ledger/view/lists.h"

#include <algorithm>

#include "crypto/base/check.h"

namespace usufruct {

void Lists::add_owner() { first_list_.push_back(none); }

Lists::Number Lists::newest(Number owner, Tag tag) const {
  for (Number at = first_list_[owner]; at != none; at = lists_[at].next) {
    if (lists_[at].tag == tag) return lists_[at].newest;
  }
  return none;
}

void Lists::add(Number owner, Tag tag, std::uint32_t index) {
  CHECK_THAT(tag < tags_max && owner < owners());
  Number at = first_list_[owner];
  while (at != none && lists_[at].tag != tag) at = lists_[at].next;
  if (at == none) {
    at = static_cast<Number>(lists_.size());
    lists_.push_back({tag, none, first_list_[owner]});
    first_list_[owner] = at;
  }
  List& list = lists_[at];
  if (list.newest != none && items_[list.newest].index == index) return;
  CHECK_THAT(items_.size() < none);
  items_.push_back({index, list.newest});
  list.newest = static_cast<Number>(items_.size() - 1);
}

std::vector<std::uint32_t> Lists::all(Number owner, Tag tag) const {
  std::vector<std::uint32_t> indexes;
  visit_newest_first(owner, tag, [&](std::uint32_t index) {
    indexes.push_back(index);
    return true;
  });
  std::ranges::reverse(indexes);
  return indexes;
}

std::size_t Lists::size_bytes() const {
  return first_list_.size_bytes() + lists_.size_bytes() + items_.size_bytes();
}

}  // namespace usufruct
