#!/usr/bin/env bash
# Every test that specs/conformance.md names is there.
set -euo pipefail
cd "$(dirname "$0")/.."
names=$(grep '^|' specs/conformance.md | awk -F'|' '{print $3}' | grep -o '`[^`]*`' | tr -d '`' | sort -u)
[ -n "$names" ] || { echo "specs/conformance.md names no test"; exit 1; }
# A name may stand on two lines of a test's source: they are joined before the search.
cases=$(cat $(git ls-files 'tests/*_test.cpp' 2>/dev/null || find tests -name '*_test.cpp') | tr '\n' ' ' | sed 's/  */ /g; s/" "//g')
missing=0
while IFS= read -r name; do
  case $name in
    *.txt) [ -f "tests/$name" ] && continue ;;
    *) case $cases in *"TEST_CASE( \"$name\""* | *"TEST_CASE(\"$name\""*) continue ;; esac ;;
  esac
  echo "specs/conformance.md names a test that is not there: $name"
  missing=1
done <<<"$names"
exit $missing
