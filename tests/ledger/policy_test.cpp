#include "ledger/policy.h"

#include <doctest/doctest.h>

#include "tests/support/records.h"

namespace usufruct {
namespace {

std::string vkey(std::string_view name, std::uint64_t seed,
                 NoteKeyType type = NoteKeyType::cosignature) {
  return print_vkey(*note_verifier(name, type, key_from(seed).verify_key()));
}

std::string log_line() { return "log " + print_vkey(test_verifier()) + "\n"; }

/// Three of one house and two of another; both houses are needed.
std::string two_houses() {
  std::string text = log_line();
  for (int i = 1; i <= 3; ++i) {
    text += fmt::format("witness X{} {}\n", i, vkey(fmt::format("x{}.example", i), 10 + i));
  }
  text += "group X-witnesses 2 X1 X2 X3\n";
  for (int i = 1; i <= 2; ++i) {
    text += fmt::format("witness Y{} {}\n", i, vkey(fmt::format("y{}.example", i), 20 + i));
  }
  return text +
         "group Y-witnesses any Y1 Y2\ngroup both all X-witnesses Y-witnesses\nquorum both\n";
}

std::string error_of(std::string_view text) {
  const auto policy = parse_policy(text);
  return policy ? "" : policy.error().message;
}

std::string checkpoint_note(std::uint64_t log_seed = 1, std::string_view origin = test_origin) {
  const Checkpoint checkpoint{std::string(origin), {1}, hash_leaf({}), {}};
  return sign_checkpoint(checkpoint, key_from(log_seed))->note;
}

std::string cosigned(std::string note, std::string_view name, std::uint64_t seed) {
  const std::string text = parse_note_unverified(note)->text;
  return note + print_note_signature(*cosign_note(text, name, key_from(seed), Time{5000}));
}

TEST_CASE("policy: what is printed reads back the same") {
  const auto policy = parse_policy(two_houses());
  REQUIRE(policy);
  CHECK(policy->logs().size() == 1);
  CHECK(policy->witnesses().size() == 5);
  CHECK(policy->groups()[0] == Policy::Group{"X-witnesses", 2, {"X1", "X2", "X3"}});
  CHECK(*parse_policy(print_policy(*policy)) == *policy);
}

TEST_CASE("policy: white space, comments, empty lines and opaque bytes are allowed") {
  const auto policy =
      parse_policy("\t# who watches\n\n  \t\n" + log_line() + " witness\tK\xff  " +
                   vkey("w.example", 5) + "\thttps://w.example/\xe2\x84\xaa \n" + "quorum K\xff\n");
  REQUIRE(policy);
  CHECK(policy->witnesses()[0].name == "K\xff");
  CHECK(policy->witnesses()[0].url == "https://w.example/\xe2\x84\xaa");
}

TEST_CASE("policy: names are compared byte by byte") {
  // ASCII K and the Kelvin sign.
  CHECK(error_of("witness K " + vkey("w.example", 5) + "\nquorum \xe2\x84\xaa\n") ==
        "line 2: '\xe2\x84\xaa' is no witness or group defined before");
}

TEST_CASE("policy: what a line does wrong is told by its number") {
  const std::string w = "witness w " + vkey("w.example", 5) + "\n";
  const std::string other = "witness v " + vkey("v.example", 6) + "\n";
  struct Case {
    std::string text;
    std::string message;
  };
  const std::vector<Case> cases = {
      {"", "the policy has no quorum line"},
      {log_line(), "the policy has no quorum line"},
      {"quorum none", "line 1: the file ends in the middle of a line"},
      {"quorum none\nquorum none\n", "line 2: a second quorum line"},
      {"quorum\n", "line 1: 'quorum' with 0 items after it"},
      {"quorum none # of them\n", "line 1: 'quorum' with 4 items after it"},
      {"quorum w\n" + w, "line 1: 'w' is no witness or group defined before"},
      {"quorum none\r\n", "line 1: control character 0x0d"},
      {std::string("quorum\0none\n", 12), "line 1: control character 0x00"},
      {"quorum none\x7f\n", "line 1: control character 0x7f"},
      {"Quorum none\n", "line 1: unknown word 'Quorum'"},
      {"\nwitnesses w\n", "line 2: unknown word 'witnesses'"},
      {"log\n", "line 1: 'log' with 0 items after it"},
      {log_line() + log_line(), "line 2: the key of log 'test.example/log' is listed twice"},
      {log_line() + "log " + vkey("renamed.example", 1, NoteKeyType::ed25519) + "\n",
       "line 2: the key of log 'renamed.example' is listed twice"},
      {"log " + vkey("w.example", 5) + "\n", "line 1: the key 'w.example' is of type 0x04"},
      {"witness w " + print_vkey(test_verifier()) + "\n",
       "line 1: the key 'test.example/log' is of type 0x01"},
      {"witness w\n", "line 1: 'witness' with 1 item after it"},
      {w + w, "line 2: the name 'w' is taken"},
      {w + "witness v " + vkey("v.example", 5) + "\n",
       "line 2: the key of witness 'v' is listed twice"},
      {"witness none " + vkey("w.example", 5) + "\n", "line 1: the name 'none' is taken"},
      {w + "group w any w\n", "line 2: the name 'w' is taken"},
      {w + "group none any w\n", "line 2: the name 'none' is taken"},
      {w + "group g any\n", "line 2: 'group' with 2 items after it"},
      {w + "group g 0 w\n", "line 2: '0' is no threshold for 1 members"},
      {w + "group g 2 w\n", "line 2: '2' is no threshold for 1 members"},
      {w + "group g 01 w\n", "line 2: '01' is no threshold for 1 members"},
      {w + "group g -1 w\n", "line 2: '-1' is no threshold for 1 members"},
      {w + "group g some w\n", "line 2: 'some' is no threshold for 1 members"},
      {w + "group g 18446744073709551617 w\n",
       "line 2: '18446744073709551617' is no threshold for 1 members"},
      {w + "group g any v\n" + other, "line 2: 'v' is no witness or group defined before"},
      {w + "group g any g\n", "line 2: 'g' is no witness or group defined before"},
      {w + "group g any none\n", "line 2: 'none' is no witness or group defined before"},
      {w + "group g any w w\n", "line 2: 'w' is a member twice"},
      {w + other + "group g any w\ngroup h all v w\n", "line 4: 'w' is a member twice"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    CHECK(error_of(text) == message);
  }
}

TEST_CASE("policy: a key that is mistyped or of an unknown type is refused") {
  std::string key = vkey("w.example", 5);
  key[key.size() - 3] ^= 1;
  CHECK(error_of("witness w " + key + "\nquorum w\n").starts_with("line 1: key 'w.example+"));
  // ML-DSA-44 witnesses exist; a policy that needs one cannot be judged here.
  CHECK(error_of("witness w w.example+00000000+BgAA\nquorum w\n").starts_with("line 1: key"));
}

TEST_CASE("policy: cut anywhere it is malformed") {
  const std::string text = two_houses();
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_policy(text.substr(0, size)));
  }
}

TEST_CASE("policy: many of each are read, too many are refused") {
  std::string text;
  for (std::size_t i = 0; i < policy_witnesses_max; ++i) {
    text += fmt::format("witness w{} {}\n", i, vkey("w.example", 100 + i));
  }
  CHECK(parse_policy(text + "quorum w0\n"));
  CHECK(error_of(text + "witness more " + vkey("w.example", 99) + "\n") ==
        "line 121: more than 120 witnesses");
  std::string groups = "witness w " + vkey("w.example", 5) + "\ngroup g0 all w\n";
  for (std::size_t i = 1; i < policy_groups_max; ++i) {
    groups += fmt::format("group g{} all g{}\n", i, i - 1);
  }
  const auto deep = parse_policy(groups + "quorum g255\n");
  REQUIRE(deep);
  const std::vector<std::size_t> all = {0};
  CHECK(deep->is_met(all));
  CHECK_FALSE(deep->is_met({}));
  CHECK(error_of(groups + "group g256 all g255\n") == "line 258: more than 256 groups");
  std::string logs;
  for (std::size_t i = 0; i < policy_logs_max; ++i) {
    logs += fmt::format("log {}\n", vkey("l.example", 300 + i, NoteKeyType::ed25519));
  }
  CHECK(parse_policy(logs + "quorum none\n"));
  CHECK_FALSE(parse_policy(logs + log_line() + "quorum none\n"));
  CHECK(error_of(std::string(policy_bytes_max, '#') + "\n") ==
        "a policy of 1048577 bytes; at most 1048576 are read");
}

TEST_CASE("policy: a quorum is met by enough of its members, however nested") {
  const auto policy = *parse_policy(two_houses());
  const auto met = [&](std::vector<std::size_t> cosigned) { return policy.is_met(cosigned); };
  CHECK(met({0, 1, 3}));
  CHECK(met({0, 2, 4}));
  CHECK(met({4, 3, 2, 1, 0}));
  CHECK_FALSE(met({}));
  CHECK_FALSE(met({0, 1, 2}));
  CHECK_FALSE(met({0, 3, 4}));
  // One witness heard twice is one witness.
  CHECK_FALSE(met({0, 0, 3}));
  CHECK(Policy{}.is_met({}));
}

TEST_CASE("policy: what is missing is said in words") {
  const auto policy = *parse_policy(two_houses());
  const std::vector<std::size_t> one = {0};
  CHECK(policy.missing(one) ==
        "group 'both' has 0 of the 2 it needs, without 'X-witnesses', 'Y-witnesses'; "
        "group 'X-witnesses' has 1 of the 2 it needs, without 'X2', 'X3'; "
        "group 'Y-witnesses' has 0 of the 1 it needs, without 'Y1', 'Y2'");
  const std::vector<std::size_t> enough = {0, 1, 4};
  CHECK(policy.missing(enough) == "");
}

TEST_CASE("policy: a checkpoint is opened by a log of it, and its witnesses are told apart") {
  const auto policy = *parse_policy(two_houses());
  std::string note = checkpoint_note();
  auto opened = open_cosigned(note, policy);
  REQUIRE(opened);
  CHECK(opened->cosignatures.empty());
  CHECK(check_quorum(*opened).error().code == Code::denied);
  note = cosigned(note, "x1.example", 11);
  note = cosigned(note, "x3.example", 13);
  note = cosigned(note, "stranger.example", 77);
  note = cosigned(note, "y2.example", 22);
  opened = open_cosigned(note, policy);
  REQUIRE(opened);
  CHECK(opened->cosignatures ==
        std::vector<Cosignature>{{0, Time{5000}}, {2, Time{5000}}, {4, Time{5000}}});
  CHECK(opened->missing.empty());
  CHECK(check_quorum(*opened));
}

TEST_CASE("policy: forged, borrowed and foreign signatures are unverified or do not count") {
  const auto policy = *parse_policy(two_houses());
  const auto code = [&](std::string_view note) { return open_cosigned(note, policy).error().code; };
  // Another log's key, and this log's key under another origin.
  CHECK(code(checkpoint_note(8)) == Code::unverified);
  CHECK(code(checkpoint_note(1, "other.example/log")) == Code::unverified);
  // A witness's line over another text condemns the note.
  const std::string other = cosigned(checkpoint_note(1, "other.example/log"), "x1.example", 11);
  const std::string line = other.substr(other.rfind("— x1.example"));
  CHECK(code(checkpoint_note() + line) == Code::unverified);
  // Cosignatures without the log's own signature are not enough.
  const std::string whole = cosigned(checkpoint_note(), "x1.example", 11);
  const std::string text = parse_note_unverified(whole)->text;
  CHECK(code(text + "\n" + whole.substr(whole.rfind("— x1.example"))) == Code::unverified);
  // Under the witness's name, by a key that is not its own: an unknown key, ignored.
  const auto opened = open_cosigned(cosigned(checkpoint_note(), "x1.example", 12), policy);
  REQUIRE(opened);
  CHECK(opened->cosignatures.empty());
}

}  // namespace
}  // namespace usufruct
