#pragma once

#include <string>
#include <utility>

#include "crypto/base/text.h"
#include "trustee/anonymise/anonymise.h"

namespace usufruct::anonymise::test {

inline const KeepRow everyone = [](auto, auto) { return true; };

/// What anonymise() answers, with all that went to its sink.
struct Made {
  Result<Anonymised> answer;
  std::string bytes;
};

/// By the same chance each time.
inline Made made(const Input& input, const Floor& floor, const KeepRow& keep = everyone) {
  SeededChance chance(1);
  std::string bytes;
  auto answer = anonymise::anonymise(input, floor, keep, chance, [&](View piece) -> Result<void> {
    bytes += as_text(piece);
    return {};
  });
  return {std::move(answer), std::move(bytes)};
}

}  // namespace usufruct::anonymise::test
