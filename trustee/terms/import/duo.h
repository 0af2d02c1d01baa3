#pragma once

#include <span>

#include "crypto/base/result.h"
#include "trustee/terms/import/formats.h"
#include "trustee/terms/import/imported.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

/// Terms from codes of the Data Use Ontology (release v2021-02-23): `DUO:0000006` or `HMB`, with
/// what it is about after an equals sign where it needs that:
///
///     HMB  NPU  IRB  TS=24  GS=EU,CH  DS=DOID:162
///
/// One code is a permission; without one nothing is permitted (specs/terms.md §9). A disease that
/// the vocabulary has is a purpose; any other is asked about. `malformed` for an abstract code, a
/// code given twice, a second permission, or a value that its code cannot have. Codes nobody knows
/// are refused: asked about.
Result<Imported> import_duo(std::span<const std::string> codes,
                            const Vocabulary& vocabulary = Vocabulary::builtin());

/// The same from one text, with white space between the codes.
Result<Imported> read_duo(std::string_view text, const ImportOptions& options);

}  // namespace usufruct::terms
