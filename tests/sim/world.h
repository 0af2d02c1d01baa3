#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/node.h"

namespace usufruct::sim {

/// What all runs of a process share: records signed in advance, and logs of several sizes to begin
/// with, so that a run comes to the edges of pages and tiles in a few rounds.
struct Stage {
  Pool pool;
  std::vector<Base> bases;
};
Stage build_stage();

struct RunOptions {
  Canary canary = Canary::none;
  History::Depth depth = History::Depth::quick;
  Fate::Telling telling = Fate::Telling::no;
};

/// What happened in a run, to see that runs are not idle.
struct Tally {
  std::uint64_t rounds = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t starts = 0;
  std::uint64_t falls = 0;
  std::uint64_t dead = 0;
  void operator+=(const Tally& more);
};

/// One run: a log, its witnesses, its clients, in one thread and one virtual time; faults first,
/// then calm, in which everything must come to its end. What was wrong, or nothing. The same seed
/// gives the same run.
std::optional<std::string> run(const Stage& stage, std::uint64_t seed, const RunOptions& options,
                               Tally& tally);

}  // namespace usufruct::sim
