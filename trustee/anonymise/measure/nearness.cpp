#include "trustee/anonymise/measure/nearness.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

namespace usufruct::anonymise::measuring {

static_assert(column_count_max < 0xFFFF);

Nearness::Nearness(const AttackTable& table, std::vector<std::size_t> columns)
    : table_(table), columns_(std::move(columns)) {
  const auto cell = [&](std::uint32_t row, std::size_t column) {
    return table_.cell(Who::released, row, column);
  };
  rows_.resize(table_.rows(Who::released));
  std::iota(rows_.begin(), rows_.end(), 0U);
  std::ranges::stable_sort(rows_, [&](std::uint32_t a, std::uint32_t b) {
    for (const std::size_t c : columns_)
      if (cell(a, c) != cell(b, c)) return cell(a, c) < cell(b, c);
    return false;
  });
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool is_same = i > 0 && std::ranges::all_of(columns_, [&](std::size_t c) {
                           return cell(rows_[i - 1], c) == cell(rows_[i], c);
                         });
    if (!is_same) first_.push_back(i);
  }
  first_.push_back(rows_.size());
  for (const std::size_t c : columns_)
    for (std::size_t t = 0; t < tuple_count(); ++t) cells_.push_back(cell(rows_[first_[t]], c));
}

void Nearness::look_at(Who who, std::size_t person) {
  apart_.assign(tuple_count(), 0);
  const std::uint32_t* cells = cells_.data();
  for (const std::size_t c : columns_) {
    const std::uint32_t value = table_.cell(who, person, c);
    differs_.resize(table_.released_texts(c));
    for (std::uint32_t text = 0; text < differs_.size(); ++text)
      differs_[text] = table_.matches(c, text, value) ? 0 : 1;
    for (std::size_t t = 0; t < apart_.size(); ++t)
      apart_[t] = static_cast<std::uint16_t>(apart_[t] + differs_[cells[t]]);
    cells += apart_.size();
  }
}

void Nearness::gather(std::uint16_t apart) {
  gathered_.clear();
  for (std::size_t t = 0; t < apart_.size(); ++t)
    if (apart_[t] == apart)
      gathered_.insert(gathered_.end(), rows_.begin() + static_cast<std::ptrdiff_t>(first_[t]),
                       rows_.begin() + static_cast<std::ptrdiff_t>(first_[t + 1]));
}

std::span<const std::uint32_t> Nearness::nearest(Who who, std::size_t person) {
  look_at(who, person);
  gather(*std::ranges::min_element(apart_));
  return gathered_;
}

std::vector<std::uint32_t> Nearness::draw(Who who, std::size_t person, std::size_t count,
                                          Chance& chance) {
  look_at(who, person);
  std::vector<std::uint32_t> chosen;
  for (std::uint16_t apart = 0; apart <= columns_.size() && chosen.size() < count; ++apart) {
    gather(apart);
    for (const std::size_t i : draw_some(gathered_.size(), count - chosen.size(), chance))
      chosen.push_back(gathered_[i]);
  }
  std::ranges::sort(chosen);
  return chosen;
}

std::vector<std::size_t> draw_some(std::size_t count, std::size_t wanted, Chance& chance) {
  std::vector<std::size_t> drawn;
  if (wanted < count / 4) {
    std::unordered_set<std::size_t> known;
    while (drawn.size() < wanted)
      if (const std::size_t each = draw_below(chance, count); known.insert(each).second)
        drawn.push_back(each);
    return drawn;
  }
  drawn.resize(count);
  std::iota(drawn.begin(), drawn.end(), std::size_t{0});
  wanted = std::min(wanted, count);
  for (std::size_t i = 0; i < wanted; ++i)
    std::swap(drawn[i], drawn[i + draw_below(chance, count - i)]);
  drawn.resize(wanted);
  return drawn;
}

}  // namespace usufruct::anonymise::measuring
