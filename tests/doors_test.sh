#!/usr/bin/env bash
# The doors of the house: crypto <- ledger <- trustee <- cli, and each outside library in its one room.
# Fails with the lines that break a rule.
set -uo pipefail
cd "$(dirname "$0")/.."
bad=0
forbid() { # what, where (pathspec...), pattern; lines that match are broken doors
  local what=$1 pattern=$2; shift 2
  local found; found=$(git grep -nE "$pattern" -- "$@")
  [ -z "$found" ] && return
  printf 'doors: %s:\n%s\n' "$what" "$found"; bad=1
}
inc='^#include ["<]'
forbid "crypto/base sees only itself" "$inc(ledger|trustee|cli|tests|crypto/[a-z_]+\.h)" 'crypto/base/*.h' 'crypto/base/*.cpp'
forbid "crypto sees no other room" "$inc(ledger|trustee|cli|tests)/" 'crypto/*.h' 'crypto/*.cpp'
forbid "ledger sees only crypto" "$inc(trustee|cli|tests)/" 'ledger/*.h' 'ledger/*.cpp'
forbid "trustee does not see cli" "$inc(cli|tests)/" 'trustee/*.h' 'trustee/*.cpp'
forbid "anonymise knows no ledger" "$inc(ledger|cli|tests)/" 'trustee/anonymise/*.h' 'trustee/anonymise/*.cpp'
forbid "nobody sees tests" "${inc}tests/" '*.h' '*.cpp' ':!tests'
forbid "libsodium and libcrypto are crypto's" "$inc(sodium|openssl)" '*.h' '*.cpp' ':!crypto/*.cpp' ':!tests'
forbid "RocksDB is one file's" "${inc}rocksdb" '*.h' '*.cpp' ':!ledger/store/rocksdb_store.cpp' ':!tests/bench'
forbid "Cap'n Proto stays in ledger/record" "$inc(capnp|kj|specs/records.capnp)" '*.h' '*.cpp' ':!ledger/record/*.cpp' ':!tests/fuzz/kj_string.h'
forbid "DuckDB stays in trustee/anonymise" "${inc}duckdb" '*.h' '*.cpp' ':!trustee/anonymise/*.cpp' ':!tests/trustee/anonymise/table/*.cpp' ':!tests/bench'
forbid "zstd is one file's" "${inc}zstd" '*.h' '*.cpp' ':!trustee/anonymise/table/compression.cpp'
forbid "yaml-cpp stays in trustee/document" "${inc}yaml-cpp" '*.h' '*.cpp' ':!trustee/document/*.cpp'
forbid "pugixml is one file's" "${inc}pugixml" '*.h' '*.cpp' ':!trustee/document/xml.cpp'
forbid "CLI11 stays in cli" "${inc}CLI/" '*.h' '*.cpp' ':!cli'
forbid "Boost has its rooms" "${inc}boost/" '*.h' '*.cpp' ':!crypto/base/parallel.cpp' ':!cli/*.cpp' ':!trustee/http/*.cpp' ':!trustee/http/net' ':!tests/bench' ':!tests/fuzz/http_fuzz.cpp'
forbid "no using-directives" '^ *using namespace [a-z:_]*[^s];' '*.h' '*.cpp' ':!tests'
forbid "100 columns" '^.{101}' '*.h' '*.cpp' ':!*_vectors.h'
while read -r path; do
  [ -e "$path" ] || { printf 'doors: specs name %s, which is not there\n' "$path"; bad=1; }
done < <(git grep -ohE '(tests|specs|crypto|ledger|trustee|cli)/[a-z0-9_/.-]+\.(cpp|h|txt|md|yaml|capnp|def)' -- 'specs/*.md' README.md | sort -u)
[ $bad = 0 ] && echo "doors: all shut"
exit $bad
