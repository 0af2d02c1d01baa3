#include "tests/sim/faults.h"

namespace usufruct::sim {

Faults draw_faults(Fate& fate) {
  Faults faults;
  const auto often = [&](std::uint32_t& rate, std::uint32_t most) {
    const bool is_there = fate.toss();
    rate = static_cast<std::uint32_t>(1 + fate.below(fate.toss() ? most : most / 8 + 1));
    if (!is_there) rate = 0;
  };
  often(faults.crash, 16);
  often(faults.power_cut, 1000);
  often(faults.read_error, 8);
  often(faults.flipped_read, 8);
  often(faults.full_disk, 80);
  often(faults.lost_answer, 80);
  often(faults.failed_flush, 80);
  often(faults.torn_write, 1000);
  often(faults.lost_message, 300);
  often(faults.doubled_message, 300);
  often(faults.late_message, 300);
  often(faults.old_store, 300);
  often(faults.old_guard, 300);
  often(faults.old_both, 300);
  often(faults.damaged, 200);
  often(faults.second_log, 300);
  // A disk that lies takes acknowledged records with it: nothing can bring them back, and the run
  // ends with a log that refuses to start. So it is rare.
  if (fate.below(8) == 0) often(faults.false_flush, 100);
  return faults;
}

}  // namespace usufruct::sim
