#include "trustee/anonymise/measure/plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "crypto/base/text.h"

namespace usufruct::anonymise::measuring {

namespace {

constexpr double width = 720;
constexpr double name_width = 230;
constexpr double number_width = 110;
constexpr double row_height = 26;
constexpr double track = width - name_width - number_width;
constexpr std::size_t name_max = 34;

std::string start(std::string_view title, double height) {
  return fmt::format(
      "<svg role=\"img\" viewBox=\"0 0 {} {:.0f}\" aria-label=\"{}\"><title>{}</title>", width,
      height, escaped(title), escaped(title));
}

std::string text(double x, double y, std::string_view what, std::string_view style) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>", x, y, style,
                     escaped(what));
}

std::string rectangle(double x, double y, double w, double h, std::string_view style) {
  return fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"2\" class=\"{}\"/>",
      x, y, std::max(0.0, w), h, style);
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" class=\"{}\"/>",
                     x1, y1, x2, y2, style);
}

std::string circle(double x, double y, std::string_view style) {
  return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\" class=\"{}\"/>", x, y, style);
}

double within(double share) { return std::isnan(share) ? 0 : std::clamp(share, 0.0, 1.0); }

/// Cut at a character, so that names do not run into the plot.
std::string shortened(const std::string& name) {
  if (name.size() <= name_max) return name;
  std::size_t end = name_max - 1;
  while (end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
  return name.substr(0, end) + "…";
}

std::string name_at(double y, const std::string& name, std::string_view style = "name") {
  return text(name_width - 10, y + 17, shortened(name), style);
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string made;
  for (const char c : printable(text, text.size() * 4 + 16)) {
    switch (c) {
      case '&':
        made += "&amp;";
        break;
      case '<':
        made += "&lt;";
        break;
      case '>':
        made += "&gt;";
        break;
      case '"':
        made += "&quot;";
        break;
      case '\'':
        made += "&#39;";
        break;
      default:
        made += c;
    }
  }
  return made;
}

std::string plot_bars(std::string_view title, std::span<const Bar> bars) {
  std::string svg = start(title, static_cast<double>(bars.size()) * row_height + 8);
  double y = 4;
  for (const Bar& bar : bars) {
    const double length = track * within(bar.share);
    svg += name_at(y, bar.name);
    svg += rectangle(name_width, y + 4, track, row_height - 8, "track");
    svg += rectangle(name_width, y + 4, length, row_height - 8, "bar");
    svg += text(width - number_width + 10, y + 17, bar.number, "number");
    y += row_height;
  }
  return svg + "</svg>\n";
}

std::string plot_line(std::string_view title, const Line& plot) {
  constexpr double height = 260;
  constexpr double left = 60;
  constexpr double right = width - 36;
  constexpr double top = 26;
  constexpr double bottom = height - 46;
  const auto x_of = [&](double x) { return left + (right - left) * within(x); };
  const auto y_of = [&](double y) { return bottom - (bottom - top) * within(y); };
  std::string svg = start(title, height);
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    svg += line(left, y_of(share), right, y_of(share), "grid");
    svg += text(left - 8, y_of(share) + 4, fmt::format("{:.0f} %", share * 100), "name");
  }
  for (const Tick& tick : plot.x_ticks) {
    svg += line(x_of(tick.at), bottom, x_of(tick.at), bottom + 5, "axis");
    svg += text(x_of(tick.at), bottom + 19, tick.name, "middle");
  }
  svg += text(left, top - 12, plot.y_name, "number");
  svg += text((left + right) / 2, height - 6, plot.x_name, "middle");
  svg += "<path class=\"curve\" d=\"";
  bool is_first = true;
  for (const auto& [x, y] : plot.points) {
    if (is_first)
      svg += fmt::format("M{:.1f} {:.1f}", x_of(x), y_of(y));
    else
      svg += fmt::format("H{:.1f}V{:.1f}", x_of(x), y_of(y));
    is_first = false;
  }
  return svg + "\"/></svg>\n";
}

std::string plot_gauges(std::string_view title, std::span<const Gauge> gauges) {
  constexpr double tall = 40;
  std::string svg = start(title, static_cast<double>(gauges.size()) * tall + 8);
  double y = 4;
  for (const Gauge& gauge : gauges) {
    const double ratio = gauge.bound > 0 ? gauge.found / gauge.bound : gauge.found > 0 ? 2 : 1;
    const double middle = name_width + track / 2;
    const double at = name_width + track * within(ratio / 2);
    svg += name_at(y, gauge.name);
    svg += rectangle(name_width, y + 8, track, 10, "track");
    const double from = gauge.is_least ? middle : name_width;
    svg += rectangle(from, y + 8, track / 2, 10, "allowed");
    svg += line(middle, y + 3, middle, y + 23, "bound");
    svg += circle(at, y + 13, gauge.is_met ? "met" : "missed");
    svg +=
        text(middle, y + 35,
             fmt::format("at {} {}", gauge.is_least ? "least" : "most", gauge.bound_text), "small");
    svg += text(width - number_width + 10, y + 17, gauge.found_text, "number");
    y += tall;
  }
  return svg + "</svg>\n";
}

std::string plot_whiskers(std::string_view title, std::span<const Whisker> whiskers) {
  const double bottom = static_cast<double>(whiskers.size()) * row_height + 4;
  std::string svg = start(title, bottom + 24);
  const auto x_of = [](double share) { return name_width + track * within(share); };
  for (const double share : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    svg += line(x_of(share), 0, x_of(share), bottom, "grid");
    svg += text(x_of(share), bottom + 16, fmt::format("{:.0f} %", share * 100), "middle");
  }
  double y = 4;
  for (const Whisker& each : whiskers) {
    const double middle = y + row_height / 2;
    svg += name_at(y, each.name, each.style == "main" ? "name" : "name soft");
    svg += line(x_of(each.low), middle, x_of(each.high), middle,
                fmt::format("whisker {}", each.style));
    svg += circle(x_of(each.value), middle, each.style);
    svg += text(width - number_width + 10, y + 17, fmt::format("{:.1f} %", each.value * 100),
                "number");
    y += row_height;
  }
  return svg + "</svg>\n";
}

}  // namespace usufruct::anonymise::measuring
