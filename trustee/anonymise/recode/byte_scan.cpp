#include "trustee/anonymise/recode/byte_scan.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace usufruct::anonymise {

namespace {

constexpr std::size_t block = 32;
constexpr std::size_t stretch = 16 * block;  ///< so many sums have their least noted

/// What a kernel reads and writes; all arrays are whole blocks long.
struct Work {
  std::span<const ByteScan::Table> tables;
  const std::vector<std::vector<std::uint8_t>>& codes;
  const std::vector<std::uint8_t>& largest;
  const std::uint8_t* penalty;
  std::uint8_t* sums;
  std::uint8_t* leasts;
  std::size_t size;
};

void sum_plain(const Work& work) {
  for (std::size_t i = 0; i < work.size; ++i) {
    unsigned sum = work.penalty[i];
    for (std::size_t c = 0; c < work.tables.size(); ++c)
      sum = std::min(255U, sum + work.tables[c][work.codes[c][i]]);
    work.sums[i] = static_cast<std::uint8_t>(sum);
    std::uint8_t& least = work.leasts[i / stretch];
    least = std::min(least, work.sums[i]);
  }
}

#if defined(__x86_64__)
__m256i* wide(std::uint8_t* at) { return reinterpret_cast<__m256i*>(at); }
const __m256i* wide(const std::uint8_t* at) { return reinterpret_cast<const __m256i*>(at); }
const __m128i* half(const std::uint8_t* at) { return reinterpret_cast<const __m128i*>(at); }

/// A table of 16·n bytes, looked up by shuffles: each answers for the codes of one high nibble.
__attribute__((target("avx2"))) __m256i looked_up(const ByteScan::Table& table,
                                                  std::uint8_t largest, __m256i codes) {
  __m256i found = _mm256_setzero_si256();
  const __m256i low = _mm256_and_si256(codes, _mm256_set1_epi8(0x0F));
  const __m256i high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), _mm256_set1_epi8(0x0F));
  for (int part = 0; part <= largest / 16; ++part) {
    const __m256i rows =
        _mm256_broadcastsi128_si256(_mm_loadu_si128(half(table.data() + 16 * part)));
    const __m256i mine = _mm256_cmpeq_epi8(high, _mm256_set1_epi8(static_cast<char>(part)));
    found = _mm256_or_si256(found, _mm256_and_si256(mine, _mm256_shuffle_epi8(rows, low)));
  }
  return found;
}

__attribute__((target("avx2"))) std::uint8_t least_of(__m256i sums) {
  std::array<std::uint8_t, block> each{};
  _mm256_storeu_si256(wide(each.data()), sums);
  return *std::min_element(each.begin(), each.end());
}

__attribute__((target("avx2"))) void sum_avx2(const Work& work) {
  for (std::size_t from = 0; from < work.size; from += stretch) {
    __m256i least = _mm256_set1_epi8(-1);
    const std::size_t to = std::min(from + stretch, work.size);
    for (std::size_t i = from; i < to; i += block) {
      __m256i sum = _mm256_loadu_si256(wide(work.penalty + i));
      for (std::size_t c = 0; c < work.tables.size(); ++c) {
        const __m256i codes = _mm256_loadu_si256(wide(work.codes[c].data() + i));
        const __m256i found =
            work.largest[c] < 16
                ? _mm256_shuffle_epi8(
                      _mm256_broadcastsi128_si256(_mm_loadu_si128(half(work.tables[c].data()))),
                      codes)
                : looked_up(work.tables[c], work.largest[c], codes);
        sum = _mm256_adds_epu8(sum, found);
      }
      _mm256_storeu_si256(wide(work.sums + i), sum);
      least = _mm256_min_epu8(least, sum);
    }
    work.leasts[from / stretch] = least_of(least);
  }
}

/// Items of [from, to) with sums in [low, high].
__attribute__((target("avx2"))) void collect_avx2(const std::uint8_t* sums, std::size_t from,
                                                  std::size_t to, std::uint8_t low,
                                                  std::uint8_t high,
                                                  std::vector<std::uint32_t>& found) {
  const __m256i least = _mm256_set1_epi8(static_cast<char>(low));
  const __m256i most = _mm256_set1_epi8(static_cast<char>(high));
  for (std::size_t i = from; i < to; i += block) {
    const __m256i sum = _mm256_loadu_si256(wide(sums + i));
    const __m256i within = _mm256_min_epu8(_mm256_max_epu8(sum, least), most);
    auto mask = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpeq_epi8(within, sum)));
    for (; mask != 0; mask &= mask - 1)
      found.push_back(static_cast<std::uint32_t>(i) +
                      static_cast<std::uint32_t>(__builtin_ctz(mask)));
  }
}

bool has_avx2() {
  static const bool has = __builtin_cpu_supports("avx2");
  return has;
}
#endif

}  // namespace

ByteScan::ByteScan(std::size_t columns, std::size_t items) : items_(items), largest_(columns, 0) {
  const std::size_t size = (items + block - 1) / block * block;
  codes_.assign(columns, std::vector<std::uint8_t>(size, 0));
  penalty_.assign(size, 255);  // what pads the last block is never found
  sums_.resize(size);
  leasts_.resize((size + stretch - 1) / stretch);
  std::fill_n(penalty_.begin(), items, std::uint8_t{0});
}

std::uint8_t ByteScan::sum(std::span<const Table> tables) {
  std::fill(leasts_.begin(), leasts_.end(), std::uint8_t{255});
  const Work work{tables,       codes_,         largest_,    penalty_.data(),
                  sums_.data(), leasts_.data(), sums_.size()};
#if defined(__x86_64__)
  if (has_avx2())
    sum_avx2(work);
  else
    sum_plain(work);
#else
  sum_plain(work);
#endif
  return leasts_.empty() ? 255 : *std::min_element(leasts_.begin(), leasts_.end());
}

void ByteScan::collect(std::uint8_t low, std::uint8_t high, std::size_t count_max,
                       std::vector<std::uint32_t>& found) const {
  found.clear();
  for (std::size_t s = 0; s < leasts_.size() && found.size() < count_max; ++s) {
    if (leasts_[s] > high) continue;
    collect_stretch(s * stretch, std::min((s + 1) * stretch, sums_.size()), low, high, found);
  }
  if (found.size() > count_max) found.resize(count_max);
}

void ByteScan::collect_stretch(std::size_t from, std::size_t to, std::uint8_t low,
                               std::uint8_t high, std::vector<std::uint32_t>& found) const {
#if defined(__x86_64__)
  if (has_avx2()) return collect_avx2(sums_.data(), from, to, low, high, found);
#endif
  for (std::size_t i = from; i < to; ++i)
    if (sums_[i] >= low && sums_[i] <= high) found.push_back(static_cast<std::uint32_t>(i));
}

}  // namespace usufruct::anonymise
