// libFuzzer's side: one program for all targets, told which by its first argument.
//
//     usufruct-fuzz --target=note [libFuzzer's flags] corpus…
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "tests/fuzz/target.h"

namespace {
const usufruct::fuzz::Target* target = nullptr;
}  // namespace

// libFuzzer leaves arguments alone that begin with two dashes.
extern "C" int LLVMFuzzerInitialize(int* count, char*** arguments) {
  constexpr std::string_view flag = "--target=";
  for (int i = 1; i < *count; ++i) {
    const std::string_view argument = (*arguments)[i];
    if (argument.starts_with(flag)) {
      target = usufruct::fuzz::find_target(argument.substr(flag.size()));
    }
  }
  if (target != nullptr) return 0;
  std::fputs("usufruct-fuzz: give --target=<name>, one of:\n", stderr);
  for (const auto& one : usufruct::fuzz::targets()) std::fprintf(stderr, "  %s\n", one.name.data());
  std::exit(2);
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  target->run({bytes, size});
  return 0;
}
