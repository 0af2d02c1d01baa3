#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/support/signalled.h"
#include "trustee/terms/import/robots_file.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct {
namespace {

using terms::Answer;

Answer at(std::string_view text, std::string_view path, std::string action) {
  return Signalled("robots", text, {.path = path}).answer({std::move(action)});
}

TEST_CASE("robots: a crawler that is kept out reserves what it fetches for") {
  const Signalled signal("robots", "User-agent: GPTBot\nDisallow: /\n");
  CHECK(signal.answer({"ai-training"}) == Answer::deny);
  CHECK(signal.answer({"gen-ai"}) == Answer::deny);
  CHECK(signal.answer({"search"}) == Answer::abstain);
  CHECK(signal.told("gptbot: Disallow /") == "approximated: forbids actions ai-training");
}

TEST_CASE("robots: to fetch is not to use: what is let in permits nothing") {
  for (const char* text : {"User-agent: GPTBot\nAllow: /\n", "User-agent: *\nAllow: /\n",
                           "User-agent: GPTBot\nDisallow:\n", "User-agent: *\nDisallow:\n",
                           "User-agent: *\n", "Sitemap: https://a/s.xml\n"}) {
    CAPTURE(text);
    const Signalled signal("robots", text);
    CHECK(signal.permits_nothing());
    CHECK(signal.answer({"ai-training"}) == Answer::abstain);
  }
}

TEST_CASE("robots: groups and paths as RFC 9309 has them") {
  // §5.1 and §5.2, with a crawler that is known.
  constexpr std::string_view text =
      "User-Agent: *\nDisallow: *.gif$\nDisallow: /example/\nAllow: /publications/\n\n"
      "User-Agent: CCBot\nUser-Agent: GPTBot\nAllow: /example/page/\n"
      "Disallow: /example/page/disallowed.gif\n\nUser-Agent: claudebot\nDisallow:/\n";
  CHECK(at(text, "/example/page/x", "search") == Answer::deny);
  CHECK(at(text, "/publications/x", "search") == Answer::abstain);
  CHECK(at(text, "/a.gif", "search") == Answer::deny);
  CHECK(at(text, "/example/page/disallowed.gif", "archive") == Answer::deny);
  CHECK(at(text, "/example/page/x", "archive") != Answer::permit);
  CHECK(at(text, "/anything", "ai-training") == Answer::deny);
  // Of two as long, to allow; the longer one wins wherever it stands.
  CHECK(at("User-agent: GPTBot\nDisallow: /a\nAllow: /a\n", "/a", "ai-training") ==
        Answer::abstain);
  CHECK(at("User-agent: GPTBot\nAllow: /a/b\nDisallow: /\n", "/a/b", "ai-training") ==
        Answer::abstain);
  CHECK(at("User-agent: GPTBot\nDisallow: /a/b\nAllow: /\n", "/a/b", "ai-training") ==
        Answer::deny);
  // Groups of one name are one.
  CHECK(at("User-agent: GPTBot\nAllow: /\nUser-agent: gptbot\nDisallow: /a\n", "/a",
           "ai-training") == Answer::deny);
  // Who has a group does not go by everybody's.
  CHECK(at("User-agent: *\nDisallow: /\nUser-agent: Slurp\nAllow: /\n", "/", "ai-training") ==
        Answer::deny);
  CHECK(at("user-agent : GPTBot/1.0 # us\r\rdisallow : /x # no\r", "/x", "ai-training") ==
        Answer::deny);
  CHECK(at("\xef\xbb\xbfUser-agent: GPTBot\r\nDisallow: /\r\n", "/", "ai-training") ==
        Answer::deny);
}

TEST_CASE("robots: a crawler is known whatever follows its name") {
  for (const std::string agent : {"GPTBot", "gptbot/1.2", "GPTBot/1.2 (us)", "GPTBot (us)",
                                  "GPTBot 1.2", "GPTBot; us", "Kangaroo Bot"}) {
    CAPTURE(agent);
    CHECK(at("User-agent: " + agent + "\nDisallow: /\n", "/", "ai-training") == Answer::deny);
  }
  CHECK(at("User-agent: GPTBot-Image\nDisallow: /\n", "/", "ai-training") == Answer::abstain);
  CHECK(at("User-agent: * (all)\nContent-Usage: train-ai=n\n", "/", "gen-ai") == Answer::deny);
}

TEST_CASE("robots: patterns of paths") {
  struct Row {
    const char* pattern;
    const char* path;
    bool matches;
  };
  const std::vector<Row> rows = {
      {"/fish", "/fish", true},
      {"/fish", "/fish.html", true},
      {"/fish", "/Fish", false},
      {"/fish", "/catfish", false},
      {"/fish*", "/fishheads/y", true},
      {"/fish/", "/fish", false},
      {"/*.php", "/folder/any.php.file", true},
      {"/*.php$", "/a.php", true},
      {"/*.php$", "/a.php?x", false},
      {"/*.php$", "/a.php/b.php", true},
      {"/fish*.php", "/fish/x.php?y", true},
      {"/foo/bar?baz=https%3A%2F%2Ffoo", "/foo/bar?baz=https%3a%2f%2ffoo", true},
      {"/%66oo", "/foo", true},
      {"/a%3cd", "/a%3Cd", true},
      // By the letter of §2.2.2 what is reserved is encoded on both sides.
      {"/a%2Fb", "/a/b", true},
      {"/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true},
      {"/foo/bar?baz=https%3A%2F%2Ffoo.bar", "/foo/bar?baz=https://foo.bar", true},
      {"/*baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar", true},
      {"/foo/bar/\xe3\x83\x84", "/foo/bar/%E3%83%84", true},
      {"/foo/bar/%E3%83%84", "/foo/bar/\xe3\x83\x84", true},
      {"/foo/bar/%62%61%7A", "/foo/bar/baz", true},
      {"/foo/bar/baz", "/foo/bar/%62%61%7a", true},
      {"/100%", "/100%25", true},
      {"/%zz", "/%25zz", true},
      {"/a%", "/a", false},
      {"/caf\xc3\xa9", "/caf%C3%A9", true},
      {"*", "/", true},
      {"$", "/", false},
      {"/$", "/", true},
      {"/**a**b$", "/xaxbxb", true},
      // A dollar is the end only at the end.
      {"/a$b", "/a$b", true},
      {"/a$b", "/a", false},
      {"/a$b", "/a%24b", true},
      {"/a$$", "/a$", true},
      {"/a$$", "/a", false},
      {"/a$$", "/a$b", false},
      {"/a%24", "/a$b", true},
      {"/path/foo-%24", "/path/foo-$", true},
      {"/$/b", "/$/b", true},
      {"/path/file-with-a-%2A.html", "/path/file-with-a-*.html", true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    CAPTURE(row.path);
    CHECK(terms::SitePattern(row.pattern).matches(row.path) == row.matches);
  }
  const std::string much = "/" + std::string(3'000, 'a');
  CHECK(terms::SitePattern(much).is_unread());
  CHECK_FALSE(terms::SitePattern(much).matches(much));
  CHECK(terms::path_of("https://a.example") == "/");
  CHECK(terms::path_of("https://a.example/b?c") == "/b?c");
  CHECK(terms::path_of("https://a.example?b=/c") == "/?b=/c");
  CHECK(terms::path_of("/b") == "/b");
}

TEST_CASE("robots: which pattern is longest does not hang on how it is written") {
  CHECK(terms::SitePattern("/%66%6f%6F").octets() == terms::SitePattern("/foo").octets());
  CHECK(terms::SitePattern("/%2f").octets() == terms::SitePattern("//").octets());
  CHECK(terms::SitePattern("/a***").octets() == terms::SitePattern("/a*").octets());
  CHECK(at("User-agent: GPTBot\nAllow: /%66%6F%6F\nDisallow: /foo/\n", "/foo/x", "ai-training") ==
        Answer::deny);
  CHECK(at("User-agent: *\nContent-Usage: /%66%6F%6F train-ai=y\nContent-Usage: /foo/ "
           "train-ai=n\n",
           "/foo/x", "gen-ai") == Answer::deny);
}

TEST_CASE("robots: a path that is too long to be compared is asked about, or an error") {
  const std::string much = "/" + std::string(3'000, '*');
  const Signalled signal("robots", "User-agent: *\nContent-Usage: / train-ai=y\nContent-Usage: " +
                                       much + " train-ai=n\n");
  CHECK(signal.permits_nothing());
  CHECK_FALSE(format_named("robots").read("User-agent: *\nDisallow: /\n", {.path = much}));
  CHECK_FALSE(format_named("tdmrep").read("[]", {.path = much}));
  CHECK(Signalled("tdmrep", R"([{"location": ")" + much + R"(", "tdm-reservation": 1},
      {"location": "/", "tdm-reservation": 0}])")
            .permits_nothing());
}

TEST_CASE("robots: the path begins with a slash, or is that of a whole URL") {
  const auto path = [](std::string_view written) {
    return terms::path_on_site(written).value_or("refused");
  };
  CHECK(path("/") == "/");
  CHECK(path("/docs/a?b=../c") == "/docs/a?b=../c");
  CHECK(path("/docs#part") == "/docs");
  CHECK(path("https://a.example/docs#part") == "/docs");
  CHECK(path("https://a.example//docs") == "//docs");
  CHECK(path("http://a.example") == "/");
  CHECK(path("https://a.example?b=/docs") == "/?b=/docs");
  CHECK(path("https://a.example#/docs") == "/");
  CHECK(path("/.well-known/..a/b.") == "/.well-known/..a/b.");
  for (const char* none : {"", "docs", "docs/", " /docs", "./docs", "//a.example/docs", "*",
                           "ftp://a.example/docs", "a.example/docs", "/a/../docs", "/./docs",
                           "/a/%2e%2E/docs", "/..", "/a/.", "https://a.example/a/../docs"}) {
    CAPTURE(none);
    CHECK(path(none) == "refused");
  }
  CHECK(path("/" + std::string(terms::path_bytes_max, 'a')) == "refused");
  // Whoever asks past this is refused too: such a path would be of no rule.
  for (const char* none : {"", "docs", "/a/../docs"}) {
    CAPTURE(none);
    const terms::ImportOptions how{.path = none, .unstated = terms::Unstated::leave};
    CHECK_FALSE(format_named("robots").read("User-agent: *\nDisallow: /docs\n", how));
    CHECK_FALSE(
        format_named("tdmrep").read(R"([{"location": "/docs", "tdm-reservation": 1}])", how));
    CHECK_FALSE(format_named("rsl").read("<rsl xmlns='https://rslstandard.org/rsl'/>", how));
  }
}

TEST_CASE("robots: a rule whose path is none of a site is asked about") {
  for (const char* rule : {"Disallow: docs", "Disallow: ./docs", "Allow: https://a/docs",
                           "Disallow: $", "disallow: ?x"}) {
    CAPTURE(rule);
    const Signalled signal("robots",
                           std::string("User-agent: *\nContent-Usage: / search=y\n") + rule + "\n",
                           {.path = "/docs", .unstated = terms::Unstated::leave});
    CHECK(signal.permits_nothing());
    CHECK(signal.asks(rule));
  }
  // It ends the names before it, as any rule does.
  CHECK(at("User-agent: GPTBot\nDisallow: x\nUser-agent: MyBot\nDisallow: /\n", "/",
           "ai-training") == Answer::abstain);
}

TEST_CASE("robots: usage preferences, by the longest path") {
  // The example of the draft.
  constexpr std::string_view text =
      "User-Agent: *\nAllow: /\nDisallow: /never/\nContent-Usage: / train-ai=n\n"
      "Content-Usage: /ai-ok/ train-ai=y\n\nUser-Agent: ExampleBot\nAllow: /\n"
      "Content-Usage: / search=n\n";
  CHECK(at(text, "/test", "gen-ai") == Answer::deny);
  CHECK(at(text, "/ai-ok/test", "gen-ai") == Answer::permit);
  CHECK(at(text, "/never/test", "gen-ai") == Answer::deny);
  // What is reserved to one crawler is reserved here, what is allowed to one is not allowed.
  CHECK(at(text, "/ai-ok/test", "search") == Answer::deny);
  CHECK(at("User-agent: ExampleBot\nContent-Usage: / train-ai=y\n", "/", "gen-ai") ==
        Answer::abstain);
  // Two of one path are both heard.
  CHECK(at("User-agent: *\nContent-Usage: / train-ai=y\nContent-Usage: / train-ai=n\n", "/",
           "gen-ai") == Answer::deny);
}

TEST_CASE("robots: content signals") {
  const Signalled signal("robots",
                         "User-Agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n");
  CHECK(signal.answer({"search"}) == Answer::permit);
  CHECK(signal.answer({"ai-fine-tuning"}) == Answer::deny);
  CHECK(signal.answer({"ai-augment"}) == Answer::abstain);
  CHECK(at("User-agent: *\nContent-Signal: search=yes, ai-train=maybe\n", "/", "ai-training") ==
        Answer::abstain);
  CHECK(Signalled("robots", "User-agent: *\nContent-Signal: search=yes, dance=no\n")
            .permits_nothing());
}

TEST_CASE("robots: what nobody knows is told of and asked about") {
  const Signalled crawler("robots", "User-agent: MyBot\nDisallow: /\n");
  CHECK(crawler.asks("not known here: mybot"));
  CHECK(crawler.told("mybot: Disallow /") == "refused: no preference");
  const Signalled line(
      "robots", "User-agent: *\nContent-Signal: search=yes\nNoai: /\nLicense: https://a/l\n");
  CHECK(line.asks("'Noai: /' in robots.txt"));
  CHECK(line.asks("the licence at https://a/l"));
  CHECK(line.permits_nothing());
  // A rule before any crawler is named is of nobody.
  CHECK(Signalled("robots", "Disallow: /\nUser-agent: GPTBot\n").asks("'Disallow: /'"));
  for (const char* text : {"", "<html><body>Not found</body></html>", "hello", "Disallow"}) {
    CAPTURE(text);
    CHECK_FALSE(format_named("robots").read(text, {}));
  }
}

TEST_CASE("robots: lines that say nothing of use are told of, after all others") {
  const Signalled signal("robots",
                         "Sitemap: https://a/s.xml\nUser-agent: GPTBot\nCrawl-delay: 10 # slow\n"
                         "User-agent: CCBot\nDisallow: /\nsitemap: https://a/s.xml\nHost: a\n");
  CHECK(signal.told("Sitemap: https://a/s.xml") == "mapped: nothing: it says nothing of use");
  CHECK(signal.told("Crawl-delay: 10") == "mapped: nothing: it says nothing of use");
  CHECK(signal.told("Host: a") == "mapped: nothing: it says nothing of use");
  CHECK(signal.lines().front().source == "ccbot: Disallow /");
  // They are no rules: those named before and after one are of one group (RFC 9309 §2.2.4).
  CHECK(signal.told("gptbot: Disallow /") == "approximated: forbids actions ai-training");
  std::string many = "User-agent: GPTBot\nDisallow: /\n";
  for (int i = 0; i < 5'000; ++i) many += fmt::format("Sitemap: https://a/{}.xml\n", i);
  CHECK(Signalled("robots", many).told("gptbot: Disallow /") ==
        "approximated: forbids actions ai-training");
}

TEST_CASE("robots: what is said to several in one line, or to a pattern, is asked about") {
  for (const char* name : {"GPTBot, CCBot", "GPTBot CCBot", "*bot", "", "GPTBot/1, CCBot/2",
                           "*, CCBot", "Bot\xc3\xa9"}) {
    CAPTURE(name);
    const Signalled signal("robots", std::string("User-agent: ") + name + "\nDisallow: /\n",
                           {.unstated = terms::Unstated::leave});
    CHECK(signal.permits_nothing());
    CHECK(signal.asks("leave room for this"));
  }
  CHECK_FALSE(Signalled("robots", "User-agent: My-Bot_2.0/7 (us, them)\nDisallow: /\n",
                        {.unstated = terms::Unstated::leave})
                  .permits_nothing());
}

TEST_CASE("robots: every known crawler fetches for known actions") {
  const auto& vocabulary = terms::Vocabulary::builtin();
  CHECK(vocabulary.crawlers().size() > 50);
  for (const auto& [token, actions] : vocabulary.crawlers()) {
    CAPTURE(token);
    CHECK(vocabulary.knows(terms::Scheme::action, actions));
  }
  // They are no part of what terms are judged by.
  const std::pair<std::string_view, std::string_view> actions = {
      "actions.yaml", "scheme: action\nterms: [{id: use}]\n"};
  const auto without = terms::Vocabulary::parse({actions});
  const auto with = terms::Vocabulary::parse(
      {actions, {"crawlers.yaml", "crawlers: [{token: A, actions: [use]}]\n"}});
  REQUIRE(with);
  CHECK(with->digest() == without->digest());
  CHECK_FALSE(
      terms::Vocabulary::parse({{"crawlers.yaml", "crawlers: [{token: A}, {token: a}]\n"}}));
}

TEST_CASE("robots: a line more that keeps out never permits more") {
  const std::string open = "User-agent: *\nContent-Usage: / train-ai=y, search=y\n";
  const Signalled before("robots", open);
  CHECK_FALSE(before.permits_nothing());
  for (const char* line :
       {"Disallow: /", "User-agent: GPTBot\nDisallow: /", "User-agent: Googlebot\nDisallow: /",
        "Content-Usage: / search=n", "Content-Signal: ai-train=no", "User-agent: x\nDisallow: /",
        "Content-Usage: / search=n, train-ai=n"}) {
    CAPTURE(line);
    CHECK(Signalled("robots", open + line + "\n").is_within(before));
  }
  CHECK(Signalled("robots", open + "Disallow: /\n").permits_nothing());
}

TEST_CASE("robots: hostile texts") {
  check_hostile("robots");
  check_cut("robots", "User-agent: GPTBot\nDisallow: /a*b$ # c\nContent-Usage: / train-ai=n\n");
  // Many crawlers that share many rules are read once, and told of in few lines.
  std::string many;
  for (int i = 0; i < 15'000; ++i) many += fmt::format("User-agent: b{}\n", i);
  for (int i = 0; i < 9'000; ++i) many += "Content-Usage: / x=n\n";
  const Signalled signal("robots", many);
  CHECK(signal.lines().size() < 600);
  CHECK(signal.terms().rules.size() < 60);
  std::string bad = "User-agent: GPTBot\nDisallow: /\n\xff\xfe: \x01\n# \xff\n";
  bad += '\0';
  CHECK(Signalled("robots", bad).answer({"ai-training"}) == Answer::deny);
  CHECK_FALSE(terms::parse_robots(std::string(terms::robots_bytes_max + 1, ' '), "r"));
}

}  // namespace
}  // namespace usufruct
