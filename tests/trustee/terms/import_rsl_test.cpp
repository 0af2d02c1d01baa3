#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/signalled.h"

namespace usufruct {
namespace {

using terms::Answer;

std::string rsl(std::string_view inside) {
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rsl "
      "xmlns=\"https://rslstandard.org/rsl\">{}</rsl>",
      inside);
}
std::string licence(std::string_view inside) {
  return rsl(fmt::format("<content url=\"/\"><license>{}</license></content>", inside));
}

Request training() {
  Request request;
  request.actions = {"ai-training"};
  return request;
}

TEST_CASE("rsl: only what is listed is permitted") {
  const Signalled signal(
      "rsl", licence("<permits type=\"usage\">search ai-input</permits>"
                     "<prohibits type=\"usage\">ai-train</prohibits><payment type=\"free\"/>"));
  CHECK(signal.answer({"search"}) == Answer::permit);
  CHECK(signal.answer({"ai-augment", "search"}) == Answer::permit);
  CHECK(signal.answer({"ai-training"}) == Answer::deny);
  CHECK(signal.answer({"ai-evaluation"}) == Answer::deny);
  // RSL is about processing by machine: of the rest it does not speak.
  CHECK(signal.answer({"archive"}) == Answer::abstain);
}

TEST_CASE("rsl: a licence that lists nothing permits nothing by saying so") {
  const Signalled silent("rsl", licence("<payment type=\"free\"/>"));
  CHECK(silent.permits_nothing());
  CHECK(silent.answer({"search"}) == Answer::abstain);
  const Signalled shut("rsl", licence("<prohibits type=\"usage\">all</prohibits>"));
  CHECK(shut.answer({"ai-training"}) == Answer::deny);
  CHECK(shut.answer({"search"}) == Answer::deny);
  CHECK(shut.permits_nothing());
  CHECK(Signalled("rsl", rsl("<content url=\"/\"/>")).permits_nothing());
}

TEST_CASE("rsl: a price that can be offered is a price of each release") {
  const Signalled signal(
      "rsl", licence("<permits type=\"usage\">ai-train</permits><payment type=\"training\">"
                     "<amount currency=\"USD\">100.00</amount></payment>"));
  Request request = training();
  CHECK(signal.answer(request) == Answer::deny);
  request.price_offered = 10'000;
  request.currency = "USD";
  CHECK(signal.answer(request) == Answer::permit);
  request.currency = "EUR";
  CHECK(signal.answer(request) == Answer::abstain);
  for (const char* amount :
       {"<amount currency=\"USD\">0.0015</amount>", "<amount currency=\"BTC1\">1</amount>",
        "<amount currency=\"USD\">-1</amount>", "<amount>1.00</amount>",
        "<amount currency=\"USD\">1.00</amount><standard>https://a/l</standard>",
        "<standard>https://a/l</standard>", ""}) {
    CAPTURE(amount);
    const Signalled asked("rsl",
                          licence(fmt::format("<permits type=\"usage\">ai-train</permits><payment "
                                              "type=\"crawl\">{}</payment>",
                                              amount)));
    request.currency = "USD";
    CHECK(asked.answer(request) == Answer::abstain);
    CHECK(asked.asks("is it paid for (crawl"));
  }
}

TEST_CASE("rsl: attribution and reporting are duties") {
  const Signalled signal(
      "rsl", licence("<permits type=\"usage\">ai-input</permits><payment type=\"attribution\">"
                     "<standard>https://a/by</standard></payment><reporting type=\"telemetry\" "
                     "endpoint=\"https://a/events\"><![CDATA[{}]]></reporting>"));
  CHECK(signal.answer({"ai-augment"}) == Answer::permit);
  CHECK(signal.assess({"ai-augment"}).duties ==
        std::vector<Duty>{{"attribute", "standard https://a/by"},
                          {"report-use", "https://a/events"}});
}

TEST_CASE("rsl: for whom and where") {
  const Signalled signal("rsl", licence("<permits type=\"usage\">ai-train</permits>"
                                        "<permits type=\"user\">education non-commercial</permits>"
                                        "<permits type=\"geo\">US EU</permits>"
                                        "<prohibits type=\"user\">government</prohibits>"
                                        "<prohibits type=\"geo\">FR</prohibits>"));
  Request request = training();
  request.jurisdictions = {"DE"};
  Party university;
  university.classes = {"university"};
  Party company;
  company.classes = {"commercial"};
  Party ministry;
  ministry.classes = {"university", "government"};
  CHECK(signal.answer(request, university) == Answer::permit);
  CHECK(signal.answer(request, company) == Answer::deny);
  CHECK(signal.answer(request, ministry) == Answer::deny);
  request.jurisdictions = {"FR"};
  CHECK(signal.answer(request, university) == Answer::deny);
  request.jurisdictions = {"CN"};
  CHECK(signal.answer(request, university) == Answer::deny);
  for (const char* unknown :
       {"<permits type=\"user\">martians</permits>", "<permits type=\"geo\">XX</permits>",
        "<prohibits type=\"user\">martians</prohibits>", "<permits type=\"mood\">good</permits>"}) {
    CAPTURE(unknown);
    CHECK(Signalled("rsl",
                    licence(std::string("<permits type=\"usage\">ai-train</permits>") + unknown))
              .permits_nothing());
  }
}

TEST_CASE("rsl: each licence is an offer: what one prohibits another may permit") {
  const Signalled signal(
      "rsl", rsl("<content url=\"/\"><license><permits type=\"usage\">search</permits>"
                 "<prohibits type=\"usage\">ai-all</prohibits></license><license><permits "
                 "type=\"usage\">ai-input</permits><payment type=\"attribution\"/></license>"
                 "</content>"));
  CHECK(signal.answer({"search"}) == Answer::permit);
  CHECK(signal.answer({"ai-augment"}) == Answer::permit);
  CHECK(signal.answer({"ai-training"}) == Answer::deny);
  // Two offers at once are no offer.
  CHECK(signal.answer({"search", "ai-augment"}) != Answer::permit);
}

TEST_CASE("rsl: of the contents the most specific one that matches counts") {
  const std::string text =
      rsl("<content url=\"https://a.example/open/*\"><license><permits "
          "type=\"usage\">ai-train</permits></license></content><content "
          "url=\"https://a.example/\"><license>"
          "<prohibits type=\"usage\">ai-train</prohibits></license></content>");
  CHECK(Signalled("rsl", text, {.path = "/open/x"}).answer({"ai-training"}) == Answer::permit);
  CHECK(Signalled("rsl", text, {.path = "/x"}).answer({"ai-training"}) == Answer::deny);
  CHECK(Signalled("rsl", rsl("<content url=\"/a\"><license/></content>")).permits_nothing());
}

TEST_CASE("rsl: servers, terms and what nobody knows are asked about") {
  const std::string permits = "<permits type=\"usage\">search</permits>";
  CHECK(Signalled("rsl", licence(permits + "<legal type=\"disclaimer\">as-is</legal>"
                                           "<copyright>x</copyright>"))
            .answer({"search"}) == Answer::permit);
  CHECK(Signalled("rsl", licence(permits + "<mood>good</mood>")).asks("<mood>good"));
  CHECK(Signalled("rsl", licence(permits + "<x:y xmlns:x=\"urn:z\"/>")).permits_nothing());
  const Signalled server(
      "rsl", rsl("<content url=\"/\" server=\"https://s.example\"><terms>https://t</terms>"
                 "<license>" +
                 permits + "</license></content>"));
  CHECK(server.asks("https://s.example"));
  CHECK(server.asks("https://t"));
  CHECK(server.permits_nothing());
  CHECK(Signalled("rsl", licence(permits + "<permits type=\"usage\">dance</permits>"))
            .answer({"search"}) == Answer::permit);
  CHECK(Signalled("rsl", licence(permits + "<prohibits type=\"usage\">dance</prohibits>"))
            .permits_nothing());
}

TEST_CASE("rsl: whatever stands where it is not read is asked about") {
  const std::string permits = "<permits type=\"usage\">search</permits>";
  CHECK(Signalled("rsl", licence(permits)).answer({"search"}) == Answer::permit);
  for (const std::string inside :
       {"<permits type=\"usage\">search<until>2027</until></permits>",
        "<permits type=\"usage\" until=\"2027\">search</permits>",
        "<permits type=\"usage\">search</permits>but not on sundays",
        "<permits type=\"usage\">search</permits><permits type=\"geo\">EU<x/></permits>",
        "<permits type=\"usage\">search</permits><prohibits type=\"geo\">US<x/></prohibits>",
        "<permits type=\"usage\">search</permits><prohibits type=\"usage\"><x/></prohibits>",
        "<permits type=\"usage\">search</permits><prohibits type=\"usage\" x=\"y\"/>",
        "<permits type=\"usage\">search</permits><reporting endpoint=\"e\"><x/></reporting>",
        "<permits type=\"usage\">search</permits><reporting endpoint=\"e\" each=\"day\"/>",
        "<permits type=\"usage\">search</permits><payment type=\"free\" until=\"2027\"/>",
        "<permits type=\"usage\">search</permits><payment type=\"free\">for friends</payment>",
        "<permits type=\"usage\">search</permits><payment type=\"attribution\" x=\"y\"/>"}) {
    CAPTURE(inside);
    const Signalled signal("rsl", licence(inside));
    CHECK(signal.permits_nothing());
    CHECK(signal.answer({"search"}) == Answer::abstain);
  }
  const Signalled told("rsl", licence("<prohibits type=\"usage\">ai-train<x>y</x></prohibits>"));
  CHECK(told.told("prohibits: <x>y") == "refused: ask");
  CHECK(told.answer({"ai-training"}) == Answer::deny);
  // A list of which nothing is read lists nothing.
  CHECK(Signalled("rsl", licence("<permits type=\"usage\"><use>search</use></permits>"))
            .answer({"search"}) == Answer::deny);
  CHECK(Signalled("rsl", rsl("<content url=\"/\" until=\"2027\"><license>" + permits +
                             "</license></content>"))
            .permits_nothing());
  CHECK(Signalled("rsl", rsl("but not here<content url=\"/\"><license>" + permits +
                             "</license></content>"))
            .permits_nothing());
  CHECK(Signalled("rsl", rsl("<content url=\"/\" lastmod=\"2026-01-01\" xml:lang=\"en\"><license>" +
                             permits + "</license></content>"))
            .answer({"search"}) == Answer::permit);
}

TEST_CASE("rsl: what is free, and costs something, is asked about") {
  const std::string permits = "<permits type=\"usage\">search</permits>";
  for (const std::string child :
       {"<amount currency=\"USD\">1.00</amount>", "<amount currency=\"USD\">0</amount>",
        "<custom>https://a/c</custom>", "<standard>https://a/s</standard>",
        "<x:y xmlns:x=\"z\"/>"}) {
    CAPTURE(child);
    const Signalled signal("rsl",
                           licence(permits + "<payment type=\"free\">" + child + "</payment>"));
    CHECK(signal.answer({"search"}) == Answer::abstain);
    CHECK(signal.asks("is it paid for (free"));
  }
  // An amount is one of this language, with nothing in it.
  Request request;
  request.actions = {"search"};
  request.price_offered = 100;
  request.currency = "USD";
  const auto paid = [&](const std::string& amount) {
    return Signalled("rsl",
                     licence(permits + "<payment type=\"purchase\">" + amount + "</payment>"))
        .answer(request);
  };
  CHECK(paid("<amount currency=\"USD\">1.00</amount>") == Answer::permit);
  CHECK(paid("<amount currency=\"USD\">1.00<each>page</each></amount>") == Answer::abstain);
  CHECK(paid("<amount currency=\"USD\" each=\"page\">1.00</amount>") == Answer::abstain);
  CHECK(paid("<a:amount xmlns:a=\"urn:a\" currency=\"USD\">1.00</a:amount>") == Answer::abstain);
}

TEST_CASE("rsl: what a licence prohibits it does not permit, however broad what it permits is") {
  const auto permits_but = [](const std::string& use, const std::string& prohibited) {
    return Signalled(
        "rsl", licence("<permits type=\"usage\">" + use + "</permits><prohibits type=\"usage\">" +
                       prohibited + "</prohibits>"));
  };
  const auto all = permits_but("all", "ai-train");
  CHECK(all.answer({"ai-training"}) == Answer::deny);
  CHECK(all.answer({"gen-ai"}) == Answer::deny);
  CHECK(all.answer({"ai-fine-tuning"}) == Answer::deny);
  CHECK(all.answer({"search"}) == Answer::permit);
  CHECK(all.answer({"ai-augment"}) == Answer::permit);
  // Too broad: part of it is forbidden.
  CHECK(all.answer({"data-mining"}) == Answer::abstain);
  CHECK(permits_but("all", "search").answer({"search"}) == Answer::deny);
  CHECK(permits_but("ai-train", "ai-all").answer({"ai-training"}) == Answer::deny);
  CHECK(permits_but("all", "all").permits_nothing());
}

TEST_CASE("rsl: a prohibition more never permits more") {
  const std::vector<std::string> uses = {"all",      "ai-all",   "ai-train",
                                         "ai-input", "ai-index", "search"};
  for (const auto& use : uses) {
    const std::string permits = fmt::format("<permits type=\"usage\">{}</permits>", use);
    const Signalled before("rsl", licence(permits));
    for (const auto& other : uses) {
      CAPTURE(use + " " + other);
      const Signalled after("rsl", licence(fmt::format("{}<prohibits type=\"usage\">{}</prohibits>",
                                                       permits, other)));
      CHECK(after.is_within(before));
    }
  }
}

TEST_CASE("rsl: hostile texts") {
  check_hostile("rsl");
  check_cut("rsl", licence("<permits type=\"usage\">search</permits><payment type=\"crawl\">"
                           "<amount currency=\"USD\">1.00</amount></payment>"));
  const auto& format = format_named("rsl");
  for (const char* text :
       {"<rsl/>", "<rsl xmlns=\"https://rslstandard.org/other\"/>", "<html/>",
        "<!DOCTYPE rsl><rsl xmlns=\"https://rslstandard.org/rsl\"/>",
        "<rsl xmlns=\"https://rslstandard.org/rsl\"><content url=\"/&x;\"/></rsl>"}) {
    CAPTURE(text);
    CHECK_FALSE(format.read(text, {}));
  }
  std::string many;
  for (int i = 0; i < 3'000; ++i) {
    many += "<license><permits type=\"usage\">search</permits></license>";
  }
  CHECK(Signalled("rsl", rsl("<content url=\"/\">" + many + "</content>")).terms().rules.size() <
        99);
}

TEST_CASE("rsl: of licences for several hosts nobody knows which is meant") {
  const auto of = [](std::string_view one, std::string_view other) {
    return Signalled(
        "rsl",
        fmt::format(
            R"(<rsl xmlns="https://rslstandard.org/rsl"><content url="{}"><license><permits)"
            R"( type="usage">all</permits></license></content><content url="{}"><license>)"
            R"(<prohibits type="usage">all</prohibits></license></content></rsl>)",
            one, other),
        {.path = "/data/x", .unstated = terms::Unstated::leave});
  };
  CHECK(of("https://other.example/data/", "/").permits_nothing());
  CHECK(of("//other.example/data/", "https://a.example/").asks("is it on the host of"));
  CHECK(of("/data/", "https://a.example/").permits_nothing());
  CHECK_FALSE(of("https://a.example/data/", "https://A.example/").permits_nothing());
  CHECK_FALSE(of("/data/", "/").permits_nothing());
  // Of another path it is no matter.
  CHECK_FALSE(of("/data/", "https://a.example/other").permits_nothing());
  // What follows the question mark is no path.
  CHECK(of("https://a.example?x=/data", "https://a.example/").answer({"ai-training"}) ==
        terms::Answer::deny);
}

TEST_CASE("rsl: content without a licence is asked about") {
  const Signalled signal(
      "rsl", R"(<rsl xmlns="https://rslstandard.org/rsl"><content url="/"></content></rsl>)",
      {.unstated = terms::Unstated::leave});
  CHECK(signal.permits_nothing());
  CHECK(signal.asks("no licence is written"));
}

}  // namespace
}  // namespace usufruct
