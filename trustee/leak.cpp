#include "trustee/leak.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "trustee/anonymise/table/reading.h"
#include "trustee/anonymise/table/row_mark.h"
#include "trustee/trace_file.h"

namespace usufruct {
namespace {

using Marks = std::vector<std::uint32_t>;

constexpr std::array<std::size_t, 5> widths = {1, 2, 4, 8, 16};
constexpr std::uint64_t exact_count_max = 256;

/// A run of rows by its hash, and where it begins.
struct Piece {
  std::uint64_t hash = 0;
  std::uint32_t at = 0;

  auto operator<=>(const Piece&) const = default;
};

std::uint64_t hash_of(std::span<const std::uint32_t> marks) {
  std::uint64_t hash = 0;
  for (const std::uint32_t mark : marks) {
    hash = (hash + mark + 1) * 0x9E3779B97F4A7C15U;  // 2^64 / golden ratio, odd
    hash ^= hash >> 29;
  }
  return hash;
}

/// The pieces of `width` rows that begin at every `step`-th row and occur once, by hash.
std::vector<Piece> pieces_once(std::span<const std::uint32_t> marks, std::size_t width,
                               std::size_t step) {
  std::vector<Piece> pieces;
  if (marks.size() < width) return pieces;
  pieces.reserve((marks.size() - width) / step + 1);
  for (std::size_t at = 0; at + width <= marks.size(); at += step)
    pieces.push_back({hash_of(marks.subspan(at, width)), static_cast<std::uint32_t>(at)});
  std::ranges::sort(pieces);
  std::size_t kept = 0;
  for (std::size_t at = 0; at < pieces.size();) {
    std::size_t end = at;
    while (end < pieces.size() && pieces[end].hash == pieces[at].hash) ++end;
    if (end - at == 1) pieces[kept++] = pieces[at];
    at = end;
  }
  pieces.resize(kept);
  return pieces;
}

/// Where the release has the pieces of the table, in the table's order.
Marks places_of(std::span<const Piece> table, std::span<const Piece> release) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> both;  // in the table, in the release
  for (auto there = release.begin(); const Piece& piece : table) {
    while (there != release.end() && there->hash < piece.hash) ++there;
    if (there == release.end()) break;
    if (there->hash == piece.hash) both.emplace_back(piece.at, there->at);
  }
  std::ranges::sort(both);
  Marks places;
  for (const auto& [here, there] : both) places.push_back(there);
  return places;
}

std::uint64_t count_found(std::span<const std::uint32_t> table, Marks release) {
  std::ranges::sort(release);
  return static_cast<std::uint64_t>(std::ranges::count_if(
      table, [&](std::uint32_t mark) { return std::ranges::binary_search(release, mark); }));
}

/// A table's names, and the marks of its rows under a key.
class Marking final : public anonymise::RowTaker {
 public:
  explicit Marking(const ShortHashKey& key) : key_(key) {}
  Result<void> columns(const std::vector<std::string>& names) override {
    names_ = names;
    marker_.emplace(key_, names.size());
    return {};
  }
  Result<void> in_order(anonymise::Block& block) override {
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      std::uint64_t sum = 0;
      for (std::size_t column = 0; column < block.columns; ++column)
        sum += marker_->cell(column, block.cell(row, column));
      marks_.push_back(anonymise::RowMarker::mark(sum));
    }
    return {};
  }
  Result<void> at_once(anonymise::Block&, std::size_t) override { return {}; }

  const std::vector<std::string>& names() const { return names_; }
  const Marks& marks() const { return marks_; }

 private:
  ShortHashKey key_;
  std::vector<std::string> names_;
  std::optional<anonymise::RowMarker> marker_;
  Marks marks_;
};

/// Nothing where the custodian has no trace that opens.
Result<std::optional<Likeness>> likeness_to(const anonymise::Source& table, const Logged& release,
                                            const std::filesystem::path& traces,
                                            const AgeIdentity& custodian) {
  Marks released;
  const auto key = read_trace(traces, release, custodian,
                              [&](std::span<const anonymise::WrittenRow> rows) -> Result<void> {
                                for (const auto& row : rows) released.push_back(row.mark);
                                return {};
                              });
  if (!key) {
    if (key.error().code == Code::not_found || key.error().code == Code::denied)
      return std::nullopt;
    return std::unexpected(key.error());
  }
  Marking marking(*key);
  CHECK_OK(anonymise::read_rows({&table, 1}, {}, marking));
  const auto& recipe = release.record.as<Release>()->recipe;
  if (!std::ranges::equal(marking.names(), recipe, {}, {}, &Recoding::column))
    return Likeness{.rows = marking.marks().size()};
  return compare_rows(marking.marks(), released);
}

}  // namespace

double chance_of_ascents(std::uint64_t count, std::uint64_t ascents) {
  if (count < 2 || ascents == 0) return 1;
  if (ascents >= count) return 0;
  if (count > exact_count_max) {
    const double above = static_cast<double>(ascents) - static_cast<double>(count) / 2;
    return above <= 0 ? 1 : std::exp(-2 * above * above / static_cast<double>(count));
  }
  // share[j] of the orders of n things that have j ascents: the n-th thing goes into an ascent or
  // to the front and adds none, or elsewhere and adds one.
  std::vector<double> share(count, 0.0);
  share[0] = 1;
  for (std::uint64_t n = 2; n <= count; ++n) {
    const auto all = static_cast<double>(n);
    for (std::uint64_t j = n; j-- > 0;) {
      const double before = j == 0 ? 0 : share[j - 1] * static_cast<double>(n - j);
      share[j] = (share[j] * static_cast<double>(j + 1) + before) / all;
    }
  }
  double chance = 0;
  for (std::uint64_t j = ascents; j < count; ++j) chance += share[j];
  return std::min(chance, 1.0);
}

Likeness compare_rows(std::span<const std::uint32_t> table,
                      std::span<const std::uint32_t> release) {
  Likeness best{.rows = table.size(),
                .rows_found = count_found(table, Marks(release.begin(), release.end()))};
  for (const std::size_t width : widths) {
    const auto places = places_of(pieces_once(table, width, width), pieces_once(release, width, 1));
    Likeness found{.rows = best.rows, .rows_found = best.rows_found, .pieces = places.size()};
    for (std::size_t i = 1; i < places.size(); ++i)
      if (places[i - 1] < places[i]) ++found.in_order;
    const auto count = static_cast<double>(places.size());
    found.chance = std::min(
        1.0, chance_of_ascents(places.size(), found.in_order) * static_cast<double>(widths.size()));
    if (places.size() > 1)
      found.deviations =
          (static_cast<double>(found.in_order) - (count - 1) / 2) / std::sqrt((count + 1) / 12);
    if (width == widths.front() || found.chance < best.chance) best = found;
  }
  return best;
}

Result<Tracked> track(const anonymise::Source& table, std::span<const LoggedPtr> releases,
                      const std::filesystem::path& traces, const AgeIdentity& custodian) {
  Tracked tracked;
  std::vector<Suspect> compared;
  for (const auto& release : releases) {
    const auto likeness = TRY(likeness_to(table, *release, traces, custodian));
    if (likeness) {
      compared.push_back({release, *likeness});
    } else {
      tracked.not_compared.push_back(release);
    }
  }
  for (Suspect& suspect : compared) {
    suspect.likeness.chance =
        std::min(1.0, suspect.likeness.chance * static_cast<double>(compared.size()));
    if (suspect.likeness.is_in() || suspect.is_order_kept()) {
      tracked.suspects.push_back(std::move(suspect));
    } else {
      tracked.not_in.push_back(suspect.release);
    }
  }
  return tracked;
}

}  // namespace usufruct
