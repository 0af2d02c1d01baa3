#include "ledger/head_guard.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>

#include "tests/support/scratch.h"

namespace usufruct {
namespace {

void flip_byte(const std::filesystem::path& path, std::streamoff at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(at);
  const char was = static_cast<char>(file.get());
  file.seekp(at);
  file.put(static_cast<char>(was ^ 1));
}

std::unique_ptr<FileHeadGuard> must_open(const std::filesystem::path& path) {
  auto guard = FileHeadGuard::open(path);
  INFO((guard ? "" : guard.error().message));
  REQUIRE(guard);
  return *std::move(guard);
}

Code open_code(const std::filesystem::path& path) {
  const auto guard = FileHeadGuard::open(path);
  REQUIRE_FALSE(guard);
  return guard.error().code;
}

TEST_CASE("head guard: remembers what was saved last, across openings") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  CHECK_FALSE(must_open(path)->load()->has_value());
  std::optional<std::string> last;
  for (int i = 0; i < 5; ++i) {
    const auto guard = must_open(path);
    CHECK(*guard->load() == last);
    REQUIRE(guard->replace(last, std::to_string(i)));
    last = std::to_string(i);
    CHECK(*guard->load() == last);
  }
  CHECK(std::filesystem::file_size(path) == 8192);
}

TEST_CASE("head guard: is held by one at a time") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  auto guard = must_open(path);
  CHECK(open_code(path) == Code::conflict);
  std::filesystem::create_symlink(path, folder.path() / "alias");
  CHECK(open_code(folder.path() / "alias") == Code::conflict);
  guard.reset();
  must_open(folder.path() / "alias");
}

TEST_CASE("head guard: replaces only what is expected there, and after a no nothing more") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  const std::vector<std::optional<std::string>> wrong = {std::nullopt, "", "first", "third"};
  for (const auto& expected : wrong) {
    CAPTURE(expected.value_or("none"));
    std::filesystem::remove(path);
    const auto guard = must_open(path);
    REQUIRE(guard->replace(std::nullopt, "first"));
    REQUIRE(guard->replace("first", "second"));
    CHECK(guard->replace(expected, "fork").error().code == Code::conflict);
    CHECK(guard->replace("second", "fork").error().code == Code::unavailable);
    CHECK(*guard->load() == "second");
  }
}

// A lock is no help where it is not seen: on a network disk, or by a tool that copies files.
TEST_CASE("head guard: a file written behind its back, or put in its place, is a conflict") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  const auto backup = folder.path() / "backup";
  const auto overwrite = std::filesystem::copy_options::overwrite_existing;
  std::optional<std::string> last;
  {
    const auto guard = must_open(path);
    REQUIRE(guard->replace(std::nullopt, "first"));
    std::filesystem::copy_file(path, backup);
    REQUIRE(guard->replace("first", "second"));
    std::filesystem::copy_file(backup, path, overwrite);
    CHECK(guard->replace("second", "third").error().code == Code::conflict);
  }
  {
    const auto guard = must_open(path);
    CHECK(*guard->load() == "first");
    std::filesystem::rename(backup, path);
    CHECK(guard->replace("first", "other").error().code == Code::conflict);
  }
  const auto guard = must_open(path);
  std::filesystem::remove(path);
  CHECK(guard->replace("first", "other").error().code == Code::unavailable);
}

TEST_CASE("head guard: after a failed write nothing is written until it is opened again") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  auto guard = must_open(path);
  REQUIRE(guard->replace(std::nullopt, "first"));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handled = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{20, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto full = guard->replace("first", "second");
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
  ::signal(SIGXFSZ, handled);
  CHECK(full.error().code == Code::unavailable);
  CHECK(guard->replace("first", "second").error().code == Code::unavailable);
  guard.reset();
  guard = must_open(path);
  CHECK(*guard->load() == "first");
  CHECK(guard->replace("first", "second"));
}

TEST_CASE("head guard: a torn write leaves what was saved before") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  {
    const auto guard = must_open(path);
    REQUIRE(guard->replace(std::nullopt, "first"));
    REQUIRE(guard->replace("first", "second"));
    flip_byte(path, 12);  // "second" is in slot 0
    CHECK(*guard->load() == "first");
    CHECK(guard->replace("second", "third").error().code == Code::conflict);
  }
  CHECK(*must_open(path)->load() == "first");
  flip_byte(path, 4096 + 12);
  CHECK(open_code(path) == Code::unverified);
}

TEST_CASE("head guard: every byte of a slot is under its hash") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  const auto guard = must_open(path);
  REQUIRE(guard->replace(std::nullopt, "first"));
  REQUIRE(guard->replace("first", "second"));
  for (std::streamoff at = 0; at < 8 + 2 + 6 + 32; ++at) {
    flip_byte(path, at);
    CHECK(*guard->load() == "first");
    flip_byte(path, at);
  }
  CHECK(*guard->load() == "second");
}

TEST_CASE("head guard: cut, emptied or over-long it is unverified; an over-long checkpoint too") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  must_open(path);
  for (const std::uintmax_t size :
       {std::uintmax_t{8193}, std::uintmax_t{8191}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(path, size);
    CHECK(open_code(path) == Code::unverified);
  }
  std::filesystem::remove(path);
  CHECK(must_open(path)->replace(std::nullopt, std::string(4096, 'x')).error().code ==
        Code::malformed);
  CHECK(open_code("/nowhere/at/all") == Code::not_found);
}

}  // namespace
}  // namespace usufruct
