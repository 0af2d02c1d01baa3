#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/table/block.h"
#include "trustee/anonymise/table/source.h"

namespace usufruct::anonymise {

/// Who takes the rows of a table as they are read.
class RowTaker {
 public:
  virtual ~RowTaker() = default;
  /// Once, before anything else.
  virtual Result<void> columns(const std::vector<std::string>& names) = 0;
  /// Every block in file order, one at a time, first_row set; on any of the workers' threads.
  virtual Result<void> in_order(Block& block) = 0;
  /// Every block again, after its turn; several workers at once, each with its number from 0.
  virtual Result<void> at_once(Block& block, std::size_t worker) = 0;
};

/// Reads files as one table, their rows one after the other; all have the columns of the first, in
/// its order. Constant memory: a few blocks for each worker.
///
/// What is found first in the order of the rows is what is answered, whichever worker found it.
/// Errors: as Source, parse_delimited and parse_json_lines, the file's path before the message;
/// `malformed` when a file has other columns or no rows; what the taker answers.
/// Cost: one pass; parsing and at_once() share options.threads threads beside the caller's, which
/// reads; with one thread the caller's does everything.
Result<std::uint64_t> read_rows(std::span<const Source> files, const EngineOptions& options,
                                RowTaker& taker);

}  // namespace usufruct::anonymise
