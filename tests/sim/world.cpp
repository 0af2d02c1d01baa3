#include "tests/sim/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "crypto/base/check.h"
#include "tests/support/records.h"

namespace usufruct::sim {
namespace {

constexpr Time epoch{1'790'000'000'000};
constexpr std::int64_t calm_after_ms = 3'000;
constexpr std::int64_t end_after_ms = 120'000;

/// What happens when, in the order of time; at one moment in the order it was planned.
class Agenda {
 public:
  explicit Agenda(ManualClock& clock) : clock_(clock) {}
  void plan(std::int64_t in_ms, std::function<void()> deed) {
    deeds_.emplace(clock_.now().plus_ms(in_ms), std::move(deed));
  }
  /// Whether there was anything left to do.
  bool step() {
    if (deeds_.empty()) return false;
    auto first = deeds_.extract(deeds_.begin());
    clock_.advance_ms(std::max<std::int64_t>(0, first.key().ms - clock_.now().ms));
    first.mapped()();
    return true;
  }

 private:
  ManualClock& clock_;
  std::multimap<Time, std::function<void()>> deeds_;
};

class World {
 public:
  World(const Stage& stage, std::uint64_t seed, const RunOptions& options)
      : pool_(stage.pool),
        fate_(seed, options.telling),
        base_(draw_base(stage)),
        faults_(draw_faults(fate_)),
        history_(pool_, base_.size),
        options_(options) {
    // None mostly: a run with witnesses costs four times as much. Else any, or most of them.
    quorum_ = fate_.below(4) > 0 ? 0 : 1 + fate_.below(2);
    if (options.canary == Canary::forgetful_witness) quorum_ = 2;
    witnesses_.reserve(witness_count);
    for (std::size_t i = 0; i < witness_count; ++i) {
      witnesses_.emplace_back(i, base_.witnesses[i], faults_, fate_, clock_, options.canary);
    }
    cosigner_.emplace(witnesses_, std::max<std::size_t>(quorum_, 1), faults_, fate_, clock_);
    // One witness of three says nothing of a fork that another one cosigned.
    if (quorum_ < 2) faults_.old_both = 0;
    node_.emplace(base_, Node::Surroundings{faults_, fate_, clock_, history_,
                                            quorum_ > 0 ? &*cosigner_ : nullptr, options.canary});
  }

  void run(Tally& tally) {
    plan_start();
    for (std::size_t client = 0; client < 3; ++client) plan_client();
    agenda_.plan(calm_after_ms, [this] { calm(); });
    while (!is_done() && agenda_.step()) {
      if (clock_.now() > epoch.plus_ms(end_after_ms)) throw Violation{"nothing comes to its end"};
    }
    tally += tally_;
    if (node_->is_dead() || is_quorum_dead()) tally.dead += 1;
    if (node_->is_dead() || !node_->is_up()) return;
    FaultyStore store(disk(), {faults_, fate_});
    history_.hold(node_->face(), store, options_.depth);
  }

 private:
  const Base& draw_base(const Stage& stage) {
    return stage.bases[fate_.toss() ? 0 : fate_.below(stage.bases.size())];
  }
  Disk& disk() {
    last_disk_ = node_->disk();
    return *last_disk_;
  }

  // ---- the log's machine ----

  void plan_start() {
    agenda_.plan(fate_.between(1, 200), [this] { start(); });
  }
  void start() {
    if (node_->is_up() || node_->is_dead()) return;
    node_->start();
    ++tally_.starts;
    if (!node_->is_up()) return plan_start();
    inbox_.clear();
  }
  void fell() {
    ++tally_.falls;
    inbox_.clear();
    plan_start();
  }
  void receive(std::size_t number) {
    if (!node_->is_up()) return;
    inbox_.push_back(number);
    if (inbox_.size() == 1) agenda_.plan(fate_.between(0, 30), [this] { round(); });
  }
  void round() {
    if (!node_->is_up() || inbox_.empty()) return;
    const std::vector<std::size_t> numbers = std::exchange(inbox_, {});
    std::vector<Verified> records;
    for (const std::size_t number : numbers) records.push_back(pool_[number]);
    const auto answers = node_->write(records);
    ++tally_.rounds;
    for (std::size_t i = 0; i < answers.size(); ++i) reply(numbers[i], answers[i]);
    if (!node_->is_up()) fell();
  }
  void reply(std::size_t number, const Result<Placement>& answer) {
    if (!answer) {
      const Code code = answer.error().code;
      if (code == Code::unavailable || (code == Code::unverified && may_refuse())) return;
      throw Violation{fmt::format("record {} is refused: {}", number, answer.error().message)};
    }
    // The receipt may be lost on its way; that it was given counts.
    history_.acknowledged(number, answer->receipt());
    if (!fate_.happens(faults_.lost_message)) waiting_.erase(number);
    ++tally_.acknowledged;
  }
  /// Whether bits may have flipped beneath the log.
  bool may_refuse() const { return faults_.flipped_read > 0 || faults_.damaged > 0; }

  // ---- clients ----

  void plan_client() {
    const std::uint64_t count = 4 + fate_.below(10);
    const std::uint64_t lowest = base_.size > 10 ? base_.size - 10 : 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      const std::size_t number = lowest + fate_.below(50);
      agenda_.plan(fate_.between(0, calm_after_ms / 2), [this, number] {
        waiting_.insert(number);
        submit(number);
      });
    }
  }
  /// Sends, and again until a receipt has come.
  void submit(std::size_t number) {
    if (!waiting_.contains(number) || node_->is_dead()) return;
    const int copies = fate_.happens(faults_.doubled_message) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      if (fate_.happens(faults_.lost_message)) continue;
      const std::int64_t most = fate_.happens(faults_.late_message) ? 1'000 : 20;
      agenda_.plan(fate_.between(1, most), [this, number] { receive(number); });
    }
    agenda_.plan(fate_.between(50, 500), [this, number] {
      if (node_->is_up() && !node_->is_published()) {
        node_->publish();
        if (!node_->is_up()) fell();
      }
      submit(number);
    });
  }

  // ---- the end ----

  /// No more faults; what was put back is put right, and the rest is waited for.
  void calm() {
    fate_.tell("calm");
    faults_ = {};
    is_calm_ = true;
    node_->put_right();
    fell();
  }
  bool is_done() const {
    if (!is_calm_) return false;
    return node_->is_dead() || is_quorum_dead() || (waiting_.empty() && node_->is_published());
  }
  /// Witnesses whose disks lied stay down, rightly and for ever: with too few left, so does what
  /// waits for them.
  bool is_quorum_dead() const {
    const auto dead = std::ranges::count_if(
        witnesses_, [](const SimWitness& witness) { return witness.is_dead(); });
    return quorum_ > 0 && witness_count - static_cast<std::size_t>(dead) < quorum_;
  }

  const Pool& pool_;
  Fate fate_;
  const Base& base_;
  Faults faults_;
  ManualClock clock_{epoch};
  Agenda agenda_{clock_};
  History history_;
  RunOptions options_;
  std::size_t quorum_ = 0;
  std::vector<SimWitness> witnesses_;
  std::optional<SimCosigner> cosigner_;
  std::optional<Node> node_;
  std::optional<Disk> last_disk_;
  std::vector<std::size_t> inbox_;
  std::set<std::size_t> waiting_;
  Tally tally_;
  bool is_calm_ = false;
};

}  // namespace

void Tally::operator+=(const Tally& more) {
  rounds += more.rounds;
  acknowledged += more.acknowledged;
  starts += more.starts;
  falls += more.falls;
  dead += more.dead;
}

Stage build_stage() {
  constexpr std::array<std::uint64_t, 4> sizes = {0, 27, 250, 508};
  Stage stage{Pool(sizes.back() + 50), {}};
  Faults calm;
  Fate fate(0);
  ManualClock clock(epoch.plus_ms(-1'000'000));
  for (const std::uint64_t size : sizes) {
    Base base{.size = size};
    base.witnesses.assign(witness_count, {std::make_shared<Disk::Contents>(), {}});
    std::vector<SimWitness> witnesses;
    witnesses.reserve(witness_count);
    for (std::size_t i = 0; i < witness_count; ++i) {
      witnesses.emplace_back(i, base.witnesses[i], calm, fate, clock, Canary::none);
    }
    SimCosigner cosigner(witnesses, witness_count, calm, fate, clock);
    History history(stage.pool, size);
    Node node(base, {calm, fate, clock, history, &cosigner, Canary::none});
    node.start();
    if (size > 0) {
      for (const auto& answer : node.write(stage.pool.first(size))) CHECK_THAT(answer.has_value());
    }
    auto contents = std::make_shared<Disk::Contents>();
    for (auto& [key, value] : node.disk().contents()) contents->emplace(key, std::move(value));
    base.store = std::move(contents);
    base.guard = node.guard_disk();
    for (std::size_t i = 0; i < witness_count; ++i) base.witnesses[i] = witnesses[i].state();
    stage.bases.push_back(std::move(base));
  }
  return stage;
}

std::optional<std::string> run(const Stage& stage, std::uint64_t seed, const RunOptions& options,
                               Tally& tally) {
  try {
    World(stage, seed, options).run(tally);
    return std::nullopt;
  } catch (const Violation& violation) {
    return violation.what;
  }
}

}  // namespace usufruct::sim
