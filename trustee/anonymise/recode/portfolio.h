#pragma once

#include <cstdint>
#include <string_view>

#include "crypto/base/result.h"
#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/recoding.h"

namespace usufruct::anonymise {

/// What a recoding may look like.
///   best         what loses least: classes may show different levels of one column
///   full_domain  one level for each column: columns are uniform, the loss is higher
enum class Scope { best, full_domain };

std::string_view name_of(Scope scope);
Result<Scope> parse_scope(std::string_view word);

/// How long to look for less loss. Counted in work, not in time: the same table gives the same
/// answer on every machine.
enum class Effort { quick, usual, thorough };

std::string_view name_of(Effort effort);
Result<Effort> parse_effort(std::string_view word);

struct RecodeOptions {
  Scope scope = Scope::best;
  Effort effort = Effort::usual;
};

/// Recodes by every way that suits the table and takes the one of least loss: exact full-domain
/// search, ladder, k-member and Mondrian, the local ones with absorption and refinement behind
/// them. The loss bound is certified for the scope: no recoding of that kind which meets the floor
/// loses less.
///
/// `denied` when all rows together miss the floor. Needs at least one row.
Result<Recoding> recode(const Histogram& histogram, const Floor& floor,
                        const RecodeOptions& options = {});

}  // namespace usufruct::anonymise
