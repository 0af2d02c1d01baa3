#include <doctest/doctest.h>

#include "tests/trustee/terms/odrl_policy.h"
#include "trustee/terms/import/odrl.h"

namespace usufruct {
namespace {

using odrl_policy::answer_of;
using odrl_policy::count_of;
using odrl_policy::error_of;
using odrl_policy::policy;
using odrl_policy::terms_of;
using odrl_policy::usual;
using terms::Answer;

const std::string odrl = "'http://www.w3.org/ns/odrl.jsonld'";

/// The answer to a usual request by a policy's terms, for a dataset by that name.
Answer answer_for(const std::string& text, std::string_view target = {}) {
  return answer_of(terms_of(text, {.target = target}), usual());
}
std::string with(const std::string& own) { return "[" + odrl + ", " + own + "]"; }

TEST_CASE("odrl: relative IRIs are of the base, and without one compared as written") {
  const std::string members =
      "'conflict': 'prohibit', 'permission': [{'action': 'read', 'target': "
      "'https://a.example/x/data/1'}], 'prohibition': [{'action': 'read', 'target': 'data/1'}]";
  const std::string based = policy(members, with("{'@base': 'https://a.example/x/'}"));
  const std::string whole = "https://a.example/x/data/1";
  CHECK(answer_for(based) == Answer::deny);
  CHECK(answer_for(based, whole) == Answer::deny);
  CHECK(answer_for(based, "data/1") == Answer::deny);
  CHECK(answer_for(policy(members, with("{'@base': 'https://b.example/'}")), whole) ==
        Answer::permit);
  // A later base is from the one before; none is none.
  CHECK(answer_for(policy(members,
                          "[{'@base': 'https://a.example/y/'}, " + odrl + ", {'@base': '../x/'}]"),
                   whole) == Answer::deny);
  // Without a base it may be the dataset, or not.
  for (const std::string context : {"{}", "{'@base': null}", "{'@base': 'x/'}"}) {
    CAPTURE(context);
    CHECK(answer_for(policy(members, with(context)), whole) == Answer::abstain);
  }
  const std::string written =
      "'permission': [{'action': 'read', 'target': 'data/1'}], 'conflict': 'prohibit', "
      "'prohibition': [{'action': 'read', 'target': 'data/2'}]";
  CHECK(answer_for(policy(written), "data/1") == Answer::permit);
  CHECK(answer_for(policy(written), "data/2") == Answer::deny);
  CHECK(error_of(policy(members, with("{'@base': 1}"))).message.find("is no text") !=
        std::string::npos);
}

TEST_CASE("odrl: what has no name, or one of its own, may be the dataset") {
  const std::string permits =
      "'conflict': 'prohibit', 'permission': [{'action': 'read', 'target': 'urn:d'}], "
      "'prohibition': [{'action': 'read', 'target': ";
  CHECK(answer_for(policy(permits + "{'@type': 'Asset'}}]"), "urn:d") == Answer::abstain);
  CHECK(answer_for(policy(permits + "'_:b'}]"), "urn:d") == Answer::abstain);
  CHECK(answer_for(policy(permits + "{'@value': 1, 'a': 2}}]"), "urn:d") == Answer::abstain);
  CHECK(answer_for(policy(permits + "'urn:e'}]"), "urn:d") == Answer::permit);
}

TEST_CASE("odrl: a collection is one whatever else it is, and wherever it is called one") {
  const std::string permits =
      "'conflict': 'prohibit', 'permission': [{'action': 'read', 'target': 'urn:d'}], "
      "'prohibition': [{'action': 'read', 'target': ";
  for (const std::string target :
       {"{'@type': 'AssetCollection', '@id': 'urn:c'}",
        "{'@type': ['AssetCollection', 'http://e.org/x'], '@id': 'urn:c'}",
        "{'@type': ['http://e.org/x', 'odrl:AssetCollection'], '@id': 'urn:c'}",
        "{'@type': {'a': 1}, '@id': 'urn:c'}"}) {
    CAPTURE(target);
    CHECK(answer_for(policy(permits + target + "}]"), "urn:d") == Answer::abstain);
  }
  // One asset of many types is that asset.
  CHECK(answer_for(policy(permits + "{'@type': ['Asset', 'http://e.org/x'], '@id': 'urn:c'}}]"),
                   "urn:d") == Answer::permit);
  // In a graph, and where another rule says it.
  std::string graph =
      "{'@context': " + odrl +
      ", '@graph': [{'@id': 'urn:p', '@type': 'Set', 'conflict': 'prohibit', 'permission': "
      "[{'action': 'read', 'target': 'urn:d'}], 'prohibition': [{'action': 'read', 'target': "
      "'urn:c'}]}, {'@id': 'urn:c', '@type': ['AssetCollection']}]}";
  std::ranges::replace(graph, '\'', '"');
  CHECK(answer_for(graph, "urn:d") == Answer::abstain);
  CHECK(answer_for(policy(permits + "'urn:c'}, {'action': 'sell', 'target': {'@id': 'urn:c', "
                                    "'@type': 'AssetCollection'}}]"),
                   "urn:d") == Answer::abstain);
}

TEST_CASE("odrl: the document's vocabulary counts for what ODRL's context does not define") {
  const auto permits = [](const std::string& context, const std::string& members) {
    return count_of(terms_of(policy(members, context)), Effect::permit);
  };
  const std::string read = "'permission': [{'action': 'read'}]";
  const std::string other = "{'@vocab': 'http://e.org/'}";
  const std::string same = "{'@vocab': 'http://www.w3.org/ns/odrl/2/'}";
  CHECK(permits(odrl, read) == 1);
  CHECK(permits(with(other), read) == 1);
  CHECK(permits("[" + other + ", " + odrl + "]", read) == 1);
  CHECK(permits(same, read) == 1);
  // ODRL's context is not there: they are another's words.
  CHECK_FALSE(terms::read_odrl(policy("'x': 1", other), {}));
  CHECK(permits("[" + odrl + ", null, " + odrl + "]", read) == 1);
  // `write` is ODRL's, but not of its context.
  const std::string write = "'permission': [{'action': 'write'}]";
  const auto asks = [](const std::string& context, const std::string& members) {
    return count_of(terms_of(policy(members, context)), Effect::ask);
  };
  CHECK(asks(odrl, write) == 0);
  CHECK(asks(with(same), write) == 0);
  CHECK(asks(with(other), write) == 1);
  CHECK(asks("[" + other + ", " + odrl + "]", write) == 1);
  CHECK(asks(with("{'write': 'http://e.org/write'}"), write) == 1);
}

TEST_CASE("odrl: a definition may be of other names, and holds as it was made") {
  const std::string permits = "'conflict': 'prohibit', 'permission': [{'action': 'read'}], ";
  const std::string bans = permits + "'bans': [{'action': 'read'}]";
  for (const std::string own :
       {"{'bans': 'prohibition'}", "{'bans': {'@id': 'prohibition'}}",
        "{'bans': 'no', 'no': 'odrl:prohibition'}", "{'o': 'odrl', 'bans': 'o:prohibition'}",
        "{'bans': 'x:prohibition', 'x': 'y:', 'y': 'http://www.w3.org/ns/odrl/2/'}"}) {
    CAPTURE(own);
    CHECK(answer_for(policy(bans, with(own))) == Answer::deny);
  }
  CHECK(answer_for(policy(bans, "[" + odrl +
                                    ", {'bans': 'p:prohibition', 'p': "
                                    "'http://www.w3.org/ns/odrl/2/'}, {'p': 'http://e.org/'}]")) ==
        Answer::deny);
  // What goes in a circle means nothing that is known.
  CHECK(answer_for(policy(bans, with("{'bans': 'no', 'no': 'bans'}"))) == Answer::abstain);
  CHECK(answer_for(policy(permits + "'bans': 'urn:r'", with("{'bans': 'no', 'no': 'bans'}"))) ==
        Answer::abstain);
  // After null nothing holds that was said before.
  CHECK(count_of(terms_of(policy("'conflict': 'prohibit', 'permission': [], 'may': [{'action': "
                                 "'read'}]",
                                 "[{'may': 'odrl:permission'}, null, " + odrl + "]")),
                 Effect::permit) == 0);
}

TEST_CASE("odrl: whatever stands under a key that an unread context may define is asked about") {
  const std::string permits = "'permission': [{'action': 'read'}], ";
  const std::string unread = with("'https://e.org/context.jsonld'");
  for (const std::string member :
       {"'x': 'urn:rule'", "'x': 1", "'x': true", "'x': {'a': 1}", "'e:x': 'urn:rule'"}) {
    CAPTURE(member);
    CHECK(answer_for(policy(permits + member, unread)) == Answer::abstain);
    CHECK(answer_for(policy(permits + member, with("{'@import': 'https://e.org/c'}"))) ==
          Answer::abstain);
  }
  for (const std::string member :
       {"'x': 'urn:rule'", "'e:x': 'urn:rule'", "'http://e.org/x': 'a'"}) {
    CAPTURE(member);
    CHECK(answer_for(policy(permits + member)) == Answer::permit);
  }
  // What a context says for sure is what it says.
  CHECK(answer_for(policy(permits + "'http://e.org/x': 'a', 'dct:title': 't'", unread)) ==
        Answer::permit);
  // A definition that is not read as a whole.
  for (const std::string own :
       {"{'x': {'@reverse': 'odrl:hasPolicy'}}", "{'x': ['odrl:prohibition']}",
        "{'x': {'@id': 'odrl:prohibition', '@context': {}}}"}) {
    CAPTURE(own);
    CHECK(answer_for(policy(permits + "'x': 'urn:rule'", with(own))) == Answer::abstain);
  }
  CHECK(answer_for(policy(permits + "'x': 'urn:rule'", with("{'x': null}"))) == Answer::permit);
}

TEST_CASE("odrl: names of contexts are short, so that documents are read in little time") {
  const std::string much(3'000, 'x');
  CHECK(error_of(policy("'permission': []", with("{'a': '" + much + "'}")))
            .message.find("more than 2048 bytes") != std::string::npos);
  CHECK_FALSE(
      terms::read_odrl(policy("'permission': []", with("{'@vocab': 'http://" + much + "'}")), {}));
  std::string chain = "{'@vocab': 'p0:', 'p0': 'q'";
  for (int i = 0; i < 50; ++i) chain += fmt::format(", 'p{}': 'p{}:'", i + 1, i);
  CHECK(terms::read_odrl(policy("'permission': []", with(chain + ", 'q': 'p50:x'}")), {}));
}

TEST_CASE("odrl: what is said of one thing in several places is not read as several things") {
  const std::string rule =
      "{'uid': 'urn:r', 'action': 'read', 'constraint': [{'leftOperand': 'spatial', 'operator': "
      "'eq', 'rightOperand': 'FR'}]}";
  // A rule is in one place, and its name alone stands for it.
  CHECK(answer_for(policy("'permission': [" + rule + "]")) == Answer::deny);
  for (const std::string& list : {rule + ", {'uid': 'urn:r'}", "{'uid': 'urn:r'}, " + rule,
                                  rule + ", 'urn:r'", rule + ", " + rule}) {
    CAPTURE(list);
    CHECK(answer_for(policy("'permission': [" + list + "]")) == Answer::deny);
  }
  for (const std::string other :
       {"{'uid': 'urn:r', 'action': 'read'}", "{'@id': 'urn:r', 'action': 'index'}"}) {
    CAPTURE(other);
    CHECK(error_of(policy("'permission': [" + rule + ", " + other + "]"))
              .message.find("'urn:r' is described twice") != std::string::npos);
  }
  // Other things too; what is written alike is written once.
  const std::string data = "{'uid': 'urn:d', 'dct:title': 'Data', '@type': 'Asset'}";
  const std::string alike = "{'@type': 'Asset', 'dct:title': 'Data', 'uid': 'urn:d'}";
  CHECK(answer_for(policy("'permission': [{'action': 'read', 'target': " + data +
                          "}, {'action': 'index', 'target': " + alike + "}]")) == Answer::permit);
  CHECK(answer_for(policy("'conflict': 'prohibit', 'permission': [{'action': 'read', 'target': "
                          "'urn:d'}], 'prohibition': [{'action': 'read', 'target': 'urn:c'}, "
                          "{'action': 'sell', 'target': {'uid': 'urn:c', 'odrl:partOf': 'urn:x', "
                          "'@type': 'AssetCollection'}}]"),
                   "urn:d") == Answer::abstain);
}

TEST_CASE("odrl: what is a request, whatever else it is, permits nothing") {
  for (const std::string types : {"['Set', 'Request']", "['Request', 'Set']", "'Request'"}) {
    CAPTURE(types);
    std::string text =
        "{'@context': " + odrl + ", '@type': " + types + ", 'permission': [{'action': 'read'}]}";
    std::ranges::replace(text, '\'', '"');
    CHECK(error_of(text).message.find("this is a request") != std::string::npos);
  }
}

TEST_CASE("odrl: what is said for all rules is bounded, however many rules there are") {
  const auto listed = [](std::string_view name, std::string_view item, int count) {
    std::string list;
    for (int i = 0; i < count; ++i) list += fmt::format("{}{}", i == 0 ? "" : ", ", item);
    return fmt::format("'{}': [{}]", name, list);
  };
  const std::string rules = listed("permission", "{'uid': 'urn:r'}", 3'000);
  for (const std::string& shared :
       {listed("target", "'urn:d'", 9'000), listed("action", "'read'", 9'000),
        listed("assignee", "'urn:x'", 9'000)}) {
    CHECK(error_of(policy(rules + ", " + shared)).message.find("things of its rules") !=
          std::string::npos);
  }
  CHECK(error_of(policy(rules + ", " + listed("obligation", "{'action': 'fly'}", 3'000)))
            .message.find("obligations for 3000 rules") != std::string::npos);
  std::string counts;
  for (int i = 0; i < 2'000; ++i) {
    counts += fmt::format("{}{{'leftOperand': 'count', 'operator': 'eq', 'rightOperand': {}}}",
                          i == 0 ? "" : ", ", 2 * i + 1);
  }
  for (const std::string& repeated :
       {listed("action", "'read'", 9'000), listed("duty", "{'action': 'attribute'}", 9'000)}) {
    CHECK(error_of(policy("'permission': [{'constraint': [{'or': [" + counts + "]}], " + repeated +
                          "}]"))
              .message.find("more than 4096 rules") != std::string::npos);
  }
  // A duty that is there again is one.
  const auto terms = terms_of(policy("'permission': [{'action': 'read'}], " +
                                     listed("obligation", "{'action': 'attribute'}", 3'000)));
  CHECK(terms.rules.front().duties.size() == 1);
}

}  // namespace
}  // namespace usufruct
