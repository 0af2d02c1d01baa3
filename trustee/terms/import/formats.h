#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "trustee/terms/import/imported.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

/// What becomes of uses for which a signal states no preference: the trustees are asked; or it is
/// left to the terms that these are met with, which alone would then permit it; or it is forbidden.
enum class Unstated : std::uint8_t { ask, leave, forbid };

/// What an import knows beside the text.
struct ImportOptions {
  std::string_view file = "-";  ///< what errors call it
  std::string_view path = "/";  ///< where on the site the data are, for rules about paths
  Unstated unstated = Unstated::ask;
  const Vocabulary& vocabulary = Vocabulary::builtin();
  /// By which IRI the text calls the dataset; empty: it is about one thing, which is the dataset.
  std::string_view target{};
  /// The ids of parties whom the text calls by IRIs.
  std::map<std::string, std::string, std::less<>> parties{};
};

/// A way of writing permissions and reservations that terms can be made from.
struct ImportFormat {
  std::string_view name;  ///< as on the command line
  std::string_view line;  ///< what it is, in one line
  /// What it may be given as instead of a file, in one word: "CODES". Empty: a file alone.
  std::string_view words;
  /// `malformed` with its place when the text is none of that format. What it says and terms cannot
  /// is in the account (imported.h) and in the terms as an ask.
  Result<Imported> (*read)(std::string_view text, const ImportOptions& options);
};
/// All there are, by name: one row a format, and one file of trustee/terms/import each.
std::span<const ImportFormat> import_formats();

}  // namespace usufruct::terms
