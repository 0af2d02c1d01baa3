#include <doctest/doctest.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

/// As the report's example of a file on the origin server.
constexpr std::string_view example = R"([
  {"location": "/directory-a/", "tdm-reservation": 1,
   "tdm-policy": "https://provider.com/policies/policy-a.json"},
  {"location": "/directory-b/html/", "tdm-reservation": 1},
  {"location": "/directory-b/", "tdm-reservation": 0, "tdm-policy": "https://provider.com/p"},
  {"location": "/*.jpg$", "tdm-reservation": 1},
  {"location": "/directory-c/", "tdm-reservation": 2}
])";

TEST_CASE("tdmrep: the first rule whose location matches counts") {
  const auto at = [](std::string_view path, std::string action) {
    return Signalled("tdmrep", example, {.path = path}).answer({std::move(action)});
  };
  CHECK(at("/directory-b/html/x", "ai-training") == Answer::deny);
  CHECK(at("/directory-b/html/x", "search") == Answer::abstain);
  CHECK(at("/directory-b/x", "ai-training") == Answer::permit);
  CHECK(at("/directory-b/x.jpg", "ai-training") == Answer::permit);
  CHECK(at("/x.jpg", "ai-training") == Answer::deny);
  CHECK(at("/x.jpg?a", "ai-training") == Answer::abstain);
  CHECK(at("/directory-c/x", "ai-training") == Answer::abstain);
  CHECK(at("/", "ai-training") == Answer::abstain);
  // No permission to judge people is in a mining that is not reserved.
  CHECK(at("/directory-b/x", "profile") == Answer::abstain);
  CHECK(at("/directory-b/x", "data-mining") == Answer::abstain);
}

TEST_CASE("tdmrep: a policy is asked about, and told with its address") {
  const Signalled signal("tdmrep", example, {.path = "/directory-a/x"});
  CHECK(signal.answer({"gen-ai"}) == Answer::abstain);
  CHECK(signal.asks("https://provider.com/policies/policy-a.json"));
  CHECK(signal.permits_nothing());
  // Without a reservation there is nothing to license.
  CHECK(Signalled("tdmrep", example, {.path = "/directory-b/x"})
            .told("tdm-policy: https://provider.com/p") == "mapped: nothing: nothing is reserved");
}

TEST_CASE("tdmrep: the head of a response and the meta elements of a page") {
  CHECK(Signalled("tdmrep", "HTTP/1.1 200 OK\r\ntdm-reservation: 1\r\n").answer({"gen-ai"}) ==
        Answer::deny);
  CHECK(Signalled("tdmrep", "TDM-Reservation: 0\n").answer({"gen-ai"}) == Answer::permit);
  CHECK(Signalled("tdmrep", "tdm-reservation: 0\ntdm-reservation: 1\n").answer({"gen-ai"}) ==
        Answer::deny);
  CHECK(Signalled("tdmrep", "tdm-reservation: yes\n").permits_nothing());
  CHECK(Signalled("tdmrep", "tdm-policy: https://a/b\n").permits_nothing());
  const std::string page =
      "<!doctype html><html><head><!-- <meta name=tdm-reservation content=0> -->\n"
      "<META content='1' name=\"tdm-reservation\"/><meta name=tdm-policy content=https://a/b>"
      "<title>x</title>";
  const Signalled signal("tdmrep", page);
  CHECK(signal.answer({"gen-ai"}) == Answer::abstain);
  CHECK(signal.asks("https://a/b"));
  CHECK(Signalled("tdmrep", "<meta name=tdm-reservation content=1>").answer({"gen-ai"}) ==
        Answer::deny);
  for (const char* none :
       {"<p>tdm-reservation: 1</p>", "<metaname=tdm-reservation content=1>",
        "<meta name=tdm-reservation", "<meta name='tdm-reservation content=1>"}) {
    CAPTURE(none);
    const auto read = format_named("tdmrep").read(none, {});
    CHECK((!read || Signalled("tdmrep", none).permits_nothing()));
  }
}

TEST_CASE("tdmrep: what is no rule is refused, what nobody knows is asked about") {
  const auto& format = format_named("tdmrep");
  for (const char* text : {R"({"location": "/", "tdm-reservation": 1})", R"([1])",
                           R"([{"tdm-reservation": 1}])", R"([{"location": ["/"]}])"}) {
    CAPTURE(text);
    CHECK_FALSE(format.read(text, {}));
  }
  const Signalled signal("tdmrep",
                         R"([{"location": "/", "tdm-reservation": 0, "tdm-unless": "paid"}])");
  CHECK(signal.permits_nothing());
  CHECK(signal.asks("tdm-unless"));
}

TEST_CASE("tdmrep: a reservation permits nothing, and no more than none") {
  const Signalled open("tdmrep", R"([{"location": "/", "tdm-reservation": 0}])");
  CHECK_FALSE(open.permits_nothing());
  const Signalled shut("tdmrep", R"([{"location": "/", "tdm-reservation": 1}])");
  CHECK(shut.permits_nothing());
  CHECK(shut.is_within(open));
}

TEST_CASE("tdmrep: hostile texts") {
  check_hostile("tdmrep");
  check_cut("tdmrep", example);
  check_cut("tdmrep", "<html><meta name=\"tdm-reservation\" content='1'><!-- x --><meta a=b c>");
}

}  // namespace
}  // namespace usufruct
