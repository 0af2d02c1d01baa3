#include "trustee/terms/import/formats.h"

#include <array>

#include "trustee/terms/import/duo.h"

namespace usufruct::terms {

std::span<const ImportFormat> import_formats() {
  static constexpr std::array all = {
      ImportFormat{"duo", "codes of the Data Use Ontology, as HMB NPU TS=24 GS=EU", true, read_duo},
  };
  return all;
}

}  // namespace usufruct::terms
