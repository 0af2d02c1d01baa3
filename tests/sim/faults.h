#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "tests/sim/fate.h"

namespace usufruct::sim {

/// How often what goes wrong, in thousandths of its occasions. All zero: calm.
struct Faults {
  // A process, at each call of its disk.
  std::uint32_t crash = 0;
  std::uint32_t power_cut = 0;  ///< of the crashes: the machine goes down too
  // A disk.
  std::uint32_t read_error = 0;
  std::uint32_t flipped_read = 0;  ///< one bit of what is read, once
  std::uint32_t full_disk = 0;     ///< a commit fails and wrote nothing
  std::uint32_t lost_answer = 0;   ///< a commit fails, yet is there
  std::uint32_t failed_flush = 0;  ///< a commit fails; it is seen until the power goes
  std::uint32_t false_flush = 0;   ///< a commit succeeds; it is seen until the power goes
  std::uint32_t torn_write = 0;    ///< of the power cuts: the first batch lost is half there
  // A network.
  std::uint32_t lost_message = 0;
  std::uint32_t doubled_message = 0;
  std::uint32_t late_message = 0;
  // An operator, at each start.
  std::uint32_t old_store = 0;  ///< an earlier copy of the store is put back
  std::uint32_t old_guard = 0;  ///< the same of the guard
  std::uint32_t old_both = 0;   ///< of both: only a witness can tell
  std::uint32_t damaged = 0;    ///< one bit on the disk is flipped
  std::uint32_t second_log =
      0;  ///< another process writes a copy of the store, the guard's lock unseen
};

/// Something between nothing and all of it: each kind of fault by itself is there in half the runs,
/// seldom or often, so that every combination is met.
Faults draw_faults(Fate& fate);

/// A log that is broken on purpose: a simulation that does not notice is itself broken.
enum class Canary {
  none,
  no_guard,           ///< the log has no guard
  early_answer,       ///< commits are answered before they are on the disk
  swallowed_error,    ///< a failed commit is answered as a good one
  forgetful_witness,  ///< a witness forgets what it cosigned when it restarts
  double_entry,       ///< the index of ids does not answer
};
struct CanaryName {
  Canary canary;
  std::string_view name;
};
inline constexpr std::array<CanaryName, 5> canaries = {
    {{Canary::no_guard, "no-guard"},
     {Canary::early_answer, "early-answer"},
     {Canary::swallowed_error, "swallowed-error"},
     {Canary::forgetful_witness, "forgetful-witness"},
     {Canary::double_entry, "double-entry"}}};

}  // namespace usufruct::sim
