#include "trustee/terms/import/formats.h"

#include <array>

#include "trustee/terms/import/aipref.h"
#include "trustee/terms/import/cawg.h"
#include "trustee/terms/import/dta.h"
#include "trustee/terms/import/duo.h"
#include "trustee/terms/import/labels.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/import/plus.h"
#include "trustee/terms/import/robots.h"
#include "trustee/terms/import/rsl.h"
#include "trustee/terms/import/spdx.h"
#include "trustee/terms/import/tdmrep.h"

namespace usufruct::terms {

std::span<const ImportFormat> import_formats() {
  static constexpr std::array all = {
      ImportFormat{"aipref",
                   "AI usage preferences (IETF AIPREF), as train-ai=n; or a response's head",
                   "PREFERENCES", read_aipref},
      ImportFormat{"cawg", "a training and data mining assertion (CAWG, C2PA), JSON", "",
                   read_cawg},
      ImportFormat{"dta", "the use fields of the Data Provenance Standards (D&TA), JSON", "",
                   read_dta},
      ImportFormat{"duo", "codes of the Data Use Ontology, as HMB NPU TS=24 GS=EU", "CODES",
                   read_duo},
      ImportFormat{"labels", "labels of Local Contexts, as tk:nc tk:cs bc:r tk:s=11-01/03-31",
                   "LABELS", read_labels},
      ImportFormat{"odrl", "a policy of ODRL 2.2 in JSON-LD", "", read_odrl},
      ImportFormat{"plus", "the Data Mining property (IPTC, PLUS), as DMI-PROHIBITED-AIMLTRAINING",
                   "VALUES", read_plus},
      ImportFormat{"robots", "a site's robots.txt, with Content-Usage and Content-Signal lines", "",
                   read_robots},
      ImportFormat{"rsl", "a Really Simple Licensing (RSL) 1.0 licence, XML", "", read_rsl},
      ImportFormat{"spdx", "a licence expression, as CC-BY-NC-4.0 OR MIT", "EXPRESSION", read_spdx},
      ImportFormat{"tdmrep", "a TDM reservation: tdmrep.json, a response's head, or a page", "",
                   read_tdmrep},
  };
  return all;
}

}  // namespace usufruct::terms
