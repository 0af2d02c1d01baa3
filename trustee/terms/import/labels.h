#pragma once

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// Terms from labels and notices of Local Contexts, by id or the hub's code, with white space
/// between them (specs/vocabulary/labels.yaml, specs/terms.md §9):
///
///     tk:nc  tk:cs  bc:r  tk:s=11-01/03-31  tk:mc=hill-village,lake-village
///
/// A label narrows: what none speaks of is permitted, so these terms stand beside the owner's, or
/// are met with them. They name the labels that they are for (Terms::labels), as only a community's
/// may; what an owner meets with its own does not.
/// What only the community can judge is asked of its seat, in words; a label that nobody knows is
/// asked about too. `malformed` for no label, a label given twice, one with a value that it cannot
/// have, or more than labels_max.
Result<Imported> read_labels(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
