#include "trustee/anonymise/table/kept_rows.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "crypto/base/check.h"

namespace usufruct::anonymise {

Result<void> KeptRows::put(std::uint64_t block, std::span<const std::uint32_t> numbers,
                           View cells) {
  Bytes bytes(numbers.size_bytes() + cells.size());
  std::memcpy(bytes.data(), numbers.data(), numbers.size_bytes());
  if (!cells.empty()) std::memcpy(bytes.data() + numbers.size_bytes(), cells.data(), cells.size());
  Pages::Page page = TRY(pages_->put(std::move(bytes)));
  const std::lock_guard lock(*mutex_);
  stored_.push_back({block, static_cast<std::uint32_t>(numbers.size()), std::move(page)});
  row_count_ += numbers.size();
  return {};
}

void KeptRows::name_atoms(std::vector<std::vector<std::uint32_t>> atoms) {
  atoms_ = std::move(atoms);
}

Result<void> KeptRows::take(const TakeRun& each) {
  std::ranges::sort(stored_, {}, &Stored::block);
  std::vector<std::uint32_t> atoms;
  for (Stored& stored : stored_) {
    const Bytes bytes = TRY(pages_->take(std::move(stored.page)));
    atoms.resize(stored.rows);
    const std::size_t size = atoms.size() * sizeof(std::uint32_t);
    CHECK_THAT(bytes.size() >= size);
    std::memcpy(atoms.data(), bytes.data(), size);
    for (std::uint32_t& atom : atoms) atom = atoms_[atom % atoms_.size()][atom / atoms_.size()];
    CHECK_OK(each({atoms, View(bytes).subspan(size)}));
  }
  stored_.clear();
  return {};
}

void append_cell(Bytes& to, std::string_view text) {
  std::size_t size = text.size();
  for (; size >= 0x80; size >>= 7) to.push_back(static_cast<std::uint8_t>(size | 0x80));
  to.push_back(static_cast<std::uint8_t>(size));
  to.insert(to.end(), text.begin(), text.end());
}

std::string_view take_cell(View& from) {
  std::size_t size = 0;
  std::size_t at = 0;
  for (unsigned shift = 0;; shift += 7) {
    const std::uint8_t byte = from[at++];
    size |= std::size_t{byte & 0x7FU} << shift;
    if (byte < 0x80) break;
  }
  const auto text = as_text(from.subspan(at, size));
  from = from.subspan(at + size);
  return text;
}

}  // namespace usufruct::anonymise
