#include "trustee/http_reader.h"

#include <doctest/doctest.h>

#include "ledger/checkpoint.h"
#include "ledger/fsck.h"
#include "ledger/mirror.h"
#include "ledger/retry_reader.h"
#include "tests/support/public_log.h"
#include "tests/support/scratch.h"
#include "tests/trustee/http/served.h"

namespace usufruct {
namespace {

/// A log's files below /log, and some answers of a server that is not well.
class Site {
 public:
  explicit Site(const PublicLog& log)
      : log_(log), serving_([this](http::Request request, http::Reply reply) {
          reply.send(answer(request.path));
        }) {}
  std::string url() { return serving_->url() + "/log"; }
  std::atomic<int> busy = 0;  ///< how many requests are answered with 503 first
  std::atomic<int> asked = 0;

 private:
  http::Response answer(const std::string& path) {
    ++asked;
    if (busy-- > 0) return http::text_response(503, "busy\n");
    if (path == "/log/tile/0/999") return http::text_response(403, "no\n");
    if (path == "/log/tile/0/998") return {.body = Bytes(10'000, 1)};
    if (path == "/log/tile/0/997") return http::text_response(410, "gone\n");
    if (!path.starts_with("/log/")) return http::text_response(404, "none\n");
    const auto found = log_.files().find(path.substr(5));
    if (found == log_.files().end()) return http::text_response(404, "none\n");
    return {.body = found->second};
  }

  const PublicLog& log_;
  http::Serving serving_;
};

TEST_CASE("http reader: a log over HTTP is checked and mirrored as a folder is") {
  const PublicLog log(70'000);
  Site site(log);
  const auto reader = HttpReader::open(site.url());
  REQUIRE(reader);
  CHECK(fsck(**reader, {.policy = policy_of(test_verifier()), .threads = 8}).is_clean());
  const Scratch folder;
  const auto open = [](std::string_view note) { return open_checkpoint(note, test_verifier()); };
  REQUIRE(mirror(**reader, folder.path(), open, {.threads = 8}));
  CHECK(fsck_folder(folder.path(), {.policy = policy_of(test_verifier())}).is_clean());
  const int before = site.asked;
  REQUIRE(mirror(**reader, folder.path(), open, {.threads = 8}));
  CHECK(site.asked == before + 1);
}

TEST_CASE("http reader: partial tiles that are gone come from the full ones") {
  PublicLog log(1'000);
  const Bytes tile = log.file("tile/0/003.p/232");
  const Bytes bundle = log.file("tile/entries/003.p/232");
  log.grow(2'000);
  Site site(log);
  const auto reader = HttpReader::open(site.url());
  CHECK(*(*reader)->tile({0, 3, 232}) == tile);
  CHECK(*(*reader)->bundle({3, 232}) == bundle);
}

TEST_CASE("http reader: each status says what can be done about it") {
  const PublicLog log(1'000);
  Site site(log);
  const auto reader = HttpReader::open(site.url());
  CHECK((*reader)->tile({0, 996}).error().code == Code::not_found);
  CHECK((*reader)->tile({0, 997}).error().code == Code::not_found);
  CHECK((*reader)->tile({0, 998}).error().code == Code::malformed);
  CHECK((*reader)->tile({0, 999}).error().code == Code::malformed);
  site.busy = 1;
  const auto busy = (*reader)->checkpoint();
  CHECK(busy.error().code == Code::unavailable);
  CHECK(busy.error().message == site.url() + "/checkpoint: status 503");
  CHECK((*reader)->checkpoint());

  RetryOptions options;
  int waited = 0;
  options.wait = [&](std::chrono::milliseconds) { ++waited; };
  site.busy = 3;
  CHECK(RetryReader(**reader, options).checkpoint());
  CHECK(waited == 3);
}

TEST_CASE("http reader: nobody there is unavailable, and no URL is malformed") {
  std::string url;
  {
    const PublicLog log(1);
    Site site(log);
    url = site.url();
  }
  CHECK((*HttpReader::open(url))->checkpoint().error().code == Code::unavailable);
  CHECK(HttpReader::open("ftp://log.example").error().code == Code::malformed);
  CHECK(HttpReader::open("http://user@log.example").error().code == Code::malformed);
}

}  // namespace
}  // namespace usufruct
