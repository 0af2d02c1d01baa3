#include "trustee/anonymise/table/pages.h"

#include <fmt/format.h>

#include <utility>

namespace usufruct::anonymise {

Pages::Pages(const EngineOptions& options)
    : memory_bytes_max_(options.memory_bytes_max / (options.temporary_folder.empty() ? 2 : 32)),
      folder_(options.temporary_folder) {}

Result<Pages::Page> Pages::put(Bytes bytes) {
  {
    const std::lock_guard lock(mutex_);
    if (held_bytes_ + bytes.size() <= memory_bytes_max_) {
      held_bytes_ += bytes.size();
      return Page{.bytes = std::move(bytes)};
    }
    spilled_bytes_ += bytes.size();
  }
  SpillFile* spill = TRY(file());
  return Page{.place = TRY(spill->write(bytes))};
}

Result<Bytes> Pages::take(Page page) {
  if (page.place) {
    const SpillFile* spill = TRY(file());
    return spill->read(*page.place);
  }
  const std::lock_guard lock(mutex_);
  held_bytes_ -= page.bytes.size();
  return std::move(page.bytes);
}

Result<Bytes> Pages::look(const Page& page) {
  if (!page.place) return page.bytes;
  const SpillFile* spill = TRY(file());
  return spill->read(*page.place);
}

std::uint64_t Pages::spilled_bytes() const {
  const std::lock_guard lock(mutex_);
  return spilled_bytes_;
}

Result<SpillFile*> Pages::file() {
  const std::lock_guard lock(mutex_);
  if (!file_) {
    if (folder_.empty())
      return unavailable(fmt::format("the rows do not fit in the {} bytes of memory they may have",
                                     memory_bytes_max_),
                         "allow more memory, or name a temporary folder where rows may spill");
    file_.emplace(TRY(SpillFile::create(folder_)));
  }
  return &*file_;
}

}  // namespace usufruct::anonymise
