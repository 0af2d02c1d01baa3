#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/check.h"

namespace usufruct::fuzz {

/// One parser under fuzzing. It is held to more than not falling over: what it accepts it prints
/// again to the same bytes, and what it proves does not hold for anything else (CHECK_THAT).
struct Target {
  std::string_view name;
  void (*run)(View input);
  /// Inputs that are good, to begin with: what a corpus is grown from.
  std::vector<Bytes> (*seeds)();
};

/// All there are, by name. A new one is declared here, and its corpus kept under
/// tests/fuzz/corpus/<name>/.
std::span<const Target> targets();
/// Null when there is none of that name.
const Target* find_target(std::string_view name);

extern const Target ask_target;
extern const Target batch_target;
extern const Target checkpoint_target;
extern const Target consent_target;
extern const Target duo_target;
extern const Target entry_target;
extern const Target envelope_target;
extern const Target head_target;
extern const Target hierarchy_target;
extern const Target json_target;
extern const Target note_target;
extern const Target odrl_target;
extern const Target proof_target;
extern const Target receipt_target;
extern const Target record_target;
extern const Target request_target;
extern const Target response_target;
extern const Target signals_target;
extern const Target spdx_target;
extern const Target table_target;
extern const Target terms_target;
extern const Target tile_target;
extern const Target vkey_target;

/// Takes an input apart into small numbers; zero when it has come to its end.
class Dice {
 public:
  explicit Dice(View left) : left_(left) {}
  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const std::uint8_t first = left_.front();
    left_ = left_.subspan(1);
    return first;
  }
  /// In [0, limit); limit is 1 to 65,536.
  std::uint32_t below(std::uint32_t limit) {
    const std::uint32_t high = byte();
    return (high << 8 | byte()) % limit;
  }
  View rest() const { return left_; }

 private:
  View left_;
};

}  // namespace usufruct::fuzz
