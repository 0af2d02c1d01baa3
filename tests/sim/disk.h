#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/head_guard.h"
#include "ledger/store/store.h"
#include "tests/sim/faults.h"

namespace usufruct::sim {

/// A disk that holds one store: what programs see of it, and what would be left if the power went.
/// It outlives the processes that use it. A value: a copy is a backup.
class Disk {
 public:
  using Contents = std::map<std::string, Bytes, std::less<>>;
  /// Begins with what is there already, shared by all runs.
  explicit Disk(std::shared_ptr<const Contents> base) : base_(std::move(base)) {}

  std::optional<View> get(std::string_view key) const;
  std::vector<std::pair<std::string_view, View>> scan(std::string_view prefix) const;

  enum class Flush { done, failed };
  void write(const Batch& batch, Flush flush);
  /// A store that is opened replays its log of writes into a new file: what it saw is flushed now.
  void settle();
  /// Takes what was not flushed: all of it, or all from some batch on. Torn: of the first one lost,
  /// some changes are there; gives the disk as it would be without them.
  std::optional<Disk> cut_power(Fate& fate, bool is_torn);
  struct Damage {
    std::string key;
    Bytes good;
    Bytes bad;
  };
  /// Flips one bit of a value whose key begins with one of these letters.
  std::optional<Damage> damage(Fate& fate, std::string_view letters);
  /// The value is good again, unless it was written over since.
  void heal(const Damage& damage);
  /// All there is, by key.
  std::vector<std::pair<std::string, Bytes>> contents() const;

 private:
  using Changes = std::map<std::string, std::optional<Bytes>, std::less<>>;
  static void apply(const Batch::Change& change, Changes& to);

  std::shared_ptr<const Contents> base_;
  Changes seen_;
  Changes flushed_;               ///< as seen_, where nothing is unflushed
  std::vector<Batch> unflushed_;  ///< in their order; once a flush failed nothing after it is sure
};

/// How a store behaves that a canary has broken.
enum class Honesty { honest, answers_early, swallows_errors, forgets_ids };

/// One process's store on a disk, which fails as the faults say. After a failed commit nothing may
/// be committed through it: a Violation otherwise.
class FaultyStore final : public Store {
 public:
  struct Surroundings {
    const Faults& faults;
    Fate& fate;
    Honesty honesty = Honesty::honest;
    /// Called before a batch is written: what others do in between.
    std::function<void()> meanwhile{};
  };
  FaultyStore(Disk& disk, Surroundings around) : disk_(disk), around_(std::move(around)) {}

  Result<std::optional<Bytes>> get(std::string_view key) const override;
  Result<void> scan(std::string_view prefix, const Visit& visit) const override;
  Result<void> commit(const Batch& batch) override;
  /// Whether a flush succeeded that did not take place.
  bool has_lied() const { return has_lied_; }

 private:
  Result<void> try_commit(const Batch& batch);
  Bytes as_read(View value, std::string_view key) const;

  Disk& disk_;
  Surroundings around_;
  bool is_failed_ = false;
  bool has_lied_ = false;
};

/// The disk a guard is on.
struct GuardDisk {
  std::optional<std::string> saved{};
};

/// One process's guard. Its lock is not seen by others; compare-and-swap is all it has.
class FaultyGuard final : public HeadGuard {
 public:
  FaultyGuard(GuardDisk& disk, const Faults& faults, Fate& fate)
      : disk_(disk), faults_(faults), fate_(fate) {}
  Result<std::optional<std::string>> load() const override;
  Result<void> replace(const std::optional<std::string>& expected, std::string_view next) override;

 private:
  GuardDisk& disk_;
  const Faults& faults_;
  Fate& fate_;
  bool is_failed_ = false;
};

}  // namespace usufruct::sim
