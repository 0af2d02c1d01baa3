#pragma once

#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "ledger/record/manifest.h"

namespace usufruct {

/// The one root for a set of files: RFC 6962 over the lines of a manifest in order, each
///
///     <64 hex of SHA-256> <size in bytes> <path>\n
///
/// (specs/records.md, "Manifest"). A change to any file, name or size changes it.
Digest manifest_root(std::span<const File> files);

/// `malformed` unless there is a file, the paths ascend strictly and each is relative and plain: no
/// empty, `.` or `..` part, no backslash.
Result<void> check_manifest(std::span<const File> files);

}  // namespace usufruct
