#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "crypto/base/bytes.h"
#include "crypto/base/result.h"
#include "crypto/stream.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/asked_k.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/format.h"
#include "trustee/anonymise/table/row_mark.h"
#include "trustee/anonymise/table/row_text.h"
#include "trustee/anonymise/table/shuffle.h"

namespace usufruct::anonymise {

/// How a release is written.
struct OutputFormat {
  Format format = Format::csv;
  Compression compression = Compression::none;  ///< Parquet is always packed inside, with zstd

  bool operator==(const OutputFormat&) const = default;
};

/// Takes the released file, piece by piece, in order. An error stops and is passed up.
using Sink = std::function<Result<void>(View)>;

/// Who looks at the rows as they are written, in their order; on a thread of its own.
using WatchRows = std::function<void(const ReleasedCells&, std::span<const ShuffledRow>)>;

/// Who decides about the rows that are written, and who is told of them.
struct Writing {
  Placing placing;
  const Tracing* tracing = nullptr;  ///< with it, `placing` has the numbers of the rows
  AskedRows* asked = nullptr;        ///< where rows ask for a k of their own
  WatchRows watch{};                 ///< may be absent
};

/// Writes the released columns of the rows that are in a class, in a uniformly random order, as
/// their class says, and says how many there are. Rows are taken out of `counted`, which is of no
/// use for writing again. The same chance gives the same bytes, spilled or not, traced or not.
///
/// Text is made on a thread of its own while the sink works, on the caller's. Of the input's order,
/// and of rows that are not released, nothing is in the file; nor any name, time or machine.
/// Memory: what the rows had in `counted` and 8 bytes more for each, the texts of the classes, a
/// few pieces of some MiB. Errors: what the sink and who is told say; `unavailable` when disk or
/// memory gives out.
Result<std::uint64_t> write_text(Counted& counted, const Recoding& recoding, const Writing& writing,
                                 const EngineOptions& options, const OutputFormat& output,
                                 const Sink& sink);

/// The same as Parquet. A row group is made in memory: `unavailable` when it needs above a quarter
/// of what there may be.
Result<std::uint64_t> write_parquet(Counted& counted, const Recoding& recoding,
                                    const Writing& writing, const EngineOptions& options,
                                    ByteSink& to);

}  // namespace usufruct::anonymise
