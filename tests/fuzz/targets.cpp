#include <algorithm>
#include <array>

#include "tests/fuzz/target.h"

namespace usufruct::fuzz {

std::span<const Target> targets() {
  static const std::array all = {
      ask_target,     batch_target,    checkpoint_target, consent_target,   duo_target,
      entry_target,   envelope_target, head_target,       hierarchy_target, json_target,
      note_target,    odrl_target,     proof_target,      receipt_target,   record_target,
      request_target, response_target, signals_target,    spdx_target,      table_target,
      terms_target,   tile_target,     vkey_target};
  return all;
}

const Target* find_target(std::string_view name) {
  const auto found = std::ranges::find(targets(), name, &Target::name);
  return found == targets().end() ? nullptr : &*found;
}

}  // namespace usufruct::fuzz
