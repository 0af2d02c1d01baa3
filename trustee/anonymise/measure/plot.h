#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace usufruct::anonymise::measuring {

/// Plots as inline SVG: no script, no font, no address; colours are CSS variables of the page, so
/// that they follow its theme. Every text is escaped; `title` is read to who cannot see.

/// `&`, `<`, `>`, `"` and `'` as HTML writes them; what is no UTF-8, or a control, as printable().
std::string escaped(std::string_view text);

/// A bar of 0 to 1 with its name before it and its number behind it.
struct Bar {
  std::string name;
  double share = 0;
  std::string number;
};
std::string plot_bars(std::string_view title, std::span<const Bar> bars);

/// A step line from left to right; x and y within [0, 1], ticks along both.
struct Tick {
  double at = 0;
  std::string name;
};
struct Line {
  std::vector<std::pair<double, double>> points;
  std::vector<Tick> x_ticks;
  std::string x_name;
  std::string y_name;
};
std::string plot_line(std::string_view title, const Line& line);

/// What was found against what is asked, on a scale that ends at twice the bound.
struct Gauge {
  std::string name;
  double found = 0;
  double bound = 0;
  bool is_least = false;  ///< the bound is the least allowed; otherwise the most
  bool is_met = false;
  std::string found_text;
  std::string bound_text;
};
std::string plot_gauges(std::string_view title, std::span<const Gauge> gauges);

/// Rates with their intervals: one row each, several marks a row.
struct Whisker {
  std::string name;
  double value = 0;
  double low = 0;
  double high = 0;
  std::string_view style;  ///< main, control or guess
};
std::string plot_whiskers(std::string_view title, std::span<const Whisker> whiskers);

}  // namespace usufruct::anonymise::measuring
