#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

/// One file of a version or model. The manifest is the list, ascending by path; its root is the
/// RFC 6962 root over the lines `sha256 SP size SP path LF` (specs/records.md, "Manifest").
struct File {
  std::string path;  ///< relative, `/`-separated, no `.` or `..` part
  std::uint64_t size_bytes = 0;
  Digest sha256;
  std::string media_type;

  auto operator<=>(const File&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("path", self.path);
    io("sizeBytes", self.size_bytes);
    io("sha256", self.sha256);
    io("mediaType", self.media_type);
  }
};

}  // namespace usufruct
