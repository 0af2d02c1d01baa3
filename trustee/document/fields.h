#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/time.h"
#include "trustee/document/document.h"

namespace usufruct::document {

/// A text with where it was written, for an error found later.
struct Word {
  std::string text;
  Place place;
};

/// Reads a mapping field by field, so that what is missing, of the wrong type, or not asked for is
/// an error with its place:
///
///     auto fields = TRY(Fields::of(file, file.root));
///     request.project = TRY(fields.text_or("project", ""));
///     CHECK_OK(fields.finish());
///
/// A key whose value is null counts as absent. Borrows the file, which must outlive it.
class Fields {
 public:
  /// `malformed` when the node is no mapping.
  static Result<Fields> of(const File& file, const Node& node);

  /// The value under a key, or null when it is absent. Marks the key as known.
  const Node* find(std::string_view key);

  Result<std::string> text(std::string_view key);
  Result<std::string> text_or(std::string_view key, std::string_view fallback);
  /// A scalar counts as a list of one; absent is empty.
  Result<std::vector<Word>> words(std::string_view key);
  Result<std::vector<std::string>> texts(std::string_view key);
  /// Within [min, max].
  Result<std::int64_t> integer(std::string_view key, std::int64_t min, std::int64_t max);
  Result<std::int64_t> integer_or(std::string_view key, std::int64_t min, std::int64_t max,
                                  std::int64_t fallback);
  Result<bool> boolean_or(std::string_view key, bool fallback);
  Result<std::optional<Time>> time(std::string_view key);
  /// A mapping below a key, or none when it is absent.
  Result<std::optional<Fields>> mapping(std::string_view key);
  /// The items of a sequence below a key; absent is none.
  Result<std::vector<const Node*>> sequence(std::string_view key);

  /// Refuses every key that was not asked for.
  Result<void> finish() const;

  const File& file() const { return *file_; }
  const Node& node() const { return *node_; }
  /// An error about the value of a key, or about the mapping when the key is absent.
  std::unexpected<Error> fault(std::string_view key, std::string_view message,
                               std::string hint = {}) const;

 private:
  Fields(const File& file, const Node& node) : file_(&file), node_(&node) {}

  const File* file_;
  const Node* node_;
  std::vector<std::string> known_;
};

}  // namespace usufruct::document
