# Fuzzing: the targets in one library; what was kept is replayed by every build, and the fuzzer itself
# (preset `fuzz`: clang and its libFuzzer) is built when asked for.
set(FUZZ_SOURCES tests/fuzz/targets.cpp tests/fuzz/record_fuzz.cpp tests/fuzz/note_fuzz.cpp
    tests/fuzz/tile_fuzz.cpp tests/fuzz/proof_fuzz.cpp tests/fuzz/batch_fuzz.cpp
    tests/fuzz/http_fuzz.cpp tests/fuzz/terms_fuzz.cpp tests/fuzz/consent_fuzz.cpp tests/fuzz/signals_fuzz.cpp
    tests/fuzz/spdx_fuzz.cpp tests/fuzz/odrl_fuzz.cpp tests/fuzz/table_fuzz.cpp tests/fuzz/hierarchy_fuzz.cpp)
set(FUZZ_TARGETS ask batch checkpoint consent duo entry envelope head hierarchy json note odrl proof receipt record
    request response signals spdx table terms tile vkey)

add_executable(usufruct-fuzz-replay tests/fuzz/replay.cpp ${FUZZ_SOURCES})
target_link_libraries(usufruct-fuzz-replay PRIVATE usufruct_http usufruct_terms usufruct_anonymise Boost::headers)
foreach(target IN LISTS FUZZ_TARGETS)
  add_test(NAME "fuzz_${target}" COMMAND usufruct-fuzz-replay run ${target}
           "${PROJECT_SOURCE_DIR}/tests/fuzz/corpus/${target}")
endforeach()

if(USUFRUCT_FUZZ)
  add_executable(usufruct-fuzz tests/fuzz/fuzzer.cpp ${FUZZ_SOURCES})
  target_link_libraries(usufruct-fuzz PRIVATE usufruct_http usufruct_terms usufruct_anonymise Boost::headers)
  target_link_options(usufruct-fuzz PRIVATE -fsanitize=fuzzer)
endif()
