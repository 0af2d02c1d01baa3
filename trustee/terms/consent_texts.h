#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "crypto/base/result.h"
#include "ledger/record/consent.h"
#include "trustee/terms/language.h"

/// What the texts of a consent may be. A consent is public for ever and is about a person: so that
/// no field can carry a name, every text is a word, a language tag (language.h) or a public
/// address, never prose. These are shapes, not a list of words, so that a later vocabulary judges
/// an old ledger alike.
namespace usufruct::terms {

inline constexpr std::size_t consent_text_bytes_max = 1000;

/// A letter, then letters, digits and `.:_-`: no space, no `@`. `dpv:AcademicResearch`, `US-CA`.
bool is_word(std::string_view text);
/// `https://` and printable ASCII with no user, query or fragment: those may name a person.
bool is_public_address(std::string_view text);

/// `malformed` naming the first field whose text is none of these.
Result<void> check_consent_texts(const Consent& consent);

/// What a consent may ask of k, ascending: few numbers, so that nobody is known by theirs.
std::span<const std::uint32_t> askable_k();
bool is_askable_k(std::uint32_t k);  ///< 0 asks for nothing

/// Whether a moment is the begin of a month in UTC: an age-out told to the day tells a birthday.
bool begins_month(Time at);
/// The begin of the month that a moment lies in.
Time month_of(Time at);

}  // namespace usufruct::terms
