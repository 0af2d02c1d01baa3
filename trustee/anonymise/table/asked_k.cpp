#include "trustee/anonymise/table/asked_k.h"

#include <charconv>
#include <limits>
#include <utility>

namespace usufruct::anonymise {

std::optional<std::uint32_t> parse_asked_k(std::string_view cell) {
  if (cell.empty()) return 0;
  std::uint32_t k = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), k);
  if (error != std::errc{} || end != cell.data() + cell.size()) return std::nullopt;
  return k;
}

std::uint32_t AskedK::add(std::uint32_t k) {
  std::uint32_t number = 0;
  if (k > k_of_floor_) {
    const auto [at, is_new] = numbers_.emplace(k, static_cast<std::uint32_t>(shares_.size()));
    if (is_new) shares_.push_back({k, 0});
    number = at->second;
  }
  ++shares_[number].rows;
  return number;
}

void AskedRows::add(std::vector<std::uint32_t> asked) {
  const std::lock_guard lock(mutex_);
  told_.push_back(std::move(asked));
}

std::uint32_t AskedRows::next() {
  while (at_ == now_.size()) {
    const std::lock_guard lock(mutex_);
    if (told_.empty()) return std::numeric_limits<std::uint32_t>::max();
    now_ = std::move(told_.front());
    told_.pop_front();
    at_ = 0;
  }
  return now_[at_++];
}

}  // namespace usufruct::anonymise
