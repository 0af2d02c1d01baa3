#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"
#include "ledger/record/manifest.h"

namespace usufruct {

/// A model that a run made.
struct Model {
  std::string name;
  std::string label;
  std::string architecture;
  std::vector<std::string> modality;
  std::vector<File> files;
  std::optional<Digest> manifest_root;
  std::string intended_use;

  auto operator<=>(const Model&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("name", self.name);
    io("label", self.label);
    io("architecture", self.architecture);
    io("modality", self.modality);
    io("files", self.files);
    io("manifestRoot", self.manifest_root);
    io("intendedUse", self.intended_use);
  }
};

}  // namespace usufruct
