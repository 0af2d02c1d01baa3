#pragma once

#include <string>

#include "trustee/anonymise/measure/verdict.h"

namespace usufruct::anonymise {

/// One HTML page about a release, for those who decide on it and for those it is about: the
/// verdict, what was asked and found, sizes of classes, risk, loss by column, attacks, all figures.
///
/// Self-contained: no script, nothing fetched (a policy in the page forbids both), light and dark.
/// Holds counts and column names, no value of any row. The same facts give the same bytes, so its
/// digest can be recorded. The page says what was measured; it does not decide: check_floor() does.
std::string print_report(const ReportFacts& facts);

}  // namespace usufruct::anonymise
