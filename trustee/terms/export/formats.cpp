#include "trustee/terms/export/formats.h"

#include <fmt/format.h>

#include <array>

#include "crypto/base/text.h"
#include "trustee/terms/export/odrl.h"
#include "trustee/terms/iri.h"

namespace usufruct::terms {

Result<void> check_iris(const ExportOptions& options) {
  const std::pair<std::string_view, std::string_view> all[] = {
      {"target", options.target}, {"assigner", options.assigner}, {"uid", options.uid}};
  for (const auto& [name, iri] : all) {
    if (iri.empty() || is_iri(iri)) continue;
    return malformed(fmt::format("the {} '{}' is no IRI", name, printable(iri, 100)),
                     "write it whole, as https://example.org/people or urn:people");
  }
  return {};
}

std::span<const ExportFormat> export_formats() {
  static constexpr std::array all = {
      ExportFormat{"odrl", "a policy of ODRL 2.2 in JSON-LD", write_odrl},
  };
  return all;
}

}  // namespace usufruct::terms
