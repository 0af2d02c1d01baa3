#include <doctest/doctest.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

/// As the report's example of a file on the origin server.
constexpr std::string_view tdmrep_example = R"([
  {"location": "/directory-a/", "tdm-reservation": 1,
   "tdm-policy": "https://provider.com/policies/policy-a.json"},
  {"location": "/directory-b/html/", "tdm-reservation": 1},
  {"location": "/directory-b/", "tdm-reservation": 0, "tdm-policy": "https://provider.com/p"},
  {"location": "/*.jpg$", "tdm-reservation": 1},
  {"location": "/directory-c/", "tdm-reservation": 2}
])";

TEST_CASE("tdmrep: the first rule whose location matches counts") {
  const auto at = [](std::string_view path, std::string action) {
    return Signalled("tdmrep", tdmrep_example, {.path = path}).answer({std::move(action)});
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
  const Signalled signal("tdmrep", tdmrep_example, {.path = "/directory-a/x"});
  CHECK(signal.answer({"gen-ai"}) == Answer::abstain);
  CHECK(signal.asks("https://provider.com/policies/policy-a.json"));
  CHECK(signal.permits_nothing());
  // Without a reservation there is nothing to license.
  CHECK(Signalled("tdmrep", tdmrep_example, {.path = "/directory-b/x"})
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

TEST_CASE("tdmrep: of an attribute that comes twice the first counts, of elements the strictest") {
  const auto training = [](const std::string& page) {
    return Signalled("tdmrep", page).answer({"ai-training"});
  };
  const std::string name = "<meta name=tdm-reservation ";
  CHECK(training(name + "content=0>") == Answer::permit);
  CHECK(training(name + "content=1 content=0>") == Answer::deny);
  CHECK(training(name + "CONTENT=0 content=1>") == Answer::permit);
  CHECK(training("<meta name=tdm-reservation name=x content=1>") == Answer::deny);
  CHECK(training("<meta name=x name=tdm-reservation content=0>" + name + "content=1>") ==
        Answer::deny);
  CHECK(training(name + "content=0>" + name + "content=1>") == Answer::deny);
  CHECK(training(name + "content=1>" + name + "content=0>") == Answer::deny);
  CHECK(training(name + "content=0>" + name + "content=maybe>") == Answer::abstain);
  CHECK(training(name + "content=0>" + name + ">") == Answer::abstain);
}

TEST_CASE("tdmrep: a page's comments, scripts and attributes end where a browser ends them") {
  const std::string open = "<meta name=tdm-reservation content=0>";
  const std::string shut = "<meta name=tdm-reservation content=1>";
  for (const std::string before :
       {"<!-- a --!>", "<!-->", "<!--->", "<!---->", "<script>'<!--'</script>",
        "<SCRIPT a='</script>'>'<!--'</Script >", "<style>/*<!--*/</style>", "<title><!--</title>",
        "<textarea><!--</textarea>", "<a title='<!--'>", "<a b=\"<script>\">", "< script>",
        "<script/>x</script>"}) {
    CAPTURE(before);
    CHECK(Signalled("tdmrep", open + before + shut).answer({"ai-training"}) == Answer::deny);
  }
  for (const std::string around : {"<!-- {} -->", "<script>{}</script>", "<a title='{}'>"}) {
    CAPTURE(around);
    std::string page = around;
    page.replace(page.find("{}"), 2, shut);
    CHECK(Signalled("tdmrep", open + page).answer({"ai-training"}) == Answer::permit);
  }
  // Read once, however often something begins and does not end.
  std::string many = open;
  for (int i = 0; i < 100'000; ++i) many += "<script";
  CHECK_FALSE(Signalled("tdmrep", many + ">" + std::string(100'000, '<')).permits_nothing());
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

TEST_CASE("tdmrep: a location that is no path of a site is asked about") {
  for (const char* location : {"docs", "https://a.example/docs", "./docs", "?x"}) {
    CAPTURE(location);
    const std::string rules =
        std::string(R"([{"location": ")") + location +
        R"(", "tdm-reservation": 1}, {"location": "/", "tdm-reservation": 0}])";
    const Signalled signal("tdmrep", rules, {.path = "/docs", .unstated = terms::Unstated::leave});
    CHECK(signal.permits_nothing());
    CHECK(signal.asks(location));
  }
}

TEST_CASE("tdmrep: a value that is neither 0 nor 1 is asked about, whatever is left") {
  for (const char* text :
       {R"([{"location": "/", "tdm-reservation": true}])",
        R"([{"location": "/", "tdm-reservation": 1.0}])",
        R"([{"location": "/", "tdm-reservation": [1]}])", "tdm-reservation: 1, 1\n",
        "tdm-reservation: yes\n", "<meta name=tdm-reservation content='&#49;'>"}) {
    CAPTURE(text);
    const Signalled signal("tdmrep", text, {.unstated = terms::Unstated::leave});
    CHECK(signal.answer({"ai-training"}) == Answer::abstain);
    CHECK(signal.asks("is mining reserved by"));
  }
}

TEST_CASE("tdmrep: what begins as JSON and is none is said to be none") {
  const std::pair<const char*, const char*> rows[] = {
      {R"({"tdm-reservation":1)", "-:1:21: not JSON: ',' or '}' is missing"},
      {R"([{"location": "/", "tdm-reservation":1)", "-:1:39: not JSON: ',' or '}' is missing"},
      {"\xef\xbb\xbf[\n{location: /}]", "-:2:2: not JSON: a key is missing"},
      {R"({"location": "/", "tdm-reservation":1})", "-:1:1: a list of rules is wanted here"},
  };
  for (const auto& [text, message] : rows) {
    CAPTURE(text);
    const auto read = format_named("tdmrep").read(text, {});
    REQUIRE_FALSE(read);
    CHECK(read.error().code == Code::malformed);
    CHECK(read.error().message == message);
  }
  for (const char* format : {"cawg", "dta", "odrl"}) {
    CAPTURE(format);
    for (const char* text : {R"({"use":1)", "use: 1", "{use: 1}"}) {
      const auto read = format_named(format).read(text, {});
      REQUIRE_FALSE(read);
      CHECK(read.error().code == Code::malformed);
      CHECK(read.error().message.contains("not JSON"));
    }
  }
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
  check_cut("tdmrep", tdmrep_example);
  check_cut("tdmrep", "<html><meta name=\"tdm-reservation\" content='1'><!-- x --><meta a=b c>");
}

}  // namespace
}  // namespace usufruct
