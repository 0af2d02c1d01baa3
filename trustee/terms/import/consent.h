#pragma once

#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/imported.h"

namespace usufruct::terms {

/// A consent made of a record that another system keeps, with an account of every field.
struct ImportedConsent {
  ConsentTemplate agreed;  ///< given or renewed only where nothing that limits it was lost
  std::vector<ImportLine> lines;
};

/// What of a consent record or receipt (ISO/IEC TS 27560:2023: plain JSON, or JSON-LD in the words
/// of DPV; our own receipts too) a template can say; specs/terms.md §10. Several purposes become
/// one consent under the strictest of their conditions. It is never wider than the source: a
/// purpose or action that no word says falls out; where a condition (data, recipient, place, time)
/// would fall out, or an unknown field may be one, the consent counts as requested and not as
/// given.
///
/// Who the person is, and every name, stays behind: lines name fields and never repeat what stands
/// in those that may be personal. `malformed` with its place when it is no such record.
Result<ImportedConsent> import_consent(std::string_view text, std::string_view file);

}  // namespace usufruct::terms
