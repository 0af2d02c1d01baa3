#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ledger/writer.h"
#include "tests/sim/disk.h"
#include "tests/sim/history.h"
#include "tests/sim/witnesses.h"

namespace usufruct::sim {

/// What a log begins with, in a run: made once for many runs.
struct Base {
  std::uint64_t size = 0;
  std::shared_ptr<const Disk::Contents> store = std::make_shared<Disk::Contents>();
  GuardDisk guard{};
  std::vector<SimWitness::State> witnesses{};
};

/// The machine a log runs on: its disk, its guard's disk, the processes that come and go, and an
/// operator who puts back old copies and, when the log refuses to start, the newest one.
class Node {
 public:
  struct Surroundings {
    Faults& faults;
    Fate& fate;
    const Clock& clock;
    History& history;
    Cosigner* cosigner;  ///< null: no witnesses
    Canary canary;
  };
  Node(const Base& base, Surroundings around);

  bool is_up() const { return writer_ != nullptr; }
  /// A disk that lied lost acknowledged records, and the log refuses, rightly and for ever.
  bool is_dead() const { return is_dead_; }
  /// Tries to start; is_up() tells.
  void start();
  /// One round; what it was asked is forgotten when the process falls.
  std::vector<Result<Placement>> write(std::span<const Verified> records);
  /// Asks the witnesses again, if they were away.
  void publish();
  /// Ends what old copies there are: the newest comes back. The log is down afterwards.
  void put_right();

  const Disk& disk() const { return disk_; }
  const GuardDisk& guard_disk() const { return guard_disk_; }
  /// What the log shows; it must be up.
  const Reader& face() const { return *writer_->snapshot(); }
  bool is_published() const { return writer_ && writer_->is_published(); }

 private:
  struct Process {
    std::unique_ptr<FaultyStore> store;
    std::unique_ptr<FaultyGuard> guard;
    std::unique_ptr<Writer> writer;
  };
  /// What an operator did that the log must notice, and the way back.
  enum class Deed { none, old_store, old_guard, old_both, damage, torn, overtaken };
  struct Shelf {
    Disk disk;
    GuardDisk guard;
  };
  Result<Process> open(Disk& disk, std::function<void()> meanwhile);
  Honesty honesty() const;
  void do_deed();
  void opened();
  void refused(const Error& error);
  void fall();
  void meanwhile();
  void notice_rival(const std::optional<std::string>& guarded);
  std::vector<Result<Placement>> write_overlapped(std::span<const Verified> records);
  std::vector<Result<Placement>> write_as_rival(std::span<const Verified> records);
  void keep_copy();

  Surroundings around_;
  Disk disk_;
  GuardDisk guard_disk_;
  Process process_;  ///< on disk_
  Disk rival_disk_;  ///< a copy of it
  Process rival_;    ///< a second log, on the copy, with the same guard
  Writer* writer_ = nullptr;
  Deed deed_ = Deed::none;
  std::optional<Shelf> shelf_;  ///< the newest state, while a deed stands
  std::optional<Disk::Damage> damage_;
  std::vector<Shelf> copies_;  ///< backups
  bool has_lied_ = false;
  bool is_lost_ = false;  ///< the power took what was answered
  bool is_dead_ = false;
};

}  // namespace usufruct::sim
