#include "trustee/terms/explain.h"

#include <algorithm>
#include <span>
#include <vector>

#include "crypto/base/text.h"
#include "trustee/terms/clause.h"
#include "trustee/terms/fixed_point.h"
#include "trustee/terms/floor.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t field_bytes_max = 400;

/// An interval as people count: both bounds within it, but for prices and times, which end before
/// their high one. Empty is open.
struct Bounds {
  std::string low;
  std::string high;
};

/// Of `[0, 731)` or `EUR [500.00, …)`; none of what is no interval, or of a kind that people do not
/// count in.
std::optional<Bounds> bounds_of(ClauseKind kind, std::string_view wanted) {
  const bool is_number = kind == ClauseKind::duration || kind == ClauseKind::count;
  if (!is_number && kind != ClauseKind::price && kind != ClauseKind::time) return std::nullopt;
  const auto begin = wanted.find('[');
  const auto middle = wanted.find(", ", begin);
  if (middle == std::string_view::npos || !wanted.ends_with(')')) return std::nullopt;
  const auto bound = [&](std::string_view text) {
    const bool is_zero = text.find_first_not_of("0.") == std::string_view::npos;
    return text == "…" || is_zero ? "" : fmt::format("{}{}", wanted.substr(0, begin), text);
  };
  Bounds bounds{bound(wanted.substr(begin + 1, middle - begin - 1)),
                bound(wanted.substr(middle + 2, wanted.size() - middle - 3))};
  if (!is_number || bounds.high.empty()) return bounds;
  const auto end = parse_decimal(bounds.high);
  if (!end || *end == 0) return std::nullopt;
  bounds.high = std::to_string(*end - 1);
  return bounds;
}

/// The message that says them; one of its own where there is one of the thing.
std::string code_of(ClauseKind kind, const Bounds& bounds) {
  const std::string_view ends = bounds.low.empty()    ? "until"
                                : bounds.high.empty() ? "from"
                                                      : "between";
  const bool is_one =
      kind != ClauseKind::price && (bounds.high.empty() ? bounds.low : bounds.high) == "1";
  return fmt::format("interval-{}-{}{}", name_of(kind), ends, is_one ? "-one" : "");
}

/// What is said to one reader: texts of a vocabulary, filled in.
class Speaker {
 public:
  Speaker(const Vocabulary& texts, const Language& language) : texts_(texts), language_(language) {}

  /// The message of a code, or the code where there is none.
  std::string say(std::string_view code, const Reason& reason = {}) const {
    auto message = text_of(code);
    if (reason.got.empty()) {
      const auto of_nothing = text_of(fmt::format("{}-none", code));
      if (!of_nothing.empty()) message = of_nothing;
    }
    return message.empty() ? printable(code) : fill(message, reason);
  }

  /// Who speaks, where it is not the owner, the licence or the request itself.
  std::string_view say_layer(std::string_view layer) const {
    return text_of(fmt::format("layer-{}", layer));
  }

  /// One duty with all its details: a rule and a licence may ask for the same.
  std::string say_duty(std::span<const Duty> same) const {
    std::vector<std::string> details;
    for (const auto& duty : same) {
      if (!duty.detail.empty()) details.push_back(printable(duty.detail));
    }
    const std::string name = printable(texts_.label(Scheme::duty, same.front().action, language_));
    return details.empty() ? name
                           : fmt::format("{}{}{}", name, text_of("colon"), join(details, ", "));
  }

 private:
  std::string_view text_of(std::string_view code) const { return texts_.message(code, language_); }

  std::string name_of_kind(ClauseKind kind) const {
    const auto name = text_of(fmt::format("kind-{}", name_of(kind)));
    return std::string(name.empty() ? name_of(kind) : name);
  }

  /// An interval in words: `at most 730 days` for `[0, 731)`; as it is where there are none.
  std::string say_wanted(const Reason& reason) const {
    const auto bounds = reason.kind ? bounds_of(*reason.kind, reason.wanted) : std::nullopt;
    const auto message = bounds ? text_of(code_of(*reason.kind, *bounds)) : "";
    if (message.empty()) return printable(reason.wanted, field_bytes_max);
    return fill(message, [&](std::string_view name) -> std::optional<std::string> {
      if (name == "low") return printable(bounds->low, field_bytes_max);
      if (name == "high") return printable(bounds->high, field_bytes_max);
      return std::nullopt;
    });
  }

  std::optional<std::string> value_of(std::string_view name, const Reason& reason) const {
    if (name == "rule") return printable(reason.rule, field_bytes_max);
    if (name == "wanted") return say_wanted(reason);
    if (name == "got") return reason.got.empty() ? "—" : printable(reason.got, field_bytes_max);
    if (name == "kind") return reason.kind ? name_of_kind(*reason.kind) : "";
    return std::nullopt;
  }

  /// Fills in a message. What is filled in is not looked at again.
  std::string fill(std::string_view message, const Reason& reason) const {
    return fill(message, [&](std::string_view name) { return value_of(name, reason); });
  }
  template <class ValueOf>
  static std::string fill(std::string_view message, ValueOf value_of) {
    std::string out;
    while (!message.empty()) {
      const auto end = message[0] == '{' ? message.find('}') : std::string_view::npos;
      const auto value =
          end == std::string_view::npos ? std::nullopt : value_of(message.substr(1, end - 1));
      out += value ? *value : std::string(1, message[0]);
      message.remove_prefix(value ? end + 1 : 1);
    }
    return out;
  }

  const Vocabulary& texts_;
  const Language& language_;
};

/// To delete after the term, where it is said beside after how many days.
bool is_said_by(std::span<const Duty> duties, const Duty& duty) {
  return duty.action == "delete-after-term" && duty.detail.empty() &&
         std::ranges::find(duties, "delete-after", &Duty::action) != duties.end();
}

std::string_view code_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::drop:
      return "change-drop";
    case ChangeKind::add:
      return "change-add";
    case ChangeKind::set:
      return "change-set";
  }
  return "";
}

/// `floor-t-closeness` of `t_closeness`; that of recursive diversity is of both its numbers.
std::string code_of(const Bound& bound) {
  std::string code = fmt::format("floor-{}", bound.key.substr(0, bound.key.find('.')));
  std::ranges::replace(code, '_', '-');
  return code;
}

}  // namespace

std::string explain(const Assessment& assessment, const Language& language,
                    const Vocabulary& texts) {
  const Speaker speaker(texts, language);
  std::string text = speaker.say(fmt::format("answer-{}", name_of(assessment.answer))) + "\n";
  for (const auto& layer : assessment.layers) {
    // Only the layers that stand in the way, or all when none does.
    if (layer.answer == Answer::permit && assessment.answer != Answer::permit) continue;
    const auto who = speaker.say_layer(layer.name);
    for (const auto& reason : layer.reasons) {
      text += fmt::format("  - {}{}\n", who, speaker.say(reason.code, reason));
    }
  }
  if (assessment.answer != Answer::deny && !assessment.duties.empty()) {
    text += speaker.say("duties") + "\n";
    for (auto duty = assessment.duties.begin(); duty != assessment.duties.end();) {
      const auto next = std::find_if(duty, assessment.duties.end(), [&](const Duty& other) {
        return other.action != duty->action;
      });
      if (!is_said_by(assessment.duties, *duty)) {
        text += "  - " + speaker.say_duty({duty, next}) + "\n";
      }
      duty = next;
    }
  }
  for (const auto& suggestion : assessment.nearest) {
    text += speaker.say("nearest") + "\n";
    for (const auto& change : suggestion.changes) {
      Reason filled;
      filled.rule = change.field;
      filled.got = change.value;
      text += "  - " + speaker.say(code_of(change.kind), filled) + "\n";
    }
  }
  return text;
}

std::string explain_floor(const Floor& floor, const Language& language, const Vocabulary& texts) {
  if (floor.k == 0) return "";
  const Speaker speaker(texts, language);
  std::string text = speaker.say("floor") + "\n";
  for (const auto& bound : floor_bounds()) {
    const std::uint32_t value = floor.*bound.value;
    const bool is_said = value != 0 || bound.sense == Sense::share_max;
    if (!is_said || bound.value == &Floor::c_recursive_milli) continue;
    Reason filled;
    filled.wanted = print_bound(bound, value);
    if (bound.value == &Floor::l_recursive) {
      filled.got = print_fixed_point(floor.c_recursive_milli, 3);
    }
    text += "  - " + speaker.say(code_of(bound), filled) + "\n";
  }
  return text;
}

}  // namespace usufruct::terms
