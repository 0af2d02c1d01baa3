#include "ledger/audit_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "ledger/audit_portion.h"

namespace usufruct {
namespace {

constexpr std::size_t bundles_kept_max = 8;

}  // namespace

Result<RecordsAgain::BundlePtr> RecordsAgain::bundle(std::uint64_t at) const {
  {
    const std::lock_guard lock(mutex_);
    const auto found =
        std::ranges::find(newest_first_, at, [](const auto& it) { return it->index; });
    if (found != newest_first_.end()) {
      std::rotate(newest_first_.begin(), found, found + 1);
      return newest_first_.front();
    }
  }
  auto read = std::make_shared<Bundle>();
  read->index = at;
  read->bytes = TRY(reader_.bundle({at, width_of(0, at, size_)}));
  read->entries = read_bundle(read->bytes).entries;
  const std::lock_guard lock(mutex_);
  newest_first_.push_front(read);
  if (newest_first_.size() > bundles_kept_max) newest_first_.pop_back();
  return read;
}

Result<std::shared_ptr<const Logged>> RecordsAgain::read(LeafIndex index,
                                                         const Digest& leaf_hash) const {
  const auto from = TRY(bundle(index.value / tile_width));
  const std::size_t position = index.value % tile_width;
  const auto is_it = [&](View entry) { return hash_leaf(entry) == leaf_hash; };
  const bool is_there = position < from->entries.size() && is_it(from->entries[position]);
  // An entry that stands elsewhere in its bundle was judged from there.
  const auto found = is_there ? from->entries.begin() + static_cast<std::ptrdiff_t>(position)
                              : std::ranges::find_if(from->entries, is_it);
  if (found == from->entries.end()) {
    return unverified(fmt::format("entry {} is not what it was when it was audited", index.value),
                      "the log changed under the audit: audit a copy that nobody writes to");
  }
  return std::make_shared<const Logged>(TRY(read_record_unverified(index, *found)));
}

}  // namespace usufruct
