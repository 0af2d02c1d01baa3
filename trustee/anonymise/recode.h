#pragma once

#include <cstdint>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/engine.h"
#include "trustee/anonymise/global.h"
#include "trustee/anonymise/histogram.h"
#include "trustee/anonymise/schema.h"

namespace usufruct::anonymise {

/// The rows to write, in a uniformly random order (Fisher-Yates): those with a tuple that is not
/// suppressed. Where a row stood in the file may tell whose it is, so nothing of that order stays.
std::vector<std::uint32_t> shuffled_rows(const std::vector<std::uint32_t>& tuple_of_row,
                                         const std::vector<bool>& is_suppressed, Chance& chance);

inline constexpr std::uint64_t output_bytes_max = 8ULL << 30;

/// Writes the released columns of the rows named, in that order, as CSV: RFC 4180 with LF line
/// ends, a header, comma; fields quoted only when they must be. Quasi-identifiers are shown at
/// their level of the node. `unavailable` above output_bytes_max.
Result<Bytes> write_recoded(const Engine& engine, const Schema& schema, const Counted& counted,
                            const Node& node, const std::vector<std::uint32_t>& order);

/// One field as written above.
void append_field(Bytes& to, std::string_view value);

}  // namespace usufruct::anonymise
