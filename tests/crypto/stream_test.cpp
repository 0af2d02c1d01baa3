#include "crypto/stream.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <iterator>

#include "tests/support/folder.h"

namespace usufruct {
namespace {

std::size_t entries_of(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

unsigned mode_of(const std::filesystem::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

TEST_CASE("stream: what is written is read, with the mode asked for") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "open", as_view("hello")));
  REQUIRE(write_file(folder / "secret", as_view("hush"), {.mode = 0600}));
  CHECK(read_file(folder / "open", 5).value() == to_bytes("hello"));
  CHECK(read_file(folder / "open", 4).error().code == Code::malformed);
  CHECK(mode_of(folder / "open") == 0644);
  CHECK(mode_of(folder / "secret") == 0600);
  CHECK(entries_of(folder.path()) == 2);
}

TEST_CASE("stream: without a commit nothing is left and nothing is changed") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "file", as_view("old")));
  {
    auto sink = FileSink::create(folder / "file").value();
    REQUIRE(sink.write(as_view("new")));
    FileSink moved = std::move(sink);
    REQUIRE(moved.write(as_view("er")));
    CHECK(entries_of(folder.path()) == 2);
  }
  CHECK(entries_of(folder.path()) == 1);
  CHECK(read_file(folder / "file", 10).value() == to_bytes("old"));
}

TEST_CASE("stream: an existing file is replaced or refused as asked") {
  const TemporaryFolder folder;
  REQUIRE(write_file(folder / "file", as_view("old")));
  const FileSinkOptions careful{.existing = Existing::refuse};
  CHECK(write_file(folder / "file", as_view("new"), careful).error().code == Code::conflict);
  // Somebody else is faster: the refusal holds at commit too.
  auto sink = FileSink::create(folder / "late", careful).value();
  REQUIRE(sink.write(as_view("mine")));
  REQUIRE(write_file(folder / "late", as_view("theirs")));
  CHECK(sink.commit().error().code == Code::conflict);
  CHECK(read_file(folder / "late", 10).value() == to_bytes("theirs"));
  REQUIRE(write_file(folder / "file", as_view("new")));
  CHECK(read_file(folder / "file", 10).value() == to_bytes("new"));
  CHECK(entries_of(folder.path()) == 2);
}

TEST_CASE("stream: no such file, no such folder, no room") {
  const TemporaryFolder folder;
  CHECK(read_file(folder / "none", 1).error().code == Code::not_found);
  CHECK(write_file(folder / "none/file", {}).error().code == Code::not_found);
  if (std::filesystem::exists("/dev/full")) {
    const Descriptor owner(::open("/dev/full", O_WRONLY | O_CLOEXEC));
    DescriptorSink sink(owner.get(), "full");
    CHECK(sink.write(as_view("x")).error().code == Code::unavailable);
  }
}

TEST_CASE("stream: all of a source is read, counted and bounded") {
  const Bytes bytes(200'000, 7);
  MemorySource source(bytes);
  MemorySink sink;
  CHECK(copy_all(source, sink).value() == bytes.size());
  CHECK(sink.bytes() == bytes);
  MemorySource again(bytes);
  CHECK(read_all(again, bytes.size()).value() == bytes);
  MemorySource over(bytes);
  CHECK(read_all(over, bytes.size() - 1).error().code == Code::malformed);
}

}  // namespace
}  // namespace usufruct
