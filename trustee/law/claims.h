#pragma once

#include "trustee/law/rules.h"

namespace usufruct::law {

/// What a release claims of itself, held against the version it is of, the floor it must reach and
/// its own other claims (specs/release.md §4): in this order, the first that is wrong refuses. A
/// function of its arguments alone; counts are the issuer's, so that none is multiplied in less
/// than 128 bits.
Result<void> check_release_claims(const Release& release, const Version& version,
                                  const Floor& floor);

}  // namespace usufruct::law
