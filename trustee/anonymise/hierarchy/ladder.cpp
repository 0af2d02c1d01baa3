#include "trustee/anonymise/hierarchy/ladder.h"

#include <fmt/format.h>

#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

Ladder::Ladder(std::vector<std::string> alone, std::vector<std::string> values)
    : alone_(alone.size()), runs_(values.size()) {
  Hierarchy::Level& first = levels_.emplace_back();
  first.names = std::move(alone);
  for (std::string& value : values) first.names.push_back(std::move(value));
  leaves_.reserve(first.names.size());
  for (std::uint32_t i = 0; i < first.names.size(); ++i) {
    first.group_of_leaf.push_back(i);
    leaves_.add(first.names[i]);
  }
}

/// Whether the name is that of a leaf which is not just this group.
bool Ladder::is_leaf(const std::string& name, std::size_t first, std::size_t last) const {
  const auto leaf = leaves_.find(name);
  return leaf && (first != last || *leaf != alone_ + first);
}

void Ladder::add(const std::vector<std::size_t>& starts, const Name& name) {
  if (starts.size() == runs_ || starts.size() + alone_ <= 1) return;
  CHECK_THAT(starts.size() < runs_ && starts.front() == 0);
  runs_ = starts.size();
  const Hierarchy::Level& leaves = levels_.front();
  const std::size_t count = leaves.names.size() - alone_;
  Hierarchy::Level level;
  NameTable taken;
  for (std::uint32_t i = 0; i < alone_; ++i) {
    level.names.push_back(leaves.names[i]);
    level.group_of_leaf.push_back(i);
    taken.add(leaves.names[i]);
  }
  for (std::size_t run = 0; run < starts.size(); ++run) {
    const std::size_t end = run + 1 < starts.size() ? starts[run + 1] : count;
    const std::string wanted = name(starts[run], end - 1);
    std::string given = wanted;
    for (int i = 2; is_leaf(given, starts[run], end - 1) || taken.find(given); ++i)
      given = fmt::format("{} ({})", wanted, i);
    taken.add(given);
    level.group_of_leaf.insert(level.group_of_leaf.end(), end - starts[run],
                               static_cast<std::uint32_t>(level.names.size()));
    level.names.push_back(std::move(given));
  }
  levels_.push_back(std::move(level));
}

Result<Hierarchy> Ladder::finish() && {
  const std::size_t count = levels_.front().names.size();
  levels_.push_back({{"*"}, std::vector<std::uint32_t>(count, 0)});
  return Hierarchy::of_levels(levels_);
}

}  // namespace usufruct::anonymise
