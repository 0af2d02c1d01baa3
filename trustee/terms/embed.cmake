# Writes OUTPUT, a .cpp that defines FUNCTION(), with the text of each of FILES as bytes: raw string literals have a limit of
# length in some compilers, arrays have none.
set(text "#include <string_view>\n#include <utility>\n#include <vector>\n\nnamespace usufruct::terms {\nnamespace {\n")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name "${file}" NAME)
  string(MAKE_C_IDENTIFIER "${name}" identifier)
  file(READ "${file}" bytes HEX)
  string(LENGTH "${bytes}" digits)
  math(EXPR size "${digits} / 2")
  string(REGEX REPLACE "(................................)" "\\1\n" bytes "${bytes}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND text "constexpr char ${identifier}[] = {${bytes}};\n")
  string(APPEND rows "    {\"${name}\", {${identifier}, ${size}}},\n")
endforeach()
string(APPEND text "}  // namespace\n\nstd::vector<std::pair<std::string_view, std::string_view>> ${FUNCTION}();\n"
  "std::vector<std::pair<std::string_view, std::string_view>> ${FUNCTION}() {\n  return {\n${rows}  };\n}\n\n}  // namespace usufruct::terms\n")
file(WRITE "${OUTPUT}" "${text}")
