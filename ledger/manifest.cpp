#include "ledger/manifest.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "ledger/tree.h"

namespace usufruct {
namespace {

bool is_plain(std::string_view path) {
  if (path.empty() || path.find('\\') != std::string_view::npos || has_control(path)) return false;
  for (const auto part : split(path, '/')) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

}  // namespace

Digest manifest_root(std::span<const File> files) {
  Tree tree;
  for (const auto& file : files) {
    const std::string line =
        fmt::format("{} {} {}\n", to_hex(file.sha256), file.size_bytes, file.path);
    tree.append(hash_leaf(as_view(line)));
  }
  return tree.root();
}

Result<void> check_manifest(std::span<const File> files) {
  if (files.empty()) return malformed("the manifest names no file");
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!is_plain(files[i].path)) {
      return malformed(fmt::format("'{}' is not a plain relative path", printable(files[i].path)),
                       "use '/' between names, no '..', no leading '/'");
    }
    if (i > 0 && files[i - 1].path >= files[i].path) {
      return malformed(
          fmt::format("'{}' is out of order or named twice", printable(files[i].path)));
    }
  }
  return {};
}

}  // namespace usufruct
