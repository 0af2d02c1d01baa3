#include "trustee/package_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "crypto/base/bytes.h"
#include "crypto/stream.h"
#include "tests/support/folder.h"

using namespace usufruct;

namespace fs = std::filesystem;

namespace {

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(
      std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

TEST_CASE("package file: gets the name of its digest when it is whole") {
  const TemporaryFolder folder;
  auto file = PackageFile::create(folder.path() / "packages");
  REQUIRE(file.has_value());
  REQUIRE(file->write(as_view("sealed ")));
  REQUIRE(file->write(as_view("bytes")));
  CHECK(files_in(folder.path() / "packages") == 0);
  const auto path = file->publish();
  REQUIRE_MESSAGE(path.has_value(), (path ? "" : path.error().message));
  CHECK(path->filename() == to_hex(sha256(as_view("sealed bytes"))) + ".age");
  CHECK(as_text(read_file(*path, 100).value()) == "sealed bytes");
  CHECK(file->digest() == sha256(as_view("sealed bytes")));
  CHECK(file->size_bytes() == 12);
}

TEST_CASE("package file: nothing is left of one that is given up") {
  const TemporaryFolder folder;
  {
    auto file = PackageFile::create(folder.path());
    REQUIRE(file->write(as_view("sealed bytes")));
  }
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("package file: nothing is left when the process is killed") {
  const TemporaryFolder folder;
  int ready[2];
  REQUIRE(::pipe(ready) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    auto file = PackageFile::create(folder.path());
    const bool is_written = file && file->write(Bytes(1 << 20, 7));
    if (is_written && ::write(ready[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char byte = 0;
  REQUIRE(::read(ready[0], &byte, 1) == 1);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK(files_in(folder.path()) == 0);
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST_CASE("package file: no room on the disk is unavailable, and nothing is left") {
  const TemporaryFolder folder;
  // A limit on the size of files stands in for a disk that is full.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 16, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  {
    auto file = PackageFile::create(folder.path());
    const auto written = file->write(Bytes(1 << 20, 7));
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, handler);
    REQUIRE_FALSE(written);
    CHECK(written.error().code == Code::unavailable);
  }
  CHECK(files_in(folder.path()) == 0);
}

TEST_CASE("package file: a folder that takes none is unavailable") {
  CHECK(PackageFile::create("/proc/no-packages").error().code == Code::unavailable);
}
