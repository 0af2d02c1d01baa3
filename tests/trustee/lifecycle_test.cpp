// The tables of specs/lifecycles as texts: what is not total, or says too much, does not parse.
#include "tests/support/lifecycle.h"

namespace usufruct {
namespace {

const std::set<std::string, std::less<>> rules = {"door-owner"};

Result<Lifecycle> door(const std::string& rows, const std::string& terminal = "[]") {
  return Lifecycle::parse(
      "lifecycle: door\nstates:\n  open: o\n  ajar: {shows: open, means: a}\n"
      "  shut: s\nterminal: " +
          terminal + "\nroles:\n  owner: x\n  cat: y\ncommands:\n  shut:\n" + rows +
          "events:\n  wind:\n    - {to: shut}\n",
      "door.yaml", rules);
}

std::string fault(const Result<Lifecycle>& table) { return table ? "" : table.error().message; }

TEST_CASE("lifecycle table: the first row that fits answers, and all are answered") {
  const auto table = door(
      "    - {by: cat, rule: door-owner}\n    - {in: shut, to: same}\n"
      "    - {to: shut}\n");
  INFO(fault(table));
  REQUIRE(table);
  CHECK(table->cells.size() == 9);
  CHECK(table->cells.at({"open", "shut", "cat"}).rule == "door-owner");
  CHECK(table->cells.at({"ajar", "shut", "owner"}).to == "shut");
  CHECK(table->cells.at({"ajar", "wind", ""}).to == "shut");
  CHECK(table->cells.at({"shut", "shut", "owner"}).to == "shut");
}

TEST_CASE("lifecycle table: a missing cell, a row too many and unknown words are refused") {
  const std::string all = "    - {to: shut}\n";
  CHECK(fault(door("    - {by: cat, rule: door-owner}\n"))
            .ends_with("'shut' in 'open' by 'owner' has no answer"));
  CHECK(fault(door(all + "    - {by: cat, rule: door-owner}\n"))
            .ends_with("this row answers nothing that those above it leave open"));
  CHECK(fault(door("    - {by: dog, to: shut}\n" + all)).ends_with("'dog' is not declared"));
  CHECK(fault(door("    - {in: broken, to: shut}\n" + all)).ends_with("'broken' is not declared"));
  CHECK(fault(door("    - {to: broken}\n")).ends_with("no state shows that"));
  // `ajar` is a way to stand open, and nothing that the fold says.
  CHECK(fault(door("    - {to: ajar}\n")).ends_with("no state shows that"));
  CHECK(fault(door("    - {rule: door-cat}\n")).ends_with("there is no such rule"));
  CHECK(fault(door("    - {rule: door-owner, to: shut}\n"))
            .ends_with("a row has one of `to` and `rule`"));
  CHECK(fault(door("    - {by: cat}\n" + all)).ends_with("a row has one of `to` and `rule`"));
  CHECK(!door("    - {to: shut, then: open}\n"));
  CHECK(fault(door(all, "[ajar]")).ends_with("no state shows that"));
}

TEST_CASE("lifecycle table: nothing leads out of a terminal state") {
  CHECK(door("    - {to: shut}\n", "[shut]"));
  CHECK(fault(door("    - {by: cat, rule: door-owner}\n    - {to: open}\n", "[shut]"))
            .ends_with("'shut' leads from the terminal 'shut' to 'open'"));
}

}  // namespace
}  // namespace usufruct
