#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>

#include "crypto/age.h"
#include "crypto/hash.h"
#include "trustee/anonymise/table/row_mark.h"
#include "trustee/holdings.h"
#include "trustee/package_file.h"

namespace usufruct {

/// What a custodian keeps of a release, sealed to itself: by it a leaked copy is traced to who got
/// it, and a later release is held against this one. No cell is in it, but which row of the input
/// each row is. It does not lie with the packages, which are carried to others. Format:
/// specs/release.md §6.
///
///     traces/<package sha256>.age
///
///     TraceWriter trace = TRY(TraceWriter::create(folder, version, custodian, chance));
///     … anonymise with {.key = trace.key(), .take = trace.take(rows)} …
///     trace.publish(package_sha256, content_sha256)
///
/// Nothing is left of it before publish().
class TraceWriter {
 public:
  static Result<TraceWriter> create(const std::filesystem::path& folder, const RecordId& version,
                                    const AgeRecipient& custodian, Chance& chance);

  const ShortHashKey& key() const { return key_; }
  Result<void> take(std::span<const anonymise::WrittenRow> rows);
  /// At most once.
  Result<std::filesystem::path> publish(const Digest& package, const Digest& content);
  /// Of the plain bytes: `fingerprintSha256` of the record; after publish().
  const Digest& digest() const { return digest_; }

 private:
  TraceWriter(std::unique_ptr<PackageFile> file, AgeSealing sealing, const ShortHashKey& key);
  Result<void> write(View bytes);

  std::unique_ptr<PackageFile> file_;  ///< the sealing holds on to it
  AgeSealing sealing_;
  ShortHashKey key_;
  Sha256 hash_;
  Digest digest_;
  std::uint64_t rows_ = 0;
};

/// Where the trace of a release lies in their folder.
std::filesystem::path trace_path(const std::filesystem::path& traces, const Release& release);

/// Takes rows of a trace in the order of the release. What it was given may be used only when the
/// reading succeeds.
using TakeTraced = std::function<Result<void>(std::span<const anonymise::WrittenRow>)>;

/// Reads the trace of a release in constant memory and gives the key of its marks.
///
/// `not_found`: the record names none, or none is in the folder. `denied`: it is sealed to another
/// party. `unverified`: it is not the one the record names, or is of another release.
Result<ShortHashKey> read_trace(const std::filesystem::path& traces, const Logged& release,
                                const AgeIdentity& custodian, const TakeTraced& rows);

}  // namespace usufruct
