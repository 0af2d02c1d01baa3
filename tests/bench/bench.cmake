# Measurements: plain programs, one line per figure, `--json` for one JSON object per line. Each
# measures its own baseline in the same run, so that a number never stands alone.
add_custom_target(benches)
function(bench name library)
  add_executable(bench_${name} EXCLUDE_FROM_ALL tests/bench/${name}_bench.cpp)
  add_dependencies(benches bench_${name})
  target_link_libraries(bench_${name} PRIVATE usufruct_options ${library} ${ARGN})
endfunction()

bench(release usufruct_anonymise usufruct_crypto duckdb)
bench(ledger usufruct_trustee usufruct_ledger usufruct_crypto)
bench(witness usufruct_http usufruct_ledger usufruct_crypto)
bench(http usufruct_trustee Boost::headers)
bench(audit usufruct_trustee usufruct_ledger usufruct_crypto)
bench(fsck usufruct_ledger usufruct_crypto)
bench(proofs usufruct_ledger usufruct_crypto)
bench(consent usufruct_trustee usufruct_ledger usufruct_crypto)
bench(terms usufruct_terms)
target_compile_definitions(bench_terms PRIVATE USUFRUCT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
