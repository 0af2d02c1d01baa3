#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// A version of the words that terms are written in: terms name the record of theirs, and what they
/// say of a request is judged by those words for ever. The files it was made of, with labels and
/// definitions, are among the record's documents.
struct Vocabulary {
  std::string name;
  std::string label;
  std::optional<Digest> sha256;    ///< of `words`
  std::vector<std::string> words;  ///< a row each: specs/terms.md §2

  auto operator<=>(const Vocabulary&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("label", self.label);
    io("sha256", self.sha256);
    io("words", self.words);
  }
};

}  // namespace usufruct
