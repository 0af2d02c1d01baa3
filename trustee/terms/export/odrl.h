#pragma once

#include <string>

#include "crypto/base/result.h"
#include "ledger/record/terms.h"
#include "trustee/terms/export/formats.h"

namespace usufruct::terms {

/// Terms as a policy of ODRL 2.2 in JSON-LD: an Offer when it is said who offers, else a Set. It is
/// of a profile, since floors, questions, attestations and more have no word in ODRL: a processor
/// that does not know the profile must stop (ODRL 2.2 §4). Words that ODRL or DPV have are theirs.
///
/// The same terms are the same bytes, and read_odrl() makes the same terms of them again. Words of
/// another vocabulary than this program's are called as they are, in our namespace but for those of
/// DPV and DUO; who reads them needs that vocabulary, whose digest stands there.
/// `malformed` for terms that cannot be written as a file (print_terms), and for options that are
/// no IRIs.
Result<std::string> write_odrl(const Terms& terms, const ExportOptions& options);

}  // namespace usufruct::terms
