#include "trustee/terms/scheme.h"

#include <algorithm>
#include <array>

namespace usufruct::terms {
namespace {

constexpr std::array<std::string_view, scheme_count> names = {"purpose",
                                                              "action",
                                                              "recipient",
                                                              "jurisdiction",
                                                              "flag",
                                                              "attestation",
                                                              "duty",
                                                              "data-category",
                                                              "legal-basis",
                                                              "consent-type",
                                                              "guardian-relation",
                                                              "collection-method",
                                                              "withdrawal-method"};

}  // namespace

std::string_view name_of(Scheme scheme) { return names[static_cast<std::size_t>(scheme)]; }

std::optional<Scheme> scheme_named(std::string_view name) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) return std::nullopt;
  return static_cast<Scheme>(found - names.begin());
}

}  // namespace usufruct::terms
