#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/schema.h"
#include "trustee/anonymise/table/count.h"
#include "trustee/anonymise/table/engine.h"

namespace usufruct::anonymise {

/// A row and the class it is shown as.
struct Placed {
  std::uint32_t row = 0;
  std::uint32_t group = 0;
};
inline constexpr std::uint32_t no_class = static_cast<std::uint32_t>(-1);

/// The rows to write, in a uniformly random order (Fisher-Yates), each with a class; which rows of
/// an atom go to which of its classes, and which are suppressed, is random too. Where a row stood
/// in the file may tell whose it is, so nothing of that order stays.
std::vector<Placed> place_rows(const Counted& counted, const Recoding& recoding, Chance& chance);

inline constexpr std::uint64_t output_bytes_max = 8ULL << 30;

/// Writes the released columns of the rows named, in that order, as CSV: RFC 4180 with LF line
/// ends, a header, comma; fields quoted only when they must be. Quasi-identifiers are shown as
/// their class says. `unavailable` above output_bytes_max.
Result<Bytes> write_recoded(const Engine& engine, const Schema& schema, const Histogram& histogram,
                            const Recoding& recoding, const std::vector<Placed>& rows);

/// One field as written above.
void append_field(Bytes& to, std::string_view value);

}  // namespace usufruct::anonymise
