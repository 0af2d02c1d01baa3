#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/time.h"
#include "trustee/terms/vocabulary.h"

/// How consent records of others spell things.
namespace usufruct::terms {

/// What follows the last `#`, `/` or `:`, where a word is an IRI or has a prefix: `ConsentGiven` of
/// `https://w3id.org/dpv#ConsentGiven`.
std::string_view local_name(std::string_view word);

/// The id of our word for one of theirs: by our id, by what others call it, by the IRIs of DPV. The
/// last part of any other IRI is not taken for a word: it may be wider there.
std::optional<std::string> find_foreign(Scheme scheme, std::string_view word);

/// Whole days of `P2Y6M`, `P730D`, `PT48H`, `730 days` or a number of seconds, rounded down: a year
/// counts 365 days, a month 28. None when it is not understood, is negative, or is over 100 years.
std::optional<std::uint32_t> days_of(std::string_view duration);

/// A time; without an offset it is taken as UTC.
std::optional<Time> foreign_time(std::string_view text);

}  // namespace usufruct::terms
