#pragma once

#include <string_view>

namespace usufruct::anonymise::measuring {

/// The look of a report. Colours keep a contrast of at least 4.5 to their ground in both themes.
inline constexpr std::string_view report_style = R"(:root {
  color-scheme: light dark;
  --ground: #ffffff; --ink: #1b1f24; --soft: #57606a; --line: #d0d7de; --track: #eef1f4;
  --bar: #2f6db5; --allowed: #cfe6d4; --good: #1a7f37; --bad: #b3261e; --control: #8a5a00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14181d; --ink: #e6edf3; --soft: #9aa6b2; --line: #363d46; --track: #222931;
    --bar: #6ea8ec; --allowed: #1f4a2c; --good: #5fce7c; --bad: #ff8a80; --control: #e0b050;
  }
}
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.15rem; margin: 0 0 .25rem; }
section { margin: 0 0 2rem; overflow-x: auto; }
section > p { margin: 0 0 .6rem; color: var(--soft); }
.verdict { border: 1px solid var(--line); border-left: 6px solid; border-radius: 4px;
  padding: 1rem 1.2rem .6rem; }
.verdict > p { color: var(--ink); }
.good { border-left-color: var(--good); } .good h2 { color: var(--good); }
.bad { border-left-color: var(--bad); } .bad h2 { color: var(--bad); }
svg { display: block; width: 100%; min-width: 34rem; height: auto;
  font: 13px system-ui, sans-serif; }
text { fill: var(--ink); }
.name { text-anchor: end; } .soft { fill: var(--soft); } .middle { text-anchor: middle; }
.small { text-anchor: middle; font-size: 11px; fill: var(--soft); }
.track { fill: var(--track); } .bar { fill: var(--bar); } .allowed { fill: var(--allowed); }
.grid { stroke: var(--line); } .axis { stroke: var(--soft); }
.bound { stroke: var(--ink); stroke-width: 2; }
.met { fill: var(--good); } .missed { fill: var(--bad); }
.curve { fill: none; stroke: var(--bar); stroke-width: 2.5; }
.whisker { stroke-width: 3; }
.main { fill: var(--bar); stroke: var(--bar); }
.control { fill: var(--control); stroke: var(--control); }
.guess { fill: var(--soft); stroke: var(--soft); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; font-weight: normal; }
td { text-align: right; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .4rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
)";

}  // namespace usufruct::anonymise::measuring
