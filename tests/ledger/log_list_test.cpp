#include "ledger/log_list.h"

#include <doctest/doctest.h>

#include "tests/support/records.h"

namespace usufruct {
namespace {

TEST_CASE("log list: what is printed reads back the same; allowances and other origins are kept") {
  const std::string text =
      "# of the network\nlogs/v0\n\nvkey " + print_vkey(test_verifier()) +
      "\norigin none\nbastion none\nqpd 86400\ncontact us (at) test.example\n\n# another\nvkey " +
      print_vkey(*note_verifier("key.example", NoteKeyType::ed25519, key_from(7).verify_key())) +
      "\norigin go.sum database tree\n";
  const auto logs = parse_log_list(text);
  REQUIRE(logs);
  REQUIRE(logs->size() == 2);
  CHECK((*logs)[0].origin == test_origin);
  CHECK((*logs)[0].requests_per_day == 86400);
  CHECK((*logs)[0].contact == "us (at) test.example");
  CHECK((*logs)[1].origin == "go.sum database tree");
  CHECK_FALSE((*logs)[1].requests_per_day);
  CHECK(*parse_log_list(print_log_list(*logs)) == *logs);
  CHECK(parse_log_list("logs/v0\n")->empty());
}

TEST_CASE("log list: what is not one names its line") {
  const std::string vkey = "vkey " + print_vkey(test_verifier()) + "\n";
  const auto message = [](std::string_view text) { return parse_log_list(text).error().message; };
  CHECK(message("") == "no line 'logs/v0'");
  CHECK(message("logs/v1\n") == "line 1: 'logs/v1' stands where 'logs/v0' is due");
  CHECK(message(vkey).starts_with("line 1: 'vkey "));
  CHECK(message("logs/v0\nqpd 5\n") == "line 2: 'qpd 5' stands before any vkey");
  CHECK(message("logs/v0\n" + vkey + "qpd 0\n") == "line 3: qpd 0 is not within 1 and 1000000000");
  CHECK_FALSE(parse_log_list("logs/v0\n" + vkey + "qpd -1\n"));
  CHECK_FALSE(parse_log_list("logs/v0\nvkey x\n"));
  CHECK_FALSE(parse_log_list("logs/v0\n" + vkey + "origin \xff\n"));
  CHECK_FALSE(parse_log_list(
      "logs/v0\nvkey " +
      print_vkey(*note_verifier("w", NoteKeyType::cosignature, key_from(7).verify_key())) + "\n"));
}

}  // namespace
}  // namespace usufruct
