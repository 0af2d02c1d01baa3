#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class ObligationAction : std::uint16_t { stop_use, erase, retrain, review, notify };
enum class ObligationState : std::uint16_t { open, acknowledged, done, refused, exempt };

/// What someone must do, by when, because of a withdrawal or incident; or the answer to it.
struct Obligation {
  ObligationAction action = ObligationAction::review;
  Time due;
  ObligationState state = ObligationState::open;
  std::string note;

  auto operator<=>(const Obligation&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("action", self.action);
    io("due", self.due);
    io("state", self.state);
    io("note", self.note);
  }
};

}  // namespace usufruct
