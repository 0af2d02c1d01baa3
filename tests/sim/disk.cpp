#include "tests/sim/disk.h"

#include <algorithm>

namespace usufruct::sim {

std::optional<View> Disk::get(std::string_view key) const {
  if (const auto found = seen_.find(key); found != seen_.end()) {
    if (!found->second) return std::nullopt;
    return View(*found->second);
  }
  const auto found = base_->find(key);
  if (found == base_->end()) return std::nullopt;
  return View(found->second);
}

std::vector<std::pair<std::string_view, View>> Disk::scan(std::string_view prefix) const {
  std::vector<std::pair<std::string_view, View>> found;
  auto base = base_->lower_bound(prefix);
  auto seen = seen_.lower_bound(prefix);
  const auto has_base = [&] { return base != base_->end() && base->first.starts_with(prefix); };
  const auto has_seen = [&] { return seen != seen_.end() && seen->first.starts_with(prefix); };
  while (has_base() || has_seen()) {
    if (!has_seen() || (has_base() && base->first < seen->first)) {
      found.emplace_back(base->first, base->second);
      ++base;
      continue;
    }
    if (has_base() && base->first == seen->first) ++base;
    if (seen->second) found.emplace_back(seen->first, *seen->second);
    ++seen;
  }
  return found;
}

void Disk::apply(const Batch::Change& change, Changes& to) {
  to.insert_or_assign(change.key, change.value);
}

void Disk::write(const Batch& batch, Flush flush) {
  if (flush == Flush::failed || !unflushed_.empty()) {
    if (unflushed_.empty()) flushed_ = seen_;
    unflushed_.push_back(batch);
  }
  for (const auto& change : batch.changes()) apply(change, seen_);
}

void Disk::settle() {
  unflushed_.clear();
  flushed_.clear();
}

std::optional<Disk> Disk::cut_power(Fate& fate, bool is_torn) {
  if (unflushed_.empty()) return std::nullopt;
  const auto kept = fate.below(unflushed_.size() + 1);
  seen_ = std::move(flushed_);
  for (std::size_t i = 0; i < kept; ++i) {
    for (const auto& change : unflushed_[i].changes()) apply(change, seen_);
  }
  const std::vector<Batch> lost(unflushed_.begin() + static_cast<std::ptrdiff_t>(kept),
                                unflushed_.end());
  settle();
  if (!is_torn || lost.empty()) return std::nullopt;
  Disk whole = *this;
  const auto& changes = lost.front().changes();
  const auto half = fate.below(changes.size() + 1);
  for (std::size_t i = 0; i < half; ++i) apply(changes[i], seen_);
  return whole;
}

std::optional<Disk::Damage> Disk::damage(Fate& fate, std::string_view letters) {
  std::vector<std::string_view> keys;
  for (const auto& [key, value] : scan("")) {
    if (!value.empty() && letters.find(key[0]) != letters.npos) keys.push_back(key);
  }
  if (keys.empty()) return std::nullopt;
  const std::string key(keys[fate.below(keys.size())]);
  const Bytes good = to_bytes(*get(key));
  Bytes bad = good;
  bad[fate.below(bad.size())] ^= static_cast<std::uint8_t>(1U << fate.below(8));
  seen_.insert_or_assign(key, bad);
  return Damage{key, good, bad};
}

void Disk::heal(const Damage& damage) {
  const auto now = get(damage.key);
  if (now && std::ranges::equal(*now, damage.bad)) seen_.insert_or_assign(damage.key, damage.good);
}

std::vector<std::pair<std::string, Bytes>> Disk::contents() const {
  std::vector<std::pair<std::string, Bytes>> all;
  for (const auto& [key, value] : scan("")) all.emplace_back(key, to_bytes(value));
  return all;
}

// ---- store ---------------------------------------------------------------------------------

Bytes FaultyStore::as_read(View value, std::string_view key) const {
  Bytes bytes = to_bytes(value);
  // What lies under the tree or a signature; RocksDB's own sums answer for the rest.
  const bool is_signed = std::string_view("EHFTWNC").find(key[0]) != std::string_view::npos;
  if (!bytes.empty() && is_signed &&
      around_.fate.befalls(around_.faults.flipped_read, "a flipped bit")) {
    bytes[around_.fate.below(bytes.size())] ^=
        static_cast<std::uint8_t>(1U << around_.fate.below(8));
  }
  return bytes;
}

Result<std::optional<Bytes>> FaultyStore::get(std::string_view key) const {
  if (around_.fate.befalls(around_.faults.crash, "a crash")) throw Crash{};
  if (around_.fate.befalls(around_.faults.read_error, "a read error"))
    return unavailable("cannot read");
  if (around_.honesty == Honesty::forgets_ids && key.starts_with('I')) return std::nullopt;
  const auto value = disk_.get(key);
  if (!value) return std::nullopt;
  return as_read(*value, key);
}

Result<void> FaultyStore::scan(std::string_view prefix, const Visit& visit) const {
  if (around_.fate.befalls(around_.faults.crash, "a crash")) throw Crash{};
  if (around_.fate.befalls(around_.faults.read_error, "a read error"))
    return unavailable("cannot scan");
  for (const auto& [key, value] : disk_.scan(prefix)) {
    const std::string copy(key);
    if (!visit(copy, as_read(value, key))) break;
  }
  return {};
}

Result<void> FaultyStore::commit(const Batch& batch) {
  if (is_failed_) throw Violation{"a store was written to after a commit had failed"};
  auto committed = try_commit(batch);
  if (!committed && around_.honesty == Honesty::swallows_errors) return {};
  is_failed_ = !committed;
  return committed;
}

Result<void> FaultyStore::try_commit(const Batch& batch) {
  Fate& fate = around_.fate;
  const Faults& faults = around_.faults;
  if (around_.meanwhile) around_.meanwhile();
  if (fate.befalls(faults.crash, "a crash")) throw Crash{};
  if (fate.befalls(faults.full_disk, "a full disk")) return unavailable("the disk is full");
  const bool is_failed = fate.befalls(faults.failed_flush, "a failed flush");
  const bool is_false = around_.honesty == Honesty::answers_early ||
                        fate.befalls(faults.false_flush, "a false flush");
  disk_.write(batch, is_failed || is_false ? Disk::Flush::failed : Disk::Flush::done);
  if (is_failed) return unavailable("the flush failed");
  has_lied_ = has_lied_ || (is_false && around_.honesty == Honesty::honest);
  if (fate.befalls(faults.crash, "a crash")) throw Crash{};
  if (fate.befalls(faults.lost_answer, "a lost answer"))
    return unavailable("the disk does not answer");
  return {};
}

// ---- guard -----------------------------------------------------------------------------------

Result<std::optional<std::string>> FaultyGuard::load() const {
  if (fate_.befalls(faults_.crash, "a crash")) throw Crash{};
  if (fate_.befalls(faults_.read_error, "a read error"))
    return unavailable("cannot read the guard");
  return disk_.saved;
}

Result<void> FaultyGuard::replace(const std::optional<std::string>& expected,
                                  std::string_view next) {
  if (is_failed_) throw Violation{"a guard was written to after it had failed"};
  is_failed_ = true;
  if (fate_.befalls(faults_.crash, "a crash")) throw Crash{};
  if (disk_.saved != expected) return conflict("the guard holds another checkpoint");
  if (fate_.befalls(faults_.full_disk, "a full disk"))
    return unavailable("the guard's disk is full");
  // A flush that fails leaves the old slot or the new one: the guard is opened past the cache.
  if (fate_.befalls(faults_.failed_flush, "a failed flush")) {
    if (fate_.toss()) disk_.saved = next;
    return unavailable("the guard's flush failed");
  }
  disk_.saved = next;
  if (fate_.befalls(faults_.crash, "a crash")) throw Crash{};
  if (fate_.befalls(faults_.lost_answer, "a lost answer"))
    return unavailable("the guard's disk does not answer");
  is_failed_ = false;
  return {};
}

}  // namespace usufruct::sim
