#include "trustee/terms/import/tdmrep.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/document/json.h"
#include "trustee/terms/import/html_meta.h"
#include "trustee/terms/import/http_fields.h"
#include "trustee/terms/import/signal.h"
#include "trustee/terms/import/site_path.h"

namespace usufruct::terms {
namespace {

using document::Node;

constexpr std::string_view reservation_name = "tdm-reservation";
constexpr std::string_view policy_name = "tdm-policy";

void say(std::string_view reservation, std::string_view policy, Signal& signal) {
  const auto mining = signal.vocabulary().meaning_of(Scheme::action, "tdmrep:tdm").words;
  const std::string source = fmt::format("{}: {}", reservation_name, reservation);
  const std::string policy_source = fmt::format("{}: {}", policy_name, policy);
  if (reservation == "0") {
    signal.allow({.actions = mining});
    signal.tell(source, Fidelity::approximated, in_words("permits", mining),
                "mining is not reserved; that it is allowed is the law's, as art. 4 of Directive "
                "(EU) 2019/790");
    if (!policy.empty()) {
      signal.tell(policy_source, Fidelity::mapped, "nothing: nothing is reserved");
    }
    return;
  }
  if (reservation != "1") {
    signal.leave_open(mining);
    // Something is meant by it, and nobody can say that it is not a reservation.
    if (!reservation.empty()) {
      signal.ask(fmt::format("is mining reserved by '{}'?", printable(source, 100)), mining);
    }
    signal.tell(source, Fidelity::refused, reservation.empty() ? "no preference" : "ask",
                "it is neither 0 nor 1");
    if (!policy.empty()) {
      signal.tell(policy_source, Fidelity::refused, "no preference", "nothing is reserved by it");
    }
    return;
  }
  if (policy.empty()) {
    signal.reserve(mining);
    return signal.tell(source, Fidelity::mapped, in_words("forbids", mining));
  }
  // Where a licence can be had the refusal is not the last word: it is asked about.
  signal.ask(fmt::format("mining is reserved; is it licensed under {}?", printable(policy)),
             mining);
  signal.tell(source, Fidelity::approximated, in_words("asks about", mining),
              "reserved, but a policy says under what it may be licensed");
  signal.tell(policy_source, Fidelity::refused, in_words("asks about", mining),
              "what the policy says is not read");
}

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->kind == document::Kind::scalar ? found->text : "";
}

/// A value that is no scalar is none of those there are, and so is not left out.
std::string reservation_of(const Node& rule) {
  const Node* found = rule.find(reservation_name);
  const bool is_list = found != nullptr && found->kind != document::Kind::scalar &&
                       found->kind != document::Kind::null;
  return is_list ? "(a list)" : text_of(rule, reservation_name);
}

Result<Imported> from_file(std::string_view text, Signal signal) {
  const auto& options = signal.options();
  const auto file = TRY(document::parse_json(text, options.file));
  if (file.root.kind != document::Kind::sequence) {
    return file.fault(file.root.place, "a list of rules is wanted here",
                      R"(as [{"location": "/", "tdm-reservation": 1}])");
  }
  bool is_found = false;
  for (const auto& rule : file.root.items) {
    const std::string location = text_of(rule, "location");
    if (rule.kind != document::Kind::mapping || location.empty()) {
      return file.fault(rule.place, "a rule with a 'location' is wanted here");
    }
    for (const auto& item : rule.items) {
      if (item.key == "location" || item.key == reservation_name || item.key == policy_name) {
        continue;
      }
      signal.ask(fmt::format("does '{}' leave room for this?", printable(item.key, 60)));
      signal.tell(location + ": " + item.key, Fidelity::refused, "ask",
                  "no such property is known");
    }
    const SitePattern pattern(location);
    const bool is_path = location.front() == '/' || location.front() == '*';
    if ((!is_path || pattern.is_unread()) && !is_found) {
      signal.ask(fmt::format("does what is said of '{}' hold here?", printable(location, 100)));
      signal.tell(location, Fidelity::refused, "ask",
                  is_path ? "it is too long to be compared" : "it is no path of a site");
      continue;
    }
    if (is_found || !pattern.matches(options.path)) {
      signal.tell(location, Fidelity::mapped,
                  is_found ? "nothing: a rule before it counts" : "nothing: of another path");
      continue;
    }
    is_found = true;
    say(reservation_of(rule), text_of(rule, policy_name), signal);
  }
  if (!is_found) signal.tell("(no rule of this path)", Fidelity::mapped, "no preference");
  return std::move(signal).finish();
}

/// Of values that differ the strictest: 1, then what is none, then 0.
std::string strictest(const std::vector<std::string>& values) {
  const auto rank = [](const std::string& value) {
    return value == "1" ? 0 : value != "0" ? 1 : 2;
  };
  return values.empty() ? "" : *std::ranges::min_element(values, {}, rank);
}

Result<Imported> from_values(const std::vector<std::string>& reservations,
                             const std::vector<std::string>& policies, Signal signal) {
  if (reservations.empty() && policies.empty()) {
    return malformed(fmt::format("{}: no {} is here", signal.options().file, reservation_name),
                     "give tdmrep.json, the head that `curl -sI URL` prints, or the page");
  }
  for (std::size_t i = 1; i < policies.size(); ++i) {
    signal.tell(policies[i], Fidelity::refused, "nothing", "another policy was given before it");
  }
  say(strictest(reservations), policies.empty() ? "" : policies.front(), signal);
  return std::move(signal).finish();
}

}  // namespace

Result<Imported> read_tdmrep(std::string_view text, const ImportOptions& options) {
  CHECK_OK(check_path(options.path));
  Signal signal("Imported from a reservation of text and data mining (TDMRep)", options);
  if (text.size() > document::text_bytes_max) {
    return malformed(fmt::format("{}: {} bytes are more than {}", options.file, text.size(),
                                 document::text_bytes_max));
  }
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  const auto begin = trim(text);
  if (begin.starts_with('[') || begin.starts_with('{')) return from_file(text, std::move(signal));
  if (begin.starts_with('<')) {
    return from_values(meta_of(text, reservation_name), meta_of(text, policy_name),
                       std::move(signal));
  }
  return from_values(values_of_field(text, reservation_name), values_of_field(text, policy_name),
                     std::move(signal));
}

}  // namespace usufruct::terms
