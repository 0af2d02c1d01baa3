#include "trustee/terms/export/formats.h"

#include <array>

#include "trustee/terms/export/odrl.h"

namespace usufruct::terms {

std::span<const ExportFormat> export_formats() {
  static constexpr std::array all = {
      ExportFormat{"odrl", "a policy of ODRL 2.2 in JSON-LD", write_odrl},
  };
  return all;
}

}  // namespace usufruct::terms
