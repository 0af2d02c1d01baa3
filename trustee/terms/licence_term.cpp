#include "trustee/terms/licence_term.h"

#include <algorithm>
#include <array>

namespace usufruct::terms {
namespace {

constexpr std::array<std::string_view, 4> use_names = {"academic", "non-commercial", "unspecified",
                                                       "all"};
constexpr std::array<std::string_view, 3> attribution_names = {"no", "unknown", "yes"};
constexpr std::array<std::string_view, 2> derivatives_names = {"forbidden", "allowed"};

/// The place of a value among those there are.
template <std::size_t count>
Result<std::size_t> one_of(document::Fields& row, std::string_view key,
                           const std::array<std::string_view, count>& names) {
  const std::string word = TRY(row.text(key));
  const auto found = std::ranges::find(names, word);
  if (found == names.end()) {
    return row.fault(key, fmt::format("'{}' is none of: {}", word, fmt::join(names, ", ")));
  }
  return static_cast<std::size_t>(found - names.begin());
}

}  // namespace

std::string_view name_of(LicenceUse use) { return use_names[static_cast<std::size_t>(use)]; }
std::string_view name_of(Attribution attribution) {
  return attribution_names[static_cast<std::size_t>(attribution)];
}

Result<LicenceTerm> read_licence(const document::File& file, const document::Node& node) {
  auto row = TRY(document::Fields::of(file, node));
  LicenceTerm licence;
  licence.id = TRY(row.text("id"));
  licence.also = TRY(row.texts("also"));
  licence.later = TRY(row.texts("later"));
  licence.forbid_purposes = TRY(row.texts("forbid_purposes"));
  licence.forbid_actions = TRY(row.texts("forbid_actions"));
  licence.ask_actions = TRY(row.texts("ask_actions"));
  licence.duties = TRY(row.texts("duties"));
  licence.use = static_cast<LicenceUse>(TRY(one_of(row, "use", use_names)));
  licence.attribution =
      static_cast<Attribution>(TRY(one_of(row, "attribution", attribution_names)));
  const std::string family = TRY(row.text("share_alike"));
  if (family != "none") licence.share_alike = family;
  licence.may_derive = TRY(one_of(row, "derivatives", derivatives_names)) == 1;
  CHECK_OK(row.finish());
  return licence;
}

}  // namespace usufruct::terms
