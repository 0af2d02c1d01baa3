#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "crypto/stream.h"

namespace usufruct {

/// Writes many files below a folder that count only once the last one, the checkpoint, is there:
///
///     FolderWriter writer = TRY(FolderWriter::open("public"));
///     CHECK_OK(writer.write("tile/0/000", bytes));       // from any thread
///     CHECK_OK(writer.publish("checkpoint", note));      // everything written is durable before
///     it
///
/// Each file appears at once or not at all, but is flushed only by publish(), all of them together:
/// a flush for each would take most of the time. So after a crash of the machine files that no
/// published checkpoint covers may hold anything at all; whoever goes on looks before it trusts
/// them.
///
/// One process at a time writes to a folder.
class FolderWriter {
 public:
  /// Makes the folder where there is none. `conflict` while another process writes to it.
  static Result<FolderWriter> open(const std::filesystem::path& folder);

  const std::filesystem::path& folder() const { return folder_; }
  /// `path` is below the folder, with `/` between its parts.
  Result<void> write(std::string_view path, View bytes);
  /// Makes all that was written durable, then this file, in this order.
  Result<void> publish(std::string_view path, View bytes);

 private:
  FolderWriter(std::filesystem::path folder, Descriptor descriptor);
  Result<void> make_parent(const std::filesystem::path& file);

  /// Folders that are there already. Moved with the writer, so in a place of its own.
  struct Made {
    std::mutex mutex;
    std::set<std::string> folders;  ///< guarded by mutex
  };
  std::filesystem::path folder_;
  Descriptor descriptor_;  ///< of the folder; it holds the lock
  std::unique_ptr<Made> made_;
};

}  // namespace usufruct
