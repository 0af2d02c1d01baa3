#include "tests/sim/node.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "ledger/entry.h"
#include "ledger/store/layout.h"
#include "tests/support/records.h"

namespace usufruct::sim {
namespace {

constexpr std::size_t copies_max = 4;

std::uint64_t size_in(const std::optional<std::string>& note) {
  if (!note) return 0;
  return parse_checkpoint_unverified(parse_note_unverified(*note)->text)->size.value;
}

std::uint64_t size_of(const Disk& disk) {
  const auto head = disk.get(layout::head_key);
  return head ? size_in(std::string(as_text(head->subspan(entry_time_bytes)))) : 0;
}

}  // namespace

Node::Node(const Base& base, Surroundings around)
    : around_(around), disk_(base.store), guard_disk_(base.guard), rival_disk_(base.store) {}

Honesty Node::honesty() const {
  switch (around_.canary) {
    case Canary::early_answer:
      return Honesty::answers_early;
    case Canary::swallowed_error:
      return Honesty::swallows_errors;
    case Canary::double_entry:
      return Honesty::forgets_ids;
    case Canary::none:
    case Canary::no_guard:
    case Canary::forgetful_witness:
      break;
  }
  return Honesty::honest;
}

Result<Node::Process> Node::open(Disk& disk, std::function<void()> meanwhile) {
  Process process;
  process.store = std::make_unique<FaultyStore>(
      disk,
      FaultyStore::Surroundings{around_.faults, around_.fate, honesty(), std::move(meanwhile)});
  process.guard = std::make_unique<FaultyGuard>(guard_disk_, around_.faults, around_.fate);
  HeadGuard* guard = around_.canary == Canary::no_guard ? nullptr : process.guard.get();
  Writer writer = TRY(
      Writer::open(*process.store, test_log_key(), permit, around_.clock, guard, around_.cosigner));
  process.writer = std::make_unique<Writer>(std::move(writer));
  return process;
}

void Node::keep_copy() {
  if (deed_ != Deed::none || copies_.size() >= copies_max) return;
  copies_.push_back({disk_, guard_disk_});
}

/// At most one deed at a time: two could undo what tells of the first.
void Node::do_deed() {
  if (deed_ != Deed::none || copies_.empty() || is_lost_) return;
  Fate& fate = around_.fate;
  const Faults& faults = around_.faults;
  const Shelf newest{disk_, guard_disk_};
  const Shelf& old = copies_[fate.below(copies_.size())];
  const bool is_behind = size_of(old.disk) < around_.history.size_seen();
  if (fate.happens(faults.old_store)) {
    deed_ = Deed::old_store;
    disk_ = old.disk;
  } else if (fate.happens(faults.old_guard) && faults.false_flush == 0) {
    deed_ = Deed::old_guard;
    guard_disk_ = old.guard;
  } else if (fate.happens(faults.old_both) && around_.cosigner != nullptr &&
             faults.false_flush == 0 && is_behind) {
    deed_ = Deed::old_both;
    disk_ = old.disk;
    guard_disk_ = old.guard;
  } else if (fate.happens(faults.damaged)) {
    damage_ = disk_.damage(fate, "EHFT");
    if (damage_) deed_ = Deed::damage;
    return;
  }
  if (deed_ != Deed::none) shelf_ = newest;
}

void Node::start() {
  if (is_dead_ || is_up()) return;
  do_deed();
  if (around_.fate.is_told()) {
    around_.fate.tell(fmt::format("start: store {}, guard {}, deed {}", size_of(disk_),
                                  size_in(guard_disk_.saved), static_cast<int>(deed_)));
  }
  disk_.settle();
  try {
    auto process = open(disk_, [this] { meanwhile(); });
    if (!process) return refused(process.error());
    process_ = std::move(*process);
    writer_ = process_.writer.get();
    opened();
  } catch (const Crash&) {
    fall();
  }
}

/// A deed stands until the log has noticed, or it is clear that there is nothing to notice.
void Node::opened() {
  const std::uint64_t size = size_of(disk_);
  const std::uint64_t guarded = shelf_ ? size_in(shelf_->guard.saved) : 0;
  if (deed_ == Deed::old_store && size < guarded) {
    throw Violation{fmt::format("a store rolled back to {} of {} entries opened", size, guarded)};
  }
  // What is still unnoticed then stays: damage that opening does not look at, and a log put back
  // as a whole, which is the witnesses' to tell.
  if (deed_ == Deed::old_store || deed_ == Deed::old_guard || deed_ == Deed::torn ||
      deed_ == Deed::overtaken) {
    deed_ = Deed::none;
    shelf_.reset();
  }
  around_.history.saw(writer_->checkpoint().note);
  // Two disks that lie could both lose what was answered.
  if (deed_ == Deed::none && around_.faults.false_flush == 0 &&
      around_.fate.happens(around_.faults.second_log)) {
    rival_disk_ = disk_;
    if (auto rival = open(rival_disk_, {})) rival_ = std::move(*rival);
  }
}

void Node::refused(const Error& error) {
  around_.fate.tell("refused: " + error.message);
  if (error.code == Code::unavailable) return;
  if (deed_ != Deed::none) return put_right();
  if (is_lost_) {
    is_dead_ = true;
    return;
  }
  // A bit that flipped on the way, once: it is tried again.
  if (around_.faults.flipped_read > 0) return;
  throw Violation{"the log refuses to open for no reason: " + error.message};
}

void Node::put_right() {
  process_ = {};
  rival_ = {};
  writer_ = nullptr;
  if (shelf_) {
    disk_ = shelf_->disk;
    guard_disk_ = shelf_->guard;
  }
  if (damage_) disk_.heal(*damage_);
  shelf_.reset();
  damage_.reset();
  deed_ = Deed::none;
}

/// All processes end; the machine too, now and then.
void Node::fall() {
  for (const Process* process : {&process_, &rival_}) {
    has_lied_ = has_lied_ || (process->store && process->store->has_lied());
  }
  process_ = {};
  rival_ = {};
  writer_ = nullptr;
  if (!around_.fate.befalls(around_.faults.power_cut, "a power cut")) return;
  const std::uint64_t before = size_of(disk_);
  const auto whole = disk_.cut_power(
      around_.fate, around_.fate.befalls(around_.faults.torn_write, "a torn write"));
  is_lost_ = is_lost_ || (has_lied_ && size_of(disk_) < before);
  if (whole && deed_ == Deed::none) {
    deed_ = Deed::torn;
    shelf_ = Shelf{*whole, guard_disk_};
  }
}

/// The second log writes while the first is about to.
void Node::meanwhile() {
  if (!rival_.writer || !around_.fate.toss()) return;
  const auto records = around_.history.pool().first(around_.history.pool().size());
  (void)write_as_rival(records.subspan(around_.fate.below(records.size()), 1));
}

/// Who has the guard is the log from now on; the first one finds out.
void Node::notice_rival(const std::optional<std::string>& guarded) {
  if (guard_disk_.saved == guarded) return;
  deed_ = Deed::overtaken;
  shelf_ = Shelf{rival_disk_, guard_disk_};
}

std::vector<Result<Placement>> Node::write_as_rival(std::span<const Verified> records) {
  // Taken out meanwhile, so that it is not called again from within.
  auto writer = std::move(rival_.writer);
  const auto guarded = guard_disk_.saved;
  std::vector<Result<Placement>> answers;
  try {
    answers = writer->write(records);
  } catch (const Crash&) {
    notice_rival(guarded);
    throw;
  }
  notice_rival(guarded);
  around_.fate.tell("the second log wrote");
  around_.history.saw(writer->checkpoint().note);
  if (!writer->is_failed()) rival_.writer = std::move(writer);
  return answers;
}

/// Two rounds as a log under load writes them: the second is admitted before the first is written,
/// and closed after.
std::vector<Result<Placement>> Node::write_overlapped(std::span<const Verified> records) {
  const std::size_t half = 1 + around_.fate.below(records.size() - 1);
  const auto admit = [&](std::span<const Verified> some) {
    return writer_->admit({some.begin(), some.end()});
  };
  Draft first = admit(records.first(half));
  writer_->close_round(first);
  Draft second = admit(records.subspan(half));
  auto answers = writer_->seal(first);
  around_.history.saw(writer_->checkpoint().note);
  writer_->settle(first);
  writer_->close_round(second);
  std::ranges::move(writer_->seal(second), std::back_inserter(answers));
  writer_->settle(second);
  return answers;
}

std::vector<Result<Placement>> Node::write(std::span<const Verified> records) {
  try {
    if (rival_.writer && around_.fate.toss()) return write_as_rival(records);
    const bool is_overlapped = records.size() > 1 && around_.fate.toss();
    auto answers = is_overlapped ? write_overlapped(records) : writer_->write(records);
    around_.history.saw(writer_->checkpoint().note);
    if (around_.fate.is_told()) {
      around_.fate.tell(fmt::format("round of {} to {}{}", records.size(), size_of(disk_),
                                    writer_->is_failed() ? ", failed" : ""));
    }
    if (writer_->is_failed()) fall();
    if (is_up() && around_.fate.happens(200)) keep_copy();
    return answers;
  } catch (const Crash&) {
    fall();
    return {};
  }
}

void Node::publish() {
  try {
    if (!is_up() || !writer_->publish()) return;
    around_.history.saw(writer_->checkpoint().note);
  } catch (const Crash&) {
    fall();
  }
}

}  // namespace usufruct::sim
