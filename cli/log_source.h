#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"
#include "ledger/reader.h"

namespace usufruct::cli {

/// The public face of a log, wherever a command is told to read it: a folder, a URL (asked again
/// while it is unavailable), or, where no place is named, the workspace's own store, as it is at
/// this moment.
class LogSource {
 public:
  static Result<LogSource> open(Context& context, const std::string& place);

  const Reader& reader() const { return *reader_; }
  /// What a message calls it.
  const std::string& name() const { return name_; }
  /// Set where it is a folder: then what else lies there can be looked at too.
  const std::optional<std::filesystem::path>& folder() const { return folder_; }
  /// Whether nothing was named, so that it is the workspace's own.
  bool is_own() const { return is_own_; }
  /// How many threads read from it at once: 0 is one a core.
  std::size_t threads() const { return threads_; }

 private:
  LogSource() = default;

  /// What the reader borrows; shared only so that its type is nobody's business.
  std::shared_ptr<const void> parts_;
  std::shared_ptr<const Reader> reader_;  ///< shared since a snapshot is
  std::string name_;
  std::optional<std::filesystem::path> folder_;
  bool is_own_ = false;
  std::size_t threads_ = 0;
};

}  // namespace usufruct::cli
