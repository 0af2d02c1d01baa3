#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "crypto/base/text.h"
#include "trustee/anonymise/hierarchy/hierarchy_yaml.h"

namespace usufruct::anonymise {

namespace {

using document::Kind;
using document::Node;
using document::Place;

/// A name on the way from `*` to a value, and the node it was written at.
struct Step {
  std::string_view name;
  Place place;
  const Node* node = nullptr;
};
using Path = std::vector<Step>;

/// A node that is still to be read, with the way that leads to it.
struct Pending {
  const Node* node;
  Path above;
  bool is_bare_key = false;  ///< a key without a value: the way ends with it
};

Path with(const Path& above, Step step) {
  Path path = above;
  path.push_back(step);
  return path;
}

/// Turns a tree into one path a value, in the order written.
class Walk {
 public:
  explicit Walk(const document::File& file) : file_(file) {}

  Result<std::vector<Path>> from(const Node& top) {
    pending_.push_back({&top, {{"*", top.key_place, &top}}});
    while (!pending_.empty()) {
      const Pending next = std::move(pending_.back());
      pending_.pop_back();
      if (next.above.size() >= Hierarchy::level_count_max)
        return file_.fault(next.node->place,
                           fmt::format("more than {} levels", Hierarchy::level_count_max));
      CHECK_OK(visit(next));
    }
    return std::move(paths_);
  }

 private:
  Result<void> visit(const Pending& next) {
    const Node& node = *next.node;
    if (next.is_bare_key) {
      paths_.push_back(next.above);
      return {};
    }
    switch (node.kind) {
      case Kind::scalar:
        paths_.push_back(with(next.above, {node.text, node.place, &node}));
        return {};
      case Kind::null:
        return file_.fault(node.place, "a value is missing here",
                           "write \"\" for the empty value, \"null\" for the word");
      case Kind::sequence:
      case Kind::mapping:
        break;
    }
    if (node.items.empty())
      return file_.fault(
          node.place, fmt::format("no values under '{}'", printable(next.above.back().name, 60)));
    // Last first: what is pending is taken from the end.
    for (std::size_t i = node.items.size(); i-- > 0;) {
      const Node& item = node.items[i];
      if (node.kind == Kind::sequence) {
        if (item.kind == Kind::sequence)
          return file_.fault(item.place, "a list in a list", "give the inner one a name");
        pending_.push_back({&item, next.above});
      } else {
        pending_.push_back(
            {&item, with(next.above, {item.key, item.key_place, &item}), item.kind == Kind::null});
      }
    }
    return {};
  }

  const document::File& file_;
  std::vector<Pending> pending_;
  std::vector<Path> paths_;
};

/// Values of unequal depth: the value itself is repeated until the way is long enough.
void pad(Path& path, std::size_t levels) {
  while (path.size() < levels) path.push_back(path.back());
}

/// On one level a name stands for one group.
Result<void> check_names(const document::File& file, const std::vector<Path>& paths) {
  const std::size_t levels = paths.front().size();
  for (std::size_t depth = 0; depth < levels; ++depth) {
    std::map<std::string_view, const Step*> step_of;
    for (const Path& path : paths) {
      const Step& step = path[depth];
      const auto [at, is_new] = step_of.emplace(step.name, &step);
      if (is_new || at->second->node == step.node) continue;
      const std::string name = printable(step.name, 60);
      const std::uint32_t line = at->second->place.line;
      if (depth + 1 == levels)
        return file.fault(step.place,
                          fmt::format("value '{}' occurs twice, first in line {}", name, line),
                          "give every value one place");
      return file.fault(
          step.place,
          fmt::format("'{}' names two groups of one level, first in line {}", name, line),
          "give each a name of its own");
    }
  }
  return {};
}

}  // namespace

Result<Hierarchy> parse_tree(const document::File& file) {
  for (const Node& item : file.root.items)
    if (item.key != "*")
      return file.fault(item.key_place, fmt::format("'{}' beside '*'", printable(item.key, 60)),
                        "everything stands below '*'");
  std::vector<Path> paths = TRY(Walk(file).from(*file.root.find("*")));
  std::size_t levels = 0;
  for (const Path& path : paths) levels = std::max(levels, path.size());
  for (Path& path : paths) pad(path, levels);
  CHECK_OK(check_names(file, paths));
  std::vector<std::vector<std::string>> rows;
  for (const Path& path : paths) {
    auto& row = rows.emplace_back();
    for (std::size_t i = path.size(); i-- > 0;) row.emplace_back(path[i].name);
  }
  return TRY_IN(file.name, Hierarchy::make(rows));
}

}  // namespace usufruct::anonymise
