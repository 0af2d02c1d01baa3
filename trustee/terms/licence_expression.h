#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

inline constexpr std::size_t licence_expression_bytes_max = 4'096;
inline constexpr std::size_t licence_expression_depth_max = 32;  ///< parentheses in parentheses

/// One licence of an expression: `CC-BY-3.0+`, `GPL-2.0-only WITH Classpath-exception-2.0`,
/// `DocumentRef-a:LicenseRef-b`.
struct LicencePart {
  std::string id;
  bool or_later = false;  ///< a + follows the id
  std::string exception;  ///< what follows WITH; may be empty

  auto operator<=>(const LicencePart&) const = default;
};
std::string print(const LicencePart& part);

/// A licence expression of SPDX (Annex D of SPDX 2.3 and 3.0), as a tree:
///
///     MIT OR (CC-BY-4.0 AND ODbL-1.0)      any of: MIT, all of: CC-BY-4.0, ODbL-1.0
///
/// `of` has two or more where it is not one licence, and none of them is of its own kind: what is
/// in parentheses for no reason is taken out of them.
struct LicenceExpression {
  enum class Kind : std::uint8_t { licence, all, any };
  Kind kind = Kind::licence;
  LicencePart part;                   ///< of a licence
  std::vector<LicenceExpression> of;  ///< of the others: joined by AND, by OR

  bool operator==(const LicenceExpression&) const = default;
};

/// Reads one. Operators are all upper or all lower case; WITH binds tighter than AND, and AND than
/// OR. Ids that the vocabulary has are spelt as it does, in whatever case they are written, and
/// deprecated ones become what they stand for (`GPL-2.0+` is `GPL-2.0-or-later`); ids that it does
/// not have stay as they are, and are no error. `malformed` says at which column (from 1), and what
/// may have been meant.
Result<LicenceExpression> parse_licence_expression(std::string_view text,
                                                   const Vocabulary& vocabulary);

/// What parses to the same tree. What is joined in a part of it is in parentheses.
std::string print(const LicenceExpression& expression);

/// The id of the table that may have been meant by one that is not in it.
std::optional<std::string> nearest_licence(std::string_view id, const Vocabulary& vocabulary);

}  // namespace usufruct::terms
