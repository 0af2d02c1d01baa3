# One doctest program per room, mirroring its folders; then conversations, the doors, benches, fuzz.
find_package(doctest REQUIRED)

add_library(usufruct_test_main STATIC tests/support/main.cpp)
target_link_libraries(usufruct_test_main PUBLIC usufruct_options doctest::doctest rapidcheck)
target_compile_definitions(usufruct_test_main PUBLIC DOCTEST_CONFIG_SUPER_FAST_ASSERTS
  USUFRUCT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
find_path(RAPIDCHECK_INCLUDE rapidcheck.h REQUIRED)
find_library(RAPIDCHECK rapidcheck REQUIRED)
add_library(rapidcheck INTERFACE)
target_include_directories(rapidcheck SYSTEM INTERFACE "${RAPIDCHECK_INCLUDE}")
target_link_libraries(rapidcheck INTERFACE "${RAPIDCHECK}")

function(room_tests name folder library)
  # What a folder's tests share stands beside them: every .cpp counts.
  file(GLOB_RECURSE sources RELATIVE "${PROJECT_SOURCE_DIR}" CONFIGURE_DEPENDS
       "tests/${folder}/*.cpp")
  foreach(other IN LISTS ARGN)
    list(FILTER sources EXCLUDE REGEX "/${other}/")
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE usufruct_test_main ${library})
  target_precompile_headers(test_${name} PRIVATE <doctest/doctest.h> <fmt/format.h> <string> <vector>)
  add_test(NAME ${name} COMMAND test_${name})
endfunction()

room_tests(crypto crypto usufruct_crypto)
room_tests(ledger ledger usufruct_ledger)
# A writer to be killed, for tests/ledger/crash_test.cpp.
add_executable(crash_child tests/support/crash_child.cpp)
target_link_libraries(crash_child PRIVATE usufruct_ledger)
target_compile_definitions(test_ledger PRIVATE
  USUFRUCT_CRASH_CHILD="$<TARGET_FILE:crash_child>")
add_dependencies(test_ledger crash_child)

room_tests(document trustee/document usufruct_document)
room_tests(terms trustee/terms usufruct_terms)
room_tests(anonymise trustee/anonymise usufruct_anonymise)
target_link_libraries(test_anonymise PRIVATE duckdb)  # a second reader to compare with
room_tests(http trustee/http usufruct_trustee)
room_tests(trustee trustee usufruct_trustee document terms anonymise http)
room_tests(cli cli usufruct_cli)

add_test(NAME doors COMMAND "${PROJECT_SOURCE_DIR}/tests/doors_test.sh")
add_test(NAME conformance COMMAND "${PROJECT_SOURCE_DIR}/tests/conformance_test.sh")
include(tests/bench/bench.cmake OPTIONAL)
include(tests/fuzz/fuzz.cmake)
include(tests/sim/sim.cmake)

# Conversations: one test per script, each in a fresh folder. 77 is "skipped": the data are absent.
add_executable(usufruct-conversation tests/support/conversation.cpp)
target_link_libraries(usufruct-conversation PRIVATE usufruct_options)
set(USUFRUCT_DATA "$ENV{USUFRUCT_DATA}")
if(NOT USUFRUCT_DATA)
  set(USUFRUCT_DATA "${PROJECT_SOURCE_DIR}/../shared/data")
endif()
file(GLOB conversations CONFIGURE_DEPENDS "tests/scripts/*.txt")
foreach(script IN LISTS conversations ITEMS "${PROJECT_SOURCE_DIR}/README.md")
  get_filename_component(name "${script}" NAME_WE)
  add_test(NAME "conversation_${name}" COMMAND usufruct-conversation "$<TARGET_FILE:usufruct>"
           "${PROJECT_SOURCE_DIR}" "${USUFRUCT_DATA}" "${script}")
  set_tests_properties("conversation_${name}" PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()

# Conversations with a log's HTTP face, over a real server.
add_executable(usufruct-http-conversation tests/support/http_conversation.cpp)
target_link_libraries(usufruct-http-conversation PRIVATE usufruct_trustee)
file(GLOB http_conversations CONFIGURE_DEPENDS "tests/http/*.txt")
foreach(script IN LISTS http_conversations)
  get_filename_component(name "${script}" NAME_WE)
  add_test(NAME "http_${name}" COMMAND usufruct-http-conversation "${script}")
endforeach()
