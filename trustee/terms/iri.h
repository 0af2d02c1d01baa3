#pragma once

#include <cstddef>
#include <string_view>

namespace usufruct::terms {

/// Whether a text is an IRI with its scheme (RFC 3987 §2.2), as `urn:data` or
/// `https://example.org/a`: none of the characters that an IRI has not, and something after the
/// scheme. What a scheme asks of the rest is not looked at. The text is UTF-8, or it is none.
bool is_iri(std::string_view text);

/// The bytes before the colon that ends the scheme a text begins with (RFC 3986 §3.1); npos when it
/// begins with none, as a relative reference does.
std::size_t scheme_size(std::string_view text);

}  // namespace usufruct::terms
