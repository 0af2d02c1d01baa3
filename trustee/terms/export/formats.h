#pragma once

#include <span>
#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/record/terms.h"
#include "trustee/terms/vocabulary.h"

namespace usufruct::terms {

/// What an export says beside the terms; nothing where it is empty. IRIs.
struct ExportOptions {
  std::string target{};                    ///< what the terms are for
  std::string assigner{};                  ///< who sets them
  std::string uid{};                       ///< the policy's name; else one made of its content
  const Vocabulary* vocabulary = nullptr;  ///< that the terms are in; null: this program's
};

/// `malformed` where one of them is said and is no IRI.
Result<void> check_iris(const ExportOptions& options);

/// Another way of writing terms.
struct ExportFormat {
  std::string_view name;  ///< as on the command line
  std::string_view line;  ///< what it is, in one line
  Result<std::string> (*write)(const Terms& terms, const ExportOptions& options);
};
/// All there are, by name: one row a format, and one file of trustee/terms/export each.
std::span<const ExportFormat> export_formats();

}  // namespace usufruct::terms
