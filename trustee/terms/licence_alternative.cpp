#include "trustee/terms/licence_alternative.h"

#include <algorithm>
#include <tuple>

#include "crypto/base/sorted.h"

namespace usufruct::terms {
namespace {

using Kind = LicenceExpression::Kind;
/// A bit a licence, by its place among those of the expression.
using Mask = std::uint64_t;
static_assert(licence_parts_max <= 64);

class Normaliser {
 public:
  explicit Normaliser(const Vocabulary& vocabulary) : vocabulary_(vocabulary) {}

  Result<std::vector<Mask>> run(const LicenceExpression& expression) {
    if (expression.kind == Kind::licence) return choices(expression.part);
    std::vector<Mask> all;
    for (std::size_t i = 0; i < expression.of.size(); ++i) {
      const auto next = TRY(run(expression.of[i]));
      if (expression.kind == Kind::all && i > 0) {
        all = TRY(both(all, next));
      } else {
        for (const Mask mask : next) CHECK_OK(add(all, mask));
      }
    }
    return all;
  }

  LicenceAlternative alternative(Mask mask) const {
    LicenceAlternative made;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (mask >> i & 1) made.parts.push_back(parts_[i]);
    }
    std::ranges::sort(made.parts);
    for (const auto& part : made.parts) {
      const LicenceTerm* row = row_of(part, vocabulary_);
      if (!row) continue;
      for (const auto& duty : row->duties) made.duties.push_back({duty, print(part)});
    }
    sort_once(made.duties);
    return made;
  }

 private:
  Result<std::vector<Mask>> choices(const LicencePart& part) {
    std::vector<Mask> masks;
    for (const auto& choice : choices_of(part, vocabulary_)) {
      auto there = std::ranges::find(parts_, choice);
      if (there == parts_.end()) {
        if (parts_.size() == licence_parts_max) {
          return malformed(
              fmt::format("the licence expression names more than {} licences", parts_.size()));
        }
        there = parts_.insert(there, choice);
      }
      CHECK_OK(add(masks, Mask{1} << (there - parts_.begin())));
    }
    return masks;
  }

  static Result<std::vector<Mask>> both(const std::vector<Mask>& left,
                                        const std::vector<Mask>& right) {
    std::vector<Mask> all;
    for (const Mask one : left) {
      for (const Mask other : right) CHECK_OK(add(all, one | other));
    }
    return all;
  }

  /// Adds one way, but for ways that hold another.
  static Result<void> add(std::vector<Mask>& all, Mask mask) {
    if (std::ranges::any_of(all, [&](Mask there) { return (there & ~mask) == 0; })) return {};
    std::erase_if(all, [&](Mask there) { return (mask & ~there) == 0; });
    if (all.size() == licence_alternatives_max) {
      return malformed(
          fmt::format("the licence expression has more than {} alternatives", all.size()),
          "license parts of the data apart, each by an expression of its own");
    }
    all.push_back(mask);
    return {};
  }

  const Vocabulary& vocabulary_;
  std::vector<LicencePart> parts_;
};

}  // namespace

std::string print(const LicenceAlternative& alternative) {
  std::string text;
  for (const auto& part : alternative.parts) {
    text += (text.empty() ? "" : " AND ") + print(part);
  }
  return text;
}

Result<std::vector<LicenceAlternative>> alternatives_of(const LicenceExpression& expression,
                                                        const Vocabulary& vocabulary) {
  Normaliser normaliser(vocabulary);
  std::vector<LicenceAlternative> alternatives;
  for (const Mask mask : TRY(normaliser.run(expression))) {
    alternatives.push_back(normaliser.alternative(mask));
  }
  std::ranges::sort(alternatives, {}, [](const LicenceAlternative& one) {
    return std::tuple(one.duties.size(), print(one));
  });
  return alternatives;
}

Result<std::vector<LicenceAlternative>> alternatives_of(std::string_view expression,
                                                        const Vocabulary& vocabulary) {
  return alternatives_of(TRY(parse_licence_expression(expression, vocabulary)), vocabulary);
}

std::vector<LicencePart> choices_of(const LicencePart& part, const Vocabulary& vocabulary) {
  const LicenceTerm* row = vocabulary.find_licence(part.id);
  if (!row) return {part};
  std::vector<LicencePart> choices{{row->id, false, part.exception}};
  if (!part.or_later && !part.id.ends_with("-or-later")) return choices;
  for (const auto& later : row->later) choices.push_back({later, false, part.exception});
  return choices;
}

const LicenceTerm* row_of(const LicencePart& part, const Vocabulary& vocabulary) {
  const bool is_read = part.exception.empty() || vocabulary.find_exception(part.exception);
  return is_read ? vocabulary.find_licence(part.id) : nullptr;
}

bool is_known(const LicenceAlternative& alternative, const Vocabulary& vocabulary) {
  return std::ranges::all_of(alternative.parts,
                             [&](const auto& part) { return row_of(part, vocabulary) != nullptr; });
}

}  // namespace usufruct::terms
