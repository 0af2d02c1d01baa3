#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/anonymise/table/row_mark.h"
#include "trustee/anonymise/table/row_text.h"

namespace usufruct::anonymise {

/// Tells who asked of the rows that are written. Texts that many rows share are hashed once; where
/// nobody asked it does nothing.
class Tracer {
 public:
  Tracer(const ReleasedCells& cells, const Tracing* tracing);
  Result<void> tell(std::span<const ShuffledRow> rows);

 private:
  const ReleasedCells& cells_;
  const Tracing* tracing_;
  std::optional<RowMarker> marker_;
  std::vector<std::uint64_t> shared_;   ///< [shared text]: what it adds
  std::vector<std::uint32_t> classes_;  ///< [class]: as a reader sees it
  std::vector<WrittenRow> written_;
};

}  // namespace usufruct::anonymise
