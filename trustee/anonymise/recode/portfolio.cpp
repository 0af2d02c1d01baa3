#include "trustee/anonymise/recode/portfolio.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "trustee/anonymise/recode/absorb.h"
#include "trustee/anonymise/recode/bound.h"
#include "trustee/anonymise/recode/global.h"
#include "trustee/anonymise/recode/k_member.h"
#include "trustee/anonymise/recode/ladder.h"
#include "trustee/anonymise/recode/lattice.h"
#include "trustee/anonymise/recode/mondrian.h"
#include "trustee/anonymise/recode/refine.h"

namespace usufruct::anonymise {

namespace {

/// What each effort allows.
struct Budget {
  std::uint64_t lattice_nodes_max;  ///< for the ladder
  std::uint64_t ladder_work;        ///< tuples grouped
  std::uint64_t bound_work;         ///< tuples grouped
  std::uint64_t scan_work;          ///< bytes scanned in refining
  std::uint32_t turns;
  std::size_t block_members;
};

Budget budget_of(Effort effort) {
  switch (effort) {
    case Effort::quick:
      return {1ULL << 16, 200'000'000, 10'000'000, 1'500'000'000, 1, 4'000};
    case Effort::usual:
      return {1ULL << 17, 1'000'000'000, 400'000'000, 30'000'000'000, 3, 12'000};
    case Effort::thorough:
      return {1ULL << 20, 20'000'000'000, 4'000'000'000, 1'000'000'000'000, 12, 40'000};
  }
  return {};
}

/// Above so many atoms blocks are small: the work goes to more classes instead of farther rows.
constexpr std::size_t large_atoms = 60'000;
constexpr std::size_t large_block_members = 3'000;
constexpr std::size_t k_member_tuples_max = 2'000'000;

/// For a table on which a search to the end takes long.
constexpr SearchOptions few_nodes{.check_count_max = 1'000, .work_max = 300'000'000};

/// A loss above which the first way is not taken at its word.
constexpr double poor = 0.5;

class Portfolio {
 public:
  Portfolio(const Histogram& histogram, const Floor& floor, Effort effort,
            std::uint64_t suppressed_max)
      : histogram_(histogram),
        floor_(floor),
        budget_(budget_of(effort)),
        cells_(histogram),
        clusterer_(histogram, floor, cells_),
        suppressed_max_(suppressed_max),
        looks_again_(effort != Effort::quick) {
    // Under t-closeness refining is worth most of all: on Adult it takes 0.55 to 0.60 and more.
    if (floor.t_closeness_ppm > 0) {
      budget_.turns = std::max(budget_.turns, 2U);
      budget_.block_members = std::max<std::size_t>(budget_.block_members, 12'000);
    }
  }

  std::optional<Recoding> run() {
    const bool is_monotone = Judge(histogram_, floor_).is_monotone();
    const bool fits =
        lattice_size(histogram_, budget_.lattice_nodes_max) <= budget_.lattice_nodes_max;
    if (fits) {
      by_ladder();
      if (!best_) by_mondrian();  // for any table and floor, so that something is found
      return std::move(best_);
    }
    if (is_monotone && histogram_.tuple_count() <= k_member_tuples_max)
      finish(recode_by_k_member(clusterer_), "k-member");
    // A class that grows row by row may be coarse everywhere before it is large enough, where there
    // are many columns. What is parted, or one level a column, keeps the columns that tell little.
    if (looks_again_ || !best_ || best_->loss > poor) {
      by_mondrian();
      by_full_domain();
    }
    return std::move(best_);
  }

 private:
  void by_ladder() {
    const auto [ladder, is_cut] = recode_by_ladder(histogram_, floor_,
                                                   {.lattice_nodes_max = budget_.lattice_nodes_max,
                                                    .work_max = budget_.ladder_work,
                                                    .looks_again = looks_again_});
    if (!ladder.shares.empty()) finish(clustering_of(ladder, clusterer_), "ladder");
    if (is_cut) by_mondrian();
  }

  void by_mondrian() { finish(recode_by_mondrian(clusterer_), "mondrian"); }

  /// A search of few nodes; its classes are made finer where their rows allow.
  void by_full_domain() {
    const auto found = search_global(histogram_, floor_, few_nodes);
    if (!found) return;
    finish(clustering_of(recoding_of(histogram_, floor_, *found), clusterer_), "full-domain");
  }

  /// Absorbs what is left, refines, absorbs again, and keeps the result if it is the best.
  void finish(Clustering clustering, std::string algorithm) {
    absorb(clustering, clusterer_, suppressed_max_);
    refine(clustering, clusterer_,
           {.block_members_max = histogram_.atoms.size() > large_atoms
                                     ? std::min(budget_.block_members, large_block_members)
                                     : budget_.block_members,
            .turns = budget_.turns,
            .work_max = budget_.scan_work});
    if (floor_.delta_disclosure_milli > 0) unite(clustering, clusterer_);
    absorb(clustering, clusterer_, suppressed_max_);
    if (floor_.delta_disclosure_milli > 0) unite(clustering, clusterer_);
    settle(clustering, clusterer_, suppressed_max_);
    Recoding made = recoding_of(clustering, clusterer_, std::move(algorithm));
    if (made.suppressed > suppressed_max_) return;
    if (!best_ || made.loss < best_->loss) best_ = std::move(made);
  }

  const Histogram& histogram_;
  const Floor& floor_;
  Budget budget_;
  Cells cells_;
  Clusterer clusterer_;
  std::uint64_t suppressed_max_;
  bool looks_again_;
  std::optional<Recoding> best_;
};

/// The histogram without the tuples that ask for more than can stand together.
struct Possible {
  Histogram histogram;
  std::vector<std::uint32_t> atoms;  ///< [atom]: in the whole
  std::uint64_t out = 0;             ///< rows left out
};

Possible possible_part(const Histogram& whole, std::uint64_t most) {
  Possible made{.histogram = whole, .atoms = {}};
  Histogram& part = made.histogram;
  std::vector<std::uint32_t> tuple_of(whole.tuple_count(), 0);
  std::uint32_t kept = 0;
  for (std::uint32_t t = 0; t < whole.tuple_count(); ++t) {
    if (whole.k_asked[t] > most) continue;
    for (auto& leaves : part.leaves) leaves[kept] = leaves[t];
    part.counts[kept] = whole.counts[t];
    part.k_asked[kept] = whole.k_asked[t];
    tuple_of[t] = kept++;
  }
  for (auto& leaves : part.leaves) leaves.resize(kept);
  part.counts.resize(kept);
  part.k_asked.resize(kept);
  part.rows = most;
  made.out = whole.rows - most;
  part.atoms.clear();
  for (std::uint32_t a = 0; a < whole.atoms.size(); ++a) {
    Histogram::Atom atom = whole.atoms[a];
    if (whole.k_asked[atom.tuple] > most) continue;
    atom.tuple = tuple_of[atom.tuple];
    part.atoms.push_back(atom);
    made.atoms.push_back(a);
  }
  return made;
}

/// Local recoding of the rows that can be in a class at all; the others are suppressed.
std::optional<Recoding> recode_locally(const Histogram& whole, const Floor& floor, Effort effort) {
  const std::uint64_t out_max = suppressed_max(floor, whole.rows);
  const std::uint64_t most = most_together(whole);
  if (most == whole.rows) return Portfolio(whole, floor, effort, out_max).run();
  const Possible part = possible_part(whole, most);
  auto made = Portfolio(part.histogram, floor, effort, out_max - part.out).run();
  if (!made) return made;
  for (auto& share : made->shares) share.atom = part.atoms[share.atom];
  const auto out = static_cast<double>(part.out);
  made->suppressed += part.out;
  made->loss = (made->loss * static_cast<double>(most) + out) / static_cast<double>(whole.rows);
  return made;
}

constexpr std::array<std::pair<Scope, std::string_view>, 2> scope_names{
    {{Scope::best, "best"}, {Scope::full_domain, "full-domain"}}};
constexpr std::array<std::pair<Effort, std::string_view>, 3> effort_names{
    {{Effort::quick, "quick"}, {Effort::usual, "usual"}, {Effort::thorough, "thorough"}}};

template <class Names>
std::string_view name_in(const Names& names, auto value) {
  for (const auto& [each, name] : names)
    if (each == value) return name;
  return "";
}

}  // namespace

std::string_view name_of(Scope scope) { return name_in(scope_names, scope); }
std::string_view name_of(Effort effort) { return name_in(effort_names, effort); }

Result<Scope> parse_scope(std::string_view word) {
  for (const auto& [scope, name] : scope_names)
    if (name == word) return scope;
  return malformed(fmt::format("unknown recoding '{}'", printable(word)),
                   "say best or full-domain");
}

Result<Effort> parse_effort(std::string_view word) {
  for (const auto& [effort, name] : effort_names)
    if (name == word) return effort;
  return malformed(fmt::format("unknown effort '{}'", printable(word)),
                   "say quick, usual or thorough");
}

Result<Recoding> recode(const Histogram& histogram, const Floor& floor,
                        const RecodeOptions& options) {
  CHECK_THAT(histogram.rows > 0);
  if (options.scope == Scope::full_domain || histogram.column_count() == 0)
    return recoding_of(histogram, floor, TRY(search_global(histogram, floor)));
  CHECK_OK(check_reachable(histogram, floor));
  auto local = recode_locally(histogram, floor, options.effort);
  // A search of few nodes still wins now and then on a small table, and never fails. Where people
  // are asked about it often wins: a class may be coarser than its rows alone would have it.
  const bool is_small = histogram.tuple_count() < 1'000;
  if (!local || is_small || floor.k_map > 0) {
    const SearchOptions limits = is_small || !local ? SearchOptions{} : few_nodes;
    Recoding global = recoding_of(histogram, floor, TRY(search_global(histogram, floor, limits)));
    global.proven_optimal = false;
    if (!local || global.loss < local->loss) local = std::move(global);
  }
  const double bound = loss_bound(histogram, floor, budget_of(options.effort).bound_work);
  local->proven_optimal = local->loss <= bound + 2 * loss_bound_rounding;
  local->loss_bound = std::min(local->loss, bound);
  return std::move(*local);
}

}  // namespace usufruct::anonymise
