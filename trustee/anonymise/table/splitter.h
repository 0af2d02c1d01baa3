#pragma once

#include <cstdint>
#include <functional>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/table/block.h"

namespace usufruct::anonymise {

/// Takes a block; `index` and `file` are for the taker to set.
using TakeBlock = std::function<Result<void>(Block)>;

/// Cuts a text that comes in pieces into blocks of whole rows: at the last line end of block_bytes
/// that is outside quotes, or further on when a row is longer. Where it cuts depends on the text
/// alone, never on the pieces.
///
/// In a text that breaks the rules of quoting a cut may be wrong, but never before the first place
/// that breaks them: whoever parses the blocks in order finds that place first.
class Splitter final : public ByteSink {
 public:
  /// Line ends inside quotes do not count when `has_quotes`.
  Splitter(bool has_quotes, TakeBlock take);
  Result<void> write(View bytes) override;
  /// Gives what is left. At least one block is given, be it empty.
  Result<void> finish();

 private:
  void scan(std::size_t end);
  Result<void> cut(std::size_t at);

  bool has_quotes_;
  TakeBlock take_;
  Block block_;
  std::size_t capacity_;
  std::size_t scanned_ = 0;
  bool is_quoted_ = false;          ///< at scanned_
  std::size_t last_end_ = 0;        ///< after the last line end outside quotes; 0: none yet
  std::uint64_t lines_ = 0;         ///< line ends up to scanned_, of this block
  std::uint64_t lines_at_end_ = 0;  ///< the same up to last_end_
  bool has_given_ = false;
};

}  // namespace usufruct::anonymise
