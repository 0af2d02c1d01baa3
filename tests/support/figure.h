#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "crypto/base/result.h"

namespace usufruct {

/// One measured number, never without what it is measured against in the same run.
struct Figure {
  std::string name;
  double value;
  std::string_view unit;
  std::string baseline;
  double baseline_value;
};

inline void print_figure(const Figure& figure, bool is_json) {
  const double ratio = figure.value / figure.baseline_value;
  if (is_json) {
    fmt::print(
        "{{\"figure\":\"{}\",\"value\":{:.6g},\"unit\":\"{}\",\"baseline\":\"{}\","
        "\"baseline_value\":{:.6g},\"ratio\":{:.4g}}}\n",
        figure.name, figure.value, figure.unit, figure.baseline, figure.baseline_value, ratio);
  } else {
    fmt::print("{}: {:.4g} {}; {}: {:.4g}; ratio {:.3g}\n", figure.name, figure.value, figure.unit,
               figure.baseline, figure.baseline_value, ratio);
  }
  std::fflush(stdout);
}

template <class T>
T must(Result<T> result) {
  if (result) return *std::move(result);
  fmt::print(stderr, "bench: {}\n", result.error().message);
  std::exit(1);
}

template <class Work>
double seconds_of(Work work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace usufruct
