#pragma once

#include <string>

#include "cli/recording.h"
#include "trustee/terms/author.h"

namespace usufruct::cli {

/// A table about to become a version: read, measured and matched with what its owner says of it.
struct Prepared {
  terms::DatasetFile file;
  Version version;  ///< all but its custody
  std::string table;
  std::vector<std::string> notes{};  ///< what the owner should know before anybody asks for it
};

/// Reads the description and the table, keeps the files it names (deposit_files.h; found beside
/// the description) among the workspace's documents. Nothing is recorded or sealed yet. `malformed`
/// when a column is not spoken of, or a hierarchy lacks one of its values.
Result<Prepared> prepare_version(Context& context, const std::string& description,
                                 const std::string& table);

/// `people.v2`: what a version is called here, where its dataset is called people.
std::string version_label(const std::string& label, std::size_t number);

/// Seals the table in the vault, deals the key to the trustees of the dataset's trust and logs the
/// version. `previous` may be null.
Result<Logging> deposit_version(Context& context, const std::string& as, const std::string& label,
                                const Prepared& prepared, const RecordId& dataset,
                                const Logged& trust, const LoggedPtr& previous,
                                const Secret<32>& pepper);

}  // namespace usufruct::cli
