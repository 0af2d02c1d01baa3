#pragma once

#include "trustee/document/document.h"

namespace usufruct::document {

/// Parses one JSON value (RFC 8259) into the nodes that parse() makes of the same text read as
/// YAML: a string is a quoted scalar; a number, `true` and `false` are plain ones. Within the same
/// limits and as strict, some ten times as fast: for what machines write and send by the thousand.
/// A byte order mark before it is left out.
///
///     {"permission": [{"action": "use"}]}
///
/// `malformed` with its place, columns counted in bytes: larger or deeper than the limits, empty,
/// not UTF-8, a control character (escaped or not, but for tab and line feed), half a surrogate
/// pair, a key twice, a number or escape that RFC 8259 does not have, anything after the value.
/// What RFC 8259 does not have either is said to be "not JSON".
Result<File> parse_json(std::string_view text, std::string_view name);

}  // namespace usufruct::document
