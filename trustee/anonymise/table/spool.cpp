#include "trustee/anonymise/table/spool.h"

#include <algorithm>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

Result<void> Spool::write(View bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), page_bytes - open_.size());
    append(open_, bytes.first(count));
    bytes = bytes.subspan(count);
    if (open_.size() < page_bytes) return {};
    kept_.push_back(TRY(pages_.put(std::exchange(open_, {}))));
  }
  return {};
}

Result<Bytes> Spool::read(std::uint64_t from, std::uint64_t to) const {
  CHECK_THAT(from <= to && to <= size_bytes());
  Bytes made;
  while (from < to) {
    const std::uint64_t number = from / page_bytes;
    const std::uint64_t start = number * page_bytes;
    const std::uint64_t end = std::min(to, start + page_bytes);
    const Bytes page = number < kept_.size() ? TRY(pages_.look(kept_[number])) : open_;
    append(made, View(page).subspan(from - start, end - from));
    from = end;
  }
  return made;
}

}  // namespace usufruct::anonymise
