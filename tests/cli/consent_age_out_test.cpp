#include <doctest/doctest.h>

#include "tests/support/program.h"

namespace usufruct {
namespace {

TEST_CASE("cli: a guardian's consent ages out, and the row drops out of the next release") {
  Program program(*parse_time("2030-01-10"));
  program.must("init " + program.file("ws"));
  for (const std::string name : {"own", "t1", "t2", "lab"}) {
    program.must("key new " + name + " --no-passphrase");
    program.must("party register --as " + name);
  }
  program.must(
      "trust new --as own --name t --trustee t1 t2 --threshold 2 --custodian own --label t");
  const auto data = program.write("people.csv", "id,age\nc-1,17\nc-2,12\np-1,31\np-2,32\n");
  const auto dataset = program.write(
      "people.yaml", "title: P\npersonal_data: personal\ncolumns: {id: subject, age: sensitive}\n");
  program.must("dataset register " + dataset + " --data " + data +
               " --trust t --as own --label people");
  const auto terms = program.write(
      "terms.yaml",
      "title: R\npermit:\n  - {id: r, purposes: [ResearchAndDevelopment], actions: [use]}\n"
      "privacy: {k: 1}\n");
  program.must("terms set people " + terms + " --as own");
  const std::string agreed = "purposes: [AcademicResearch]\nactions: [ai-training]\n";
  const auto adult = program.write("adult.yaml", agreed);
  const auto child = program.write("child.yaml", agreed + "guardian_relation: parent\n");
  const auto adults = program.write("adults.txt", "p-1\np-2\n");
  // One comes of age in half a year, on a day that nobody but its guardian and the owner know.
  const auto children = program.write(
      "children.tsv", "subject\tguardian\tage_out\nc-1\tg-1\t2030-07-19\nc-2\tg-2\t2035-03-02\n");
  program.must("consent record people --template " + adult + " --subjects " + adults + " --as own");
  program.must("consent record people --template " + child + " --subjects " + children +
               " --as own");
  const auto ask =
      program.write("ask.yaml", "purposes: [AcademicResearch]\nactions: [ai-training]\ncount: 5\n");
  program.must("request new people " + ask + " --as lab --label ask");
  for (const std::string trustee : {"t1", "t2"}) {
    program.must("decision new ask --as " + trustee + " --approve");
  }
  for (const std::string trustee : {"t1", "t2"}) {
    program.must("share give ask --as " + trustee);
  }
  const auto released_rows = [&] {
    const std::string text = program.must("release make ask --as own");
    return text.find("1 dropped: no consent") != std::string::npos ? 3 : 4;
  };
  CHECK(released_rows() == 4);

  program.advance_days(171);  // 2030-06-30
  CHECK(released_rows() == 4);
  program.advance_days(1);  // the month in which c-1 comes of age
  CHECK(program.must("consent show people")
            .starts_with("4 subjects asked: 3 given, 0 refused, 0 withdrawn, 1 expired\n"));
  CHECK(released_rows() == 3);

  // Asked itself, it says yes, and is back.
  const auto grown = program.write("grown.txt", "c-1\n");
  program.must("consent record people --template " + adult + " --subjects " + grown + " --as own");
  CHECK(released_rows() == 4);
  CHECK(program.must("consent receipt people --subject c-1 --as own --language en")
            .find("A guardian spoke") == std::string::npos);
  CHECK(program.must("consent receipt people --subject c-2 --as own --language en")
            .find("A guardian spoke until you come of age: 2035-03-01\n") != std::string::npos);
}

}  // namespace
}  // namespace usufruct
