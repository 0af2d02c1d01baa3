#include "trustee/terms/iri.h"

#include <algorithm>

#include "crypto/base/ascii.h"
#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

bool is_of_scheme(char c) {
  return is_ascii_letter(c) || is_ascii_digit(c) || c == '+' || c == '-' || c == '.';
}
/// What stands in no IRI unless it is percent-encoded.
bool is_barred(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f || std::string_view("<>\"{}|\\^`").contains(c);
}

}  // namespace

std::size_t scheme_size(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0 || !is_ascii_letter(text.front())) return text.npos;
  return std::ranges::all_of(text.substr(0, colon), is_of_scheme) ? colon : text.npos;
}

bool is_iri(std::string_view text) {
  const auto scheme = scheme_size(text);
  if (scheme == text.npos || scheme + 1 == text.size()) return false;
  return std::ranges::none_of(text, is_barred) && is_utf8(text);
}

}  // namespace usufruct::terms
