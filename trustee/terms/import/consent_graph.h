#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/document.h"

namespace usufruct::terms {

/// The values under a key: one stands for a list of one, null for none.
std::vector<const document::Node*> values_of(const document::Node& node);

/// A consent record as a graph, as JSON-LD has it: what is said of one `@id` in several places is
/// all said of it. Borrows the file.
class ConsentGraph {
 public:
  explicit ConsentGraph(const document::File& file);

  /// The record: of a `@graph` the node that is a consent record, else the whole file.
  const document::Node& record() const { return *record_; }
  /// All that is said of what a node stands for: the node itself, and every other with its `@id`.
  /// Beyond parts_max in all, the node alone.
  std::vector<const document::Node*> parts_of(const document::Node& node) const;
  static constexpr std::size_t parts_max = 200'000;
  /// Whether something was left out for that.
  bool is_spent() const { return parts_ > parts_max; }
  /// What stands in the file and nothing of the record leads to: beside a `@graph`, or in it.
  std::vector<const document::Node*> unreached() const;

 private:
  void index();
  const document::Node* find_record() const;

  const document::File& file_;
  std::multimap<std::string_view, const document::Node*> by_id_;  ///< that say more than their id
  const document::Node* record_;
  mutable std::size_t parts_ = 0;  // a count alone
};

}  // namespace usufruct::terms
