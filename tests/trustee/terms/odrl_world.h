#pragma once

#include <fmt/format.h>

#include <array>
#include <functional>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/specification.h"

/// A small world of constraints with an evaluator of its own, which knows nothing of terms: a
/// condition on one purpose, place, moment, period and count, judged as ODRL 2.2 reads it.
namespace usufruct::odrl_world {

using terms::Truth;

/// What is asked, a single value of each.
struct Asked {
  std::string purpose;
  std::string place;
  std::int64_t ms = 0;
  std::int64_t days = 0;
  std::int64_t count = 0;
};

/// A condition as JSON, and what it says of a request.
struct Condition {
  std::string json;
  std::function<Truth(const Asked&)> judge;
};

inline Truth truth_of(bool value) { return value ? Truth::true_ : Truth::false_; }
inline Truth inverse(Truth truth) {
  return truth == Truth::unknown ? truth : truth_of(truth == Truth::false_);
}

/// The truth of joined conditions, from how many of them are true and how many unknown.
inline Truth joined(std::string_view joint, const std::vector<Truth>& parts) {
  std::size_t yes = 0;
  std::size_t perhaps = 0;
  for (const Truth truth : parts) {
    yes += truth == Truth::true_ ? 1 : 0;
    perhaps += truth == Truth::unknown ? 1 : 0;
  }
  if (joint == "or") {
    return yes > 0 ? Truth::true_ : perhaps > 0 ? Truth::unknown : Truth::false_;
  }
  if (joint == "xone") {
    if (yes > 1) return Truth::false_;
    if (perhaps > 0) return Truth::unknown;
    return truth_of(yes == 1);
  }
  if (yes + perhaps < parts.size()) return Truth::false_;
  return perhaps > 0 ? Truth::unknown : Truth::true_;
}

inline bool compares(std::string_view op, std::int64_t left, std::int64_t right) {
  if (op == "eq") return left == right;
  if (op == "neq") return left != right;
  if (op == "lt") return left < right;
  if (op == "lteq") return left <= right;
  if (op == "gt") return left > right;
  return left >= right;
}

class World {
 public:
  explicit World(std::uint64_t seed) : chance_(seed) {}

  Condition condition(int depth, bool with_unknown) {
    if (depth > 0 && below(2) == 0) return logical(depth, with_unknown);
    if (with_unknown && below(5) == 0) {
      return {R"({"leftOperand": "industry", "operator": "eq", "rightOperand": "health"})",
              [](const Asked&) { return Truth::unknown; }};
    }
    switch (below(5)) {
      case 0:
        return words("purpose", terms::Scheme::purpose, purposes, &Asked::purpose);
      case 1:
        return words("spatial", terms::Scheme::jurisdiction, places, &Asked::place);
      case 2:
        return number("dateTime", &Asked::ms, [](std::int64_t ms) {
          return fmt::format(R"({{"@value": "{}", "@type": "xsd:dateTime"}})", print_time({ms}));
        });
      case 3:
        return number("elapsedTime", &Asked::days, [](std::int64_t days) {
          return fmt::format(R"({{"@value": "P{}D", "@type": "xsd:duration"}})", days);
        });
      default:
        return number("count", &Asked::count, [](std::int64_t n) { return fmt::to_string(n); });
    }
  }

  Asked asked() {
    return {pick(asked_purposes), pick(asked_places), start + number_near(), 1 + number_near(),
            1 + number_near()};
  }

 private:
  using Words = std::vector<std::string>;
  static inline const Words purposes = {"dpv:ResearchAndDevelopment", "dpv:Marketing",
                                        "dpv:CommercialPurpose", "dpv:AcademicResearch",
                                        "dpv:CommercialResearch"};
  // Of these each of those holds it or has nothing in common with it.
  static inline const Words asked_purposes = {"dpv:AcademicResearch", "dpv:CommercialResearch",
                                              "dpv:DirectMarketing", "dpv:Counterterrorism"};
  static inline const Words places = {"EU", "EEA", "DE", "ASEAN"};
  static inline const Words asked_places = {"DE", "NO", "VN", "US"};
  static constexpr std::int64_t start = 1'700'000'000'000;

  std::uint64_t below(std::uint64_t limit) { return chance_.next() % limit; }
  std::string pick(const Words& from) { return from[below(from.size())]; }
  std::int64_t number_near() { return static_cast<std::int64_t>(below(5)); }

  static bool holds(terms::Scheme scheme, const std::string& broad, const std::string& narrow) {
    return terms::Vocabulary::builtin().contains(scheme, broad, narrow);
  }

  Condition words(const char* left, terms::Scheme scheme, const Words& from,
                  std::string Asked::*of) {
    constexpr std::array ops = {"eq", "neq", "isA", "isPartOf", "isAnyOf", "isNoneOf", "isAllOf"};
    const std::size_t which = below(ops.size());
    const std::string op = ops[which];
    Words values = {pick(from)};
    if (which >= 4 && below(2) == 0) values.push_back(pick(from));
    std::string list;
    for (const auto& value : values) {
      list += fmt::format("{}{{\"@id\": \"{}\"}}", list.empty() ? "" : ", ", value);
    }
    const auto judge = [=](const Asked& asked) {
      std::vector<Truth> each;
      for (const auto& value : values) each.push_back(truth_of(holds(scheme, value, asked.*of)));
      if (op == "isAllOf") return joined("and", each);
      const bool is_apart = op == "neq" || op == "isNoneOf";
      return is_apart ? inverse(joined("or", each)) : joined("or", each);
    };
    return {fmt::format(R"({{"leftOperand": "{}", "operator": "{}", "rightOperand": [{}]}})", left,
                        op, list),
            judge};
  }

  template <class Print>
  Condition number(const char* left, std::int64_t Asked::*of, Print print) {
    constexpr std::array ops = {"eq", "neq", "lt", "lteq", "gt", "gteq"};
    const std::string op = ops[below(ops.size())];
    const bool is_time = std::string_view(left) == "dateTime";
    const std::int64_t right = (is_time ? start : 1) + number_near();
    return {fmt::format(R"({{"leftOperand": "{}", "operator": "{}", "rightOperand": {}}})", left,
                        op, print(right)),
            [=](const Asked& asked) { return truth_of(compares(op, asked.*of, right)); }};
  }

  Condition logical(int depth, bool with_unknown) {
    constexpr std::array joints = {"and", "or", "xone", "andSequence"};
    const std::string joint = joints[below(joints.size())];
    std::vector<Condition> parts;
    std::string list;
    for (std::uint64_t left = 1 + below(3); left > 0; --left) {
      parts.push_back(condition(depth - 1, with_unknown));
      list += (list.empty() ? "" : ", ") + parts.back().json;
    }
    const auto judge = [parts, joint](const Asked& asked) {
      std::vector<Truth> each;
      for (const auto& part : parts) each.push_back(part.judge(asked));
      return joined(joint, each);
    };
    return {fmt::format(R"({{"{}": {{"@list": [{}]}}}})", joint, list), judge};
  }

  SeededChance chance_;
};

}  // namespace usufruct::odrl_world
