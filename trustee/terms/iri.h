#pragma once

#include <string_view>

namespace usufruct::terms {

/// Whether a text is an IRI with its scheme (RFC 3987 §2.2), as `urn:data` or
/// `https://example.org/a`: none of the characters that an IRI has not, and something after the
/// scheme. What a scheme asks of the rest is not looked at. The text is UTF-8, or it is none.
bool is_iri(std::string_view text);

}  // namespace usufruct::terms
