#include "trustee/anonymise/attack_sample.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace usufruct::anonymise {

namespace {

/// Pieces of large classes have at least so many rows, so that one row more or less of a class says
/// as little in a piece as in the class; of a small table less, and never so many that ten of them
/// are more than may be looked at.
constexpr std::uint64_t piece_rows = 100;
constexpr std::uint64_t pieces_min = 10;

std::uint64_t rows_of_a_piece(std::uint64_t k, std::uint64_t rows, std::uint64_t rows_max) {
  const std::uint64_t wanted = std::max(k, std::min(piece_rows, rows / pieces_min));
  return std::max<std::uint64_t>(1, std::min(wanted, rows_max / pieces_min));
}

std::vector<std::uint64_t> rows_by_class(const Recoding& recoding) {
  std::vector<std::uint64_t> rows(recoding.class_count(), 0);
  for (const Recoding::Share& share : recoding.shares) rows[share.group] += share.rows;
  return rows;
}

const std::string& name_of_leaf(const Hierarchy& hierarchy, std::uint32_t leaf) {
  return hierarchy.name(0, hierarchy.group_of(0, leaf));
}

/// The first of the multiples of 1/pieces of the rows that is not below.
std::uint64_t start_of(std::uint64_t piece, std::uint64_t rows, std::uint64_t pieces) {
  return (piece * rows + pieces - 1) / pieces;
}

}  // namespace

std::uint64_t AttackSample::Parted::rows_of(std::uint64_t piece) const {
  return start_of(piece + 1, rows, pieces) - start_of(piece, rows, pieces);
}

std::optional<AttackSample::Side> AttackSample::Parted::side_of_next() {
  const std::uint64_t number = seen++ * pieces / rows;
  const auto at = std::ranges::lower_bound(drawn, number, {}, &Piece::number);
  if (at == drawn.end() || at->number != number) return std::nullopt;
  return at->side;
}

AttackSample::AttackSample(const Counted& counted, const Recoding& recoding, std::uint64_t k,
                           const AttackOptions& options, std::uint64_t bytes_max, Chance& chance)
    : counted_(counted), options_(options), bytes_left_(bytes_max) {
  choose_columns();
  // Three tables, in cells of short texts.
  const std::uint64_t row_bytes = 3 * std::max<std::size_t>(columns_.size(), 1) * 48;
  options_.rows_max = std::min<std::size_t>(options_.rows_max, bytes_max / row_bytes);
  if (options_.rows_max > 0) draw(recoding, k, options_.rows_max, chance);
}

/// All that leaves but tokens, which nobody knows of anybody.
void AttackSample::choose_columns() {
  const Schema& schema = counted_.schema;
  for (const std::size_t column : schema.released) {
    column_of_.emplace_back();
    if (schema.pseudonym == column) continue;
    column_of_.back() = columns_.size();
    const auto place = [column](const std::vector<std::size_t>& columns) {
      const auto at = std::ranges::find(columns, column);
      return at == columns.end() ? std::nullopt : std::optional(at - columns.begin());
    };
    AttackInput::Column& made = columns_.emplace_back();
    made.name = counted_.columns[column];
    quasi_.emplace_back(place(schema.quasi_identifiers));
    if (quasi_.back()) {
      made.role = ColumnRole::quasi_identifier;
      made.hierarchy = &counted_.histogram.hierarchies[*quasi_.back()];
    } else if (place(schema.sensitive)) {
      made.role = ColumnRole::sensitive;
    }
  }
}

void AttackSample::draw(const Recoding& recoding, std::uint64_t k, std::uint64_t rows_max,
                        Chance& chance) {
  const std::vector<std::uint64_t> rows = rows_by_class(recoding);
  const std::uint64_t all = std::accumulate(rows.begin(), rows.end(), std::uint64_t{0});
  const std::uint64_t least = rows_of_a_piece(k, all, rows_max);
  const auto pieces_of = [least](std::uint64_t count) {
    return count == 0 ? 0 : std::max<std::uint64_t>(1, count / least);
  };
  std::vector<std::uint32_t> first{0};  // [class]: the number of its first piece
  for (const std::uint64_t count : rows)
    first.push_back(first.back() + static_cast<std::uint32_t>(pieces_of(count)));
  std::vector<std::uint32_t> pieces(first.back());
  std::iota(pieces.begin(), pieces.end(), 0U);

  place_.assign(rows.size(), 0);
  Draw lots(chance);
  std::uint64_t shown = 0;
  std::uint64_t withheld = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    std::swap(pieces[i], pieces[i + lots.below(static_cast<std::uint32_t>(pieces.size() - i))]);
    const auto group = static_cast<std::size_t>(
        std::upper_bound(first.begin(), first.end(), pieces[i]) - first.begin() - 1);
    if (place_[group] == 0) {
      parted_.push_back({.rows = rows[group], .pieces = pieces_of(rows[group])});
      place_[group] = static_cast<std::uint32_t>(parted_.size());
    }
    Parted& parted = parted_[place_[group] - 1];
    const std::uint64_t number = pieces[i] - first[group];
    const Side side = shown <= withheld ? Side::shown : Side::withheld;
    std::uint64_t& taken = side == Side::shown ? shown : withheld;
    taken += parted.rows_of(number);
    if (taken > rows_max) break;
    parted.drawn.push_back({number, side});
  }
  for (Parted& parted : parted_) std::ranges::sort(parted.drawn, {}, &Piece::number);
}

void AttackSample::take(const ReleasedCells& cells, std::span<const ShuffledRow> rows) {
  if (parted_.empty()) return;
  for (const ShuffledRow& row : rows) {
    const std::uint32_t place = place_[row.group];
    if (place == 0) continue;
    if (const auto side = parted_[place - 1].side_of_next()) add(cells, row, *side);
  }
}

void AttackSample::add(const ReleasedCells& cells, const ShuffledRow& row, Side side) {
  if (bytes_left_ == 0) return;
  std::vector<std::string> shown(columns_.size());
  cells.each(row, [&](std::size_t released, std::int64_t shared, std::string_view kept) {
    if (const auto column = column_of_[released])
      shown[*column] = shared < 0 ? kept : cells.shared()[static_cast<std::size_t>(shared)].text;
  });
  std::vector<std::string> known = shown;
  const std::uint32_t tuple = counted_.histogram.atoms[row.atom].tuple;
  std::uint64_t bytes = 0;
  for (std::size_t c = 0; c < columns_.size(); ++c) {
    if (quasi_[c])
      known[c] = name_of_leaf(*columns_[c].hierarchy, counted_.histogram.leaves[*quasi_[c]][tuple]);
    bytes += 2 * sizeof(std::string) + known[c].size() + shown[c].size();
  }
  bytes_left_ -= std::min(bytes_left_, bytes);
  if (side == Side::withheld) return control_.push_back(std::move(known));
  people_.push_back(std::move(known));
  released_.push_back(std::move(shown));
}

Result<AttackTrial> AttackSample::try_out(Chance& chance) const {
  AttackTrial trial{.shown = released_.size(), .withheld = control_.size()};
  if (released_.empty() || columns_.empty()) return trial;
  trial.results = TRY(try_attacks(
      {.columns = columns_, .released = released_, .people = people_, .control = control_},
      options_, chance));
  return trial;
}

}  // namespace usufruct::anonymise
