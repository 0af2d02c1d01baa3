#include "crypto/spill.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "crypto/base/bytes.h"
#include "tests/support/folder.h"

using namespace usufruct;

namespace {

namespace fs = std::filesystem;

/// All that lies in the open files that have no name: what somebody with the disk could read.
std::string unnamed_bytes(const fs::path& folder) {
  std::string all;
  for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
    std::error_code error;
    const auto target = fs::read_symlink(entry.path(), error);
    if (error || !target.string().starts_with(folder.string())) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    all.append(std::istreambuf_iterator<char>(file), {});
  }
  return all;
}

}  // namespace

TEST_CASE("spill: gives back what was written, in any order, from several threads") {
  const TemporaryFolder folder;
  auto file = SpillFile::create(folder.path());
  REQUIRE(file.has_value());
  std::vector<SpillFile::Place> places(64);
  const auto write = [&](std::size_t from) {
    for (std::size_t i = from; i < places.size(); i += 2)
      places[i] = file->write(Bytes(i * 1000, static_cast<std::uint8_t>(i))).value();
  };
  std::thread other([&] { write(1); });
  write(0);
  other.join();
  for (std::size_t i = places.size(); i-- > 0;)
    CHECK(file->read(places[i]).value() == Bytes(i * 1000, static_cast<std::uint8_t>(i)));
}

TEST_CASE("spill: leaves no name in the folder and no plain byte on the disk") {
  const TemporaryFolder folder;
  auto file = SpillFile::create(folder.path());
  REQUIRE(file.has_value());
  const std::string secret = "the same secret words, the same secret words";
  const auto place = file->write(as_view(secret));
  REQUIRE(file->write(as_view(secret)).has_value());
  CHECK(fs::is_empty(folder.path()));
  const std::string lying = unnamed_bytes(folder.path());
  REQUIRE(lying.size() >= 2 * secret.size());
  CHECK(lying.find("secret") == std::string::npos);
  // Equal bytes look different.
  CHECK(lying.substr(0, secret.size()) != lying.substr(lying.size() / 2, secret.size()));
  CHECK(as_text(file->read(*place).value()) == secret);
}

TEST_CASE("spill: a place of another file, or beyond the end, does not open") {
  const TemporaryFolder folder;
  auto one = SpillFile::create(folder.path());
  auto other = SpillFile::create(folder.path());
  const auto place = one->write(as_view("rows")).value();
  CHECK(other->read(place).error().code == Code::unavailable);
  REQUIRE(other->write(as_view("of another size")).has_value());
  CHECK(other->read(place).error().code == Code::unavailable);
  CHECK(one->read({place.offset + 1, place.size}).error().code == Code::unavailable);
}

TEST_CASE("spill: a folder that takes no file is unavailable") {
  const auto file = SpillFile::create("/no/such/folder");
  REQUIRE_FALSE(file.has_value());
  CHECK(file.error().code == Code::unavailable);
  CHECK_FALSE(file.error().hint.empty());
}

TEST_CASE("spill: a full disk is unavailable, and says what to do") {
  const TemporaryFolder folder;
  auto file = SpillFile::create(folder.path());
  const auto place = file->write(as_view("rows")).value();
  // A limit on the size of files stands in for a disk that is full.
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{1 << 16, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto written = file->write(Bytes(1 << 20, 7));
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(written);
  CHECK(written.error().code == Code::unavailable);
  CHECK(written.error().hint.find("room on the disk") != std::string::npos);
  CHECK(as_text(file->read(place).value()) == "rows");
}
