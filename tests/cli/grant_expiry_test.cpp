#include "tests/support/program.h"

namespace usufruct {
namespace {

TEST_CASE("cli: a grant ends with the days that were asked for, and is replayed as it was") {
  Program program(*parse_time("2030-01-10"));
  program.must("init " + program.file("ws"));
  for (const std::string name : {"own", "t1", "t2", "lab"}) {
    program.must("key new " + name + " --no-passphrase");
    program.must("party register --as " + name);
  }
  program.must(
      "trust new --as own --name t --trustee t1 t2 --threshold 2 --custodian own --label t");
  const auto data = program.write("table.csv", "a\n1\n2\n");
  const auto dataset = program.write(
      "table.yaml", "title: T\npersonal_data: none\ncolumns: {a: quasi_identifier}\n");
  program.must("dataset register " + dataset + " --data " + data +
               " --trust t --as own --label table");
  const auto terms = program.write(
      "terms.yaml",
      "title: R\npermit:\n  - {id: r, purposes: [ResearchAndDevelopment], actions: [use]}\n"
      "privacy: {k: 1}\n");
  program.must("terms set table " + terms + " --as own");
  program.must(
      "request new table --purpose AcademicResearch --action ai-training --days 30 --count 5 "
      "--as lab --label ask");
  for (const std::string trustee : {"t1", "t2"}) {
    program.must("decision new ask --as " + trustee + " --approve");
  }
  for (const std::string trustee : {"t1", "t2"}) program.must("share give ask --as " + trustee);

  program.must("release make ask --as own");
  program.advance_days(29);
  program.must("release make ask --as own");
  program.advance_days(2);
  const auto late = program.run("release make ask --as own");
  CHECK(late.status == 5);
  CHECK(late.err.find("(rule release-grant)") != std::string::npos);
  CHECK(program.must("request show ask").find("ended: ") != std::string::npos);
  // What was decided then is judged by what held then.
  CHECK(program.must("decision replay --all").find("2 decisions") != std::string::npos);
  CHECK(program.must("decision replay --all").find(", 0 differ") != std::string::npos);
}

}  // namespace
}  // namespace usufruct
