#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/app.h"
#include "crypto/base/text.h"
#include "tests/support/scratch.h"

namespace usufruct {

/// The program in a folder of its own, at a time that the test sets.
class Program {
 public:
  struct Said {
    int status = 0;
    std::string out;
    std::string err;
  };

  explicit Program(Time start) : clock_(start) {}

  void advance_days(std::int64_t days) { clock_.advance_ms(days * 86'400'000); }
  std::string file(const std::string& name) const { return (scratch_.path() / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(file(name), std::ios::binary) << text;
    return file(name);
  }
  /// Words are separated by single spaces; none can hold one.
  Said run(const std::string& words) {
    std::istringstream in;
    std::ostringstream out;
    std::ostringstream err;
    cli::World world{.clock = clock_,
                     .chance = chance_,
                     .in = in,
                     .out = out,
                     .err = err,
                     .terminals = {},
                     .environment = [this](std::string_view name) {
                       return name == "USUFRUCT_WORKSPACE" ? std::optional(file("ws"))
                                                           : std::nullopt;
                     }};
    std::vector<std::string> args;
    for (const auto word : split(words, ' ')) args.emplace_back(word);
    const int status = cli::run(args, world);
    return {status, out.str(), err.str()};
  }
  /// What it prints; the test fails when the command does.
  std::string must(const std::string& words) {
    const auto said = run(words);
    INFO(words);
    INFO(said.err);
    REQUIRE(said.status == 0);
    return said.out;
  }

 private:
  ManualClock clock_;
  SeededChance chance_{11};
  Scratch scratch_;
};

}  // namespace usufruct
