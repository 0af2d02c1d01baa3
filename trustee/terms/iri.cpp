#include "trustee/terms/iri.h"

#include <algorithm>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_of_scheme(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}
/// What stands in no IRI unless it is percent-encoded.
bool is_barred(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte == 0x7f || std::string_view("<>\"{}|\\^`").contains(c);
}

}  // namespace

bool is_iri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos || colon == 0 || colon + 1 == text.size()) return false;
  return is_letter(text.front()) && std::ranges::all_of(text.substr(0, colon), is_of_scheme) &&
         std::ranges::none_of(text, is_barred) && is_utf8(text);
}

}  // namespace usufruct::terms
