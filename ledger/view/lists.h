#pragma once

#include <cstdint>
#include <vector>

#include "ledger/view/chunked.h"

namespace usufruct {

/// For each owner, a number, a few lists of record indexes, each with a tag of its own: who refers
/// to a name in which role, what an issuer issued of which kind. In memory, newest first.
///
/// A list costs 12 bytes, an index in it 8, an owner 4. A list is found by walking the owner's
/// lists, of which there are no more than there are tags (at most tags_max): so nobody can make
/// finding slow. Const methods are safe together.
class Lists {
 public:
  using Number = std::uint32_t;
  using Tag = std::uint16_t;
  static constexpr Tag tags_max = 64;

  /// Owners count from 0 up: a new one must be owners().
  void add_owner();
  std::size_t owners() const { return first_list_.size(); }
  /// Indexes of one list never descend; the same one twice in a row is kept once. A tag that is not
  /// below tags_max is a bug.
  void add(Number owner, Tag tag, std::uint32_t index);

  /// Calls visit(index), which says whether to go on, newest first; false when it said no.
  template <class Visit>
  bool visit_newest_first(Number owner, Tag tag, const Visit& visit) const {
    for (Number at = newest(owner, tag); at != none; at = items_[at].before) {
      if (!visit(items_[at].index)) return false;
    }
    return true;
  }
  /// The whole list, ascending.
  std::vector<std::uint32_t> all(Number owner, Tag tag) const;
  std::size_t size_bytes() const;

 private:
  static constexpr Number none = UINT32_MAX;
  struct Item {
    std::uint32_t index;
    Number before;  ///< the item added before it, or none
  };
  struct List {
    Tag tag;
    Number newest;
    Number next;  ///< another list of the same owner, or none
  };
  Number newest(Number owner, Tag tag) const;

  Chunked<Number> first_list_;  ///< by owner
  Chunked<List> lists_;
  Chunked<Item> items_;
};

}  // namespace usufruct
