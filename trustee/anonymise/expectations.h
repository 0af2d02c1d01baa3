#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "trustee/anonymise/anonymise.h"
#include "trustee/anonymise/measure/measure.h"
#include "trustee/anonymise/recode/recoding.h"
#include "trustee/anonymise/table/asked_k.h"
#include "trustee/anonymise/table/count.h"

namespace usufruct::anonymise {

/// The lowest and the highest level that the classes of a recoding show in a column; nothing is 0.
std::pair<std::uint8_t, std::uint8_t> levels_of(const Recoding& recoding, std::size_t column);

/// What the measuring side, which sees the written file only, is to hold it against: the names and
/// hierarchies of its columns, the counts of the input, and all that is claimed; but for the
/// population, which is large and counted.population. What rows ask for
/// comes from `asked`, which must outlive the measuring; what is in `counted` must too, but for the
/// rows.
MeasureOptions expectations_of(const Counted& counted, const Input& input, const Floor& floor,
                               const Recoding& recoding, AskedRows& asked);

}  // namespace usufruct::anonymise
