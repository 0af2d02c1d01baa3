// Runs what fuzzing has kept, in the ordinary build, with any compiler.
//
//     usufruct-fuzz-replay run <target> <folder of inputs>    each input, and the target's seeds
//     usufruct-fuzz-replay seeds <folder>                     writes the seeds: <folder>/<target>/
//     usufruct-fuzz-replay list                               the names of all targets
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "crypto/hash.h"
#include "crypto/stream.h"
#include "tests/fuzz/target.h"

namespace usufruct::fuzz {
namespace {

constexpr std::size_t input_bytes_max = std::size_t{1} << 20;

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(folder)) files.push_back(file.path());
  std::ranges::sort(files);
  return files;
}

Result<void> run(const Target& target, const std::filesystem::path& folder) {
  std::size_t count = 0;
  for (const auto& seed : target.seeds()) {
    target.run(seed);
    ++count;
  }
  for (const auto& file : files_of(folder)) {
    // Said first, so that a fall names its input.
    fmt::print("{}\n", file.native());
    std::fflush(stdout);
    target.run(TRY(read_file(file, input_bytes_max)));
    ++count;
  }
  fmt::print("{}: {} inputs hold\n", target.name, count);
  return {};
}

Result<void> write_seeds(const std::filesystem::path& folder) {
  for (const auto& target : targets()) {
    std::filesystem::create_directories(folder / target.name);
    for (const auto& seed : target.seeds()) {
      const std::string name = to_hex(sha256(seed)).substr(0, 16);
      CHECK_OK(write_file(folder / target.name / name, seed));
    }
  }
  return {};
}

Result<void> act(std::span<const std::string_view> words) {
  if (words.size() == 3 && words[0] == "run") {
    const Target* target = find_target(words[1]);
    if (target == nullptr) return not_found(fmt::format("there is no target '{}'", words[1]));
    return run(*target, words[2]);
  }
  if (words.size() == 2 && words[0] == "seeds") return write_seeds(words[1]);
  if (words.size() != 1 || words[0] != "list") return malformed("give run, seeds or list");
  for (const auto& target : targets()) fmt::print("{}\n", target.name);
  return {};
}

}  // namespace
}  // namespace usufruct::fuzz

int main(int count, char** arguments) {
  const std::vector<std::string_view> words(arguments + 1, arguments + count);
  const auto done = usufruct::fuzz::act(words);
  if (!done) fmt::print(stderr, "usufruct-fuzz-replay: {}\n", done.error().message);
  return done ? 0 : usufruct::row_of(done.error().code).exit_status;
}
