#include "ledger/work_ahead.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <stdexcept>

namespace usufruct {
namespace {

using Ahead = WorkAhead<std::uint64_t>;

std::size_t one_byte(const std::uint64_t&) { return 1; }

TEST_CASE("work ahead: settles each part once, in order, however many threads") {
  for (const std::size_t threads : {1U, 2U, 7U}) {
    std::atomic<std::uint64_t> worked = 0;
    std::vector<std::uint64_t> settled;
    Ahead ahead(
        {.threads = threads, .items_max = 4}, [&](std::uint64_t at) { return ++worked, at * at; },
        one_byte);
    ahead.run(500, [&](std::uint64_t& part) { return settled.push_back(part), true; });
    CAPTURE(threads);
    CHECK(worked == 500);
    REQUIRE(settled.size() == 500);
    for (std::uint64_t i = 0; i < 500; ++i) CHECK(settled[i] == i * i);
  }
}

TEST_CASE("work ahead: no more parts are worked on than the options say") {
  std::atomic<std::uint64_t> begun = 0;
  std::uint64_t settled = 0;
  std::uint64_t most = 0;
  Ahead ahead(
      {.threads = 4, .items_max = 8}, [&](std::uint64_t at) { return ++begun, at; }, one_byte);
  ahead.run(300, [&](std::uint64_t&) {
    if (settled % 50 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    most = std::max(most, begun - settled);
    ++settled;
    return true;
  });
  // The one being settled has left its place to another.
  CHECK(most <= 9);
}

TEST_CASE("work ahead: parts that are large wait for one another") {
  std::atomic<std::uint64_t> begun = 0;
  std::uint64_t settled = 0;
  std::uint64_t most = 0;
  Ahead ahead(
      {.threads = 2, .items_max = 64, .bytes_max = 100},
      [&](std::uint64_t at) { return ++begun, at; },
      [](const std::uint64_t&) { return std::size_t{60}; });
  ahead.run(200, [&](std::uint64_t&) {
    most = std::max(most, begun - settled);
    ++settled;
    return true;
  });
  // Two done (120 bytes), one more on each thread, and the one being settled.
  CHECK(most <= 5);
  CHECK(settled == 200);
}

TEST_CASE("work ahead: ends where settling says, and when it throws; nothing is left running") {
  for (const bool throws : {false, true}) {
    std::atomic<std::uint64_t> begun = 0;
    std::uint64_t settled = 0;
    Ahead ahead(
        {.threads = 3, .items_max = 4}, [&](std::uint64_t at) { return ++begun, at; }, one_byte);
    const auto run = [&] {
      ahead.run(1'000'000, [&](std::uint64_t&) {
        if (++settled < 10) return true;
        if (throws) throw std::runtime_error("no more");
        return false;
      });
    };
    if (throws) {
      CHECK_THROWS_AS(run(), std::runtime_error);
    } else {
      run();
    }
    CHECK(settled == 10);
    CHECK(begun <= 20);
  }
  Ahead nothing(
      {}, [](std::uint64_t at) { return at; }, one_byte);
  nothing.run(0, [](std::uint64_t&) -> bool { throw std::runtime_error("there is nothing"); });
}

}  // namespace
}  // namespace usufruct
