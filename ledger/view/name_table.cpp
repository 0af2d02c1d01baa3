#include "ledger/view/name_table.h"

#include <algorithm>
#include <cstring>

#include "crypto/base/check.h"

namespace usufruct {
namespace {

constexpr std::size_t places_min = 64;
using Words = std::array<std::uint64_t, 4>;

Words words_of(const Digest& digest) {
  Words words;
  static_assert(sizeof(words) == Digest::size_bytes);
  std::memcpy(words.data(), digest.bytes.data(), sizeof(words));
  return words;
}

/// Both halves of the product of two 64-bit numbers, folded.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

NameTable::NameTable(const Digest& seed) : seed_(words_of(seed)), places_(places_min, none) {}

std::size_t NameTable::place_of(const Digest& name) const {
  const Words words = words_of(name);
  const std::uint64_t hash = fold(words[0] ^ seed_[0], words[1] ^ seed_[1]) ^
                             fold(words[2] ^ seed_[2], words[3] ^ seed_[3]);
  // Once more, since a factor that is 0 would leave nothing of the other.
  return static_cast<std::size_t>(fold(hash ^ words[0], seed_[1] | 1)) & (places_.size() - 1);
}

std::size_t NameTable::probe(const Digest& name) const {
  std::size_t place = place_of(name);
  while (places_[place] != none && names_[places_[place]] != name) {
    place = (place + 1) & (places_.size() - 1);
  }
  return place;
}

void NameTable::prefetch(const Digest& name) const { __builtin_prefetch(&places_[place_of(name)]); }

NameTable::Number NameTable::find(const Digest& name) const { return places_[probe(name)]; }

NameTable::Number NameTable::add(const Digest& name) {
  std::size_t place = probe(name);
  if (places_[place] != none) return places_[place];
  CHECK_THAT(names_.size() < none);
  if ((names_.size() + 1) * 4 > places_.size() * 3) {
    grow();
    place = probe(name);
  }
  names_.push_back(name);
  return places_[place] = static_cast<Number>(names_.size() - 1);
}

void NameTable::grow() {
  places_.assign(places_.size() * 2, none);
  for (std::size_t number = 0; number < names_.size(); ++number) {
    // They are all different: the next empty place is theirs.
    std::size_t place = place_of(names_[number]);
    while (places_[place] != none) place = (place + 1) & (places_.size() - 1);
    places_[place] = static_cast<Number>(number);
  }
}

std::size_t NameTable::size_bytes() const {
  return names_.size_bytes() + places_.size() * sizeof(Number);
}

}  // namespace usufruct
