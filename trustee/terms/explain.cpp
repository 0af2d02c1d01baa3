#include "trustee/terms/explain.h"

#include <algorithm>
#include <span>
#include <vector>

#include "crypto/base/text.h"
#include "trustee/terms/clause.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t field_bytes_max = 400;

/// Fills in a message. What is filled in is not looked at again.
std::string fill(std::string_view message, const Reason& reason) {
  std::string out;
  while (!message.empty()) {
    const auto end = message[0] == '{' ? message.find('}') : std::string_view::npos;
    const auto name = end == std::string_view::npos ? "" : message.substr(1, end - 1);
    if (name == "rule") {
      out += printable(reason.rule, field_bytes_max);
    } else if (name == "wanted") {
      out += printable(reason.wanted, field_bytes_max);
    } else if (name == "got") {
      out += reason.got.empty() ? "—" : printable(reason.got, field_bytes_max);
    } else if (name == "kind") {
      out += reason.kind ? name_of(*reason.kind) : "";
    } else {
      out += message[0];
      message.remove_prefix(1);
      continue;
    }
    message.remove_prefix(end + 1);
  }
  return out;
}

std::string say(std::string_view code, const Reason& reason, Language language) {
  const auto message = Vocabulary::builtin().message(code, language);
  return message.empty() ? printable(code) : fill(message, reason);
}

/// Who speaks, where it is not the owner, the licence or the request itself.
std::string say_layer(std::string_view layer, Language language) {
  const auto message = Vocabulary::builtin().message(fmt::format("layer-{}", layer), language);
  return std::string(message);
}

/// One duty with all its details: a rule and a licence may ask for the same.
std::string say_duty(std::span<const Duty> same, Language language) {
  std::vector<std::string> details;
  for (const auto& duty : same) {
    if (!duty.detail.empty()) details.push_back(printable(duty.detail));
  }
  const std::string name =
      printable(Vocabulary::builtin().label(Scheme::duty, same.front().action, language));
  return details.empty() ? name : name + ": " + join(details, ", ");
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

}  // namespace

std::string explain(const Assessment& assessment, Language language) {
  const Reason none;
  std::string text =
      say(fmt::format("answer-{}", name_of(assessment.answer)), none, language) + "\n";
  for (const auto& layer : assessment.layers) {
    // Only the layers that stand in the way, or all when none does.
    if (layer.answer == Answer::permit && assessment.answer != Answer::permit) continue;
    const std::string who = say_layer(layer.name, language);
    for (const auto& reason : layer.reasons) {
      text += "  - " + who + say(reason.code, reason, language) + "\n";
    }
  }
  if (assessment.answer != Answer::deny && !assessment.duties.empty()) {
    text += say("duties", none, language) + "\n";
    for (auto duty = assessment.duties.begin(); duty != assessment.duties.end();) {
      const auto next = std::find_if(duty, assessment.duties.end(), [&](const Duty& other) {
        return other.action != duty->action;
      });
      text += "  - " + say_duty({duty, next}, language) + "\n";
      duty = next;
    }
  }
  for (const auto& suggestion : assessment.nearest) {
    text += say("nearest", none, language) + "\n";
    for (const auto& change : suggestion.changes) {
      Reason filled;
      filled.rule = change.field;
      filled.got = change.value;
      text += "  - " + say(code_of(change.kind), filled, language) + "\n";
    }
  }
  return text;
}

Language parse_language(std::string_view tag) {
  return to_lower_ascii(tag.substr(0, 2)) == "zh" ? Language::zh : Language::en;
}

}  // namespace usufruct::terms
