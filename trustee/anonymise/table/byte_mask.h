#pragma once

#include <cstddef>
#include <cstdint>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace usufruct::anonymise {

/// Texts are looked at this many bytes at a time; buffers have as many readable bytes after them.
inline constexpr std::size_t mask_bytes = 64;

/// Which of the 64 bytes at `text` are one of the characters: bit i is byte i.
template <class... Char>
inline std::uint64_t byte_mask(const char* text, Char... wanted) {
  std::uint64_t mask = 0;
#ifdef __SSE2__
  for (unsigned part = 0; part < 4; ++part) {
    // Unaligned loads: any address will do.
    const __m128i bytes =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + std::size_t{16} * part));
    __m128i found = _mm_setzero_si128();
    ((found = _mm_or_si128(found, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(wanted)))), ...);
    const auto bits = static_cast<std::uint32_t>(_mm_movemask_epi8(found));
    mask |= static_cast<std::uint64_t>(bits) << (16 * part);
  }
#else
  for (unsigned i = 0; i < mask_bytes; ++i)
    mask |= static_cast<std::uint64_t>(((text[i] == wanted) || ...)) << i;
#endif
  return mask;
}

/// Bit i is the parity of the bits up to and including i.
inline std::uint64_t prefix_parity(std::uint64_t bits) {
  for (unsigned shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

}  // namespace usufruct::anonymise
