#include "ledger/head_guard.h"

#include <doctest/doctest.h>

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

TEST_CASE("head guard: remembers what was saved last, across openings") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  CHECK_FALSE((*FileHeadGuard::open(path))->load()->has_value());
  for (int i = 0; i < 5; ++i) {
    auto guard = FileHeadGuard::open(path);
    REQUIRE(guard);
    REQUIRE((*guard)->save(std::to_string(i)));
    CHECK(*(*guard)->load() == std::to_string(i));
    CHECK(*(*FileHeadGuard::open(path))->load() == std::to_string(i));
  }
  CHECK(std::filesystem::file_size(path) == 8192);
}

TEST_CASE("head guard: a torn write leaves what was saved before") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  auto guard = *FileHeadGuard::open(path);
  REQUIRE(guard->save("first"));
  REQUIRE(guard->save("second"));
  flip_byte(path, 12);  // "second" is in slot 0
  CHECK(*guard->load() == "first");
  flip_byte(path, 4096 + 12);
  CHECK(guard->load().error().code == Code::unverified);
  CHECK(FileHeadGuard::open(path).error().code == Code::unverified);
}

TEST_CASE("head guard: cut, emptied or over-long it is unverified; an over-long checkpoint too") {
  const Scratch folder;
  const auto path = folder.path() / "guard";
  REQUIRE(FileHeadGuard::open(path));
  for (const std::uintmax_t size : {std::uintmax_t{8191}, std::uintmax_t{0}}) {
    std::filesystem::resize_file(path, size);
    CHECK(FileHeadGuard::open(path).error().code == Code::unverified);
  }
  std::filesystem::remove(path);
  CHECK_FALSE((*FileHeadGuard::open(path))->save(std::string(4096, 'x')));
  CHECK(FileHeadGuard::open("/nowhere/at/all").error().code == Code::not_found);
}

}  // namespace
}  // namespace usufruct
