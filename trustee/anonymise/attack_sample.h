#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/measure/attack.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/row_text.h"

namespace usufruct::anonymise {

/// The part of a release that attacks are tried on, taken from its rows as they are written
/// (specs/anonymity.md §3.4).
///
/// Nobody who consented is left out of a release for the sake of a control, and who did not is not
/// looked at. So the classes are parted by lot into what the attacker is shown and what is withheld
/// from him, whose people are the control: a class shows what its own rows need, and owes nothing
/// to people of other ones. Large classes are parted too, in pieces that meet k. Of a large table
/// so many pieces are drawn as the limit on rows allows; all rows are as likely to be in one.
class AttackSample {
 public:
  /// `options.rows_max` is of the shown rows and of the withheld ones each, less where all would
  /// need over `bytes_max`. `counted` and `recoding` are borrowed.
  AttackSample(const Counted& counted, const Recoding& recoding, std::uint64_t k,
               const AttackOptions& options, std::uint64_t bytes_max, Chance& chance);

  /// Takes every written row once, in the order of the file. Cost: a look-up a row.
  void take(const ReleasedCells& cells, std::span<const ShuffledRow> rows);

  /// Tries all kinds on what was taken. Of an empty release nothing is tried.
  Result<AttackTrial> try_out(Chance& chance) const;

 private:
  enum class Side : std::uint8_t { shown, withheld };
  struct Piece {
    std::uint64_t number = 0;  ///< in its class
    Side side = Side::shown;
  };
  /// A class of which pieces were drawn. Its rows come in an order by lot, so that a piece is a run
  /// of them: row r is in piece r · pieces / rows.
  struct Parted {
    std::uint64_t rows = 0;
    std::uint64_t pieces = 0;
    std::uint64_t seen = 0;  ///< rows that came
    std::vector<Piece> drawn{};

    std::uint64_t rows_of(std::uint64_t piece) const;
    /// Of the next row; nothing when its piece was not drawn.
    std::optional<Side> side_of_next();
  };

  void choose_columns();
  void draw(const Recoding& recoding, std::uint64_t k, std::uint64_t rows_max, Chance& chance);
  void add(const ReleasedCells& cells, const ShuffledRow& row, Side side);

  const Counted& counted_;
  AttackOptions options_;
  std::uint64_t bytes_left_;
  std::vector<AttackInput::Column> columns_;           ///< that are looked at
  std::vector<std::optional<std::size_t>> column_of_;  ///< [released column]: among them
  std::vector<std::optional<std::size_t>> quasi_;      ///< [column looked at]
  std::vector<std::uint32_t> place_;                   ///< [class]: in parted_, from 1; or 0
  std::vector<Parted> parted_;
  std::vector<std::vector<std::string>> released_;
  std::vector<std::vector<std::string>> people_;  ///< of the same rows, as they were
  std::vector<std::vector<std::string>> control_;
};

}  // namespace usufruct::anonymise
