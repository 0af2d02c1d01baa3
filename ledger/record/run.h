#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class RunType : std::uint16_t {
  train,
  finetune,
  evaluate,
  index,
  transform,
  merge,
  quantise,
  generate,
};

/// A use of releases or models: training, evaluation, ... Issued by the party that ran it.
struct Run {
  RunType type = RunType::train;
  std::string purpose;
  std::optional<Digest> code_sha256;
  std::optional<Digest> parameters_sha256;
  std::string environment;
  Time started_at;
  Time ended_at;
  std::string description;

  auto operator<=>(const Run&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("type", self.type);
    io("purpose", self.purpose);
    io("codeSha256", self.code_sha256);
    io("parametersSha256", self.parameters_sha256);
    io("environment", self.environment);
    io("startedAt", self.started_at);
    io("endedAt", self.ended_at);
    io("description", self.description);
  }
};

}  // namespace usufruct
