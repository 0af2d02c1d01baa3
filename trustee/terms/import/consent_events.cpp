#include "trustee/terms/import/consent_events.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {
namespace {

using document::Node;

constexpr std::string_view not_recorded_here =
    "what was given elsewhere is not taken back here: it was never recorded here";
constexpr std::string_view nothing_before = "what came before it is not recorded here";

struct State {
  std::string_view name;  ///< in small letters, without `consent` before it
  ConsentStatus status;
  std::string_view loss;
};
constexpr State states[] = {{"given", ConsentStatus::given, ""},
                            {"renewed", ConsentStatus::given, nothing_before},
                            {"renewedconsentgiven", ConsentStatus::given, nothing_before},
                            {"refused", ConsentStatus::refused, ""},
                            {"requested", ConsentStatus::requested, ""},
                            {"deferred", ConsentStatus::requested, nothing_before},
                            {"requestdeferred", ConsentStatus::requested, nothing_before},
                            {"withdrawn", ConsentStatus::refused, not_recorded_here},
                            {"revoked", ConsentStatus::refused, not_recorded_here},
                            {"invalidated", ConsentStatus::refused, not_recorded_here},
                            {"expired", ConsentStatus::refused, not_recorded_here}};

State state_of(std::string_view word) {
  const std::string lower = to_lower_ascii(local_name(word));
  std::string_view name = lower;
  if (name.starts_with("consent")) name.remove_prefix(7);
  for (const auto& state : states) {
    if (state.name == name) return state;
  }
  return {"", ConsentStatus::requested, "it is not known to be given"};
}

void read_bound(Time& bound, const Node& item, const std::string& source, std::string_view into,
                ConsentAccount& account) {
  const auto time = foreign_time(account.word_of(item));
  if (!time || time->ms <= 0) return account.block(source, "the time is not understood");
  bound = *time;
  account.tell(source, Fidelity::mapped, std::string(into));
}

/// The end of the year 9999: later times have no text.
constexpr Time last_time{253'402'300'799'999};

/// How long from the time of the event.
void read_duration(const Node& item, const std::string& source, ConsentAccount& account,
                   ConsentEvent& out) {
  const auto days = days_of(account.word_of(item));
  const Time end = out.at && days ? out.at->plus_days(*days) : Time{};
  if (end.ms == 0 || *days == 0 || end > last_time) {
    return account.block(source, "how long it holds is not understood, or is less than a day");
  }
  out.valid_to = end;
  account.tell(source, Fidelity::mapped, "valid.to");
}

bool is_only_told(std::string_view name) {
  for (const std::string_view known :
       {"event_time", "date", "entity_id", "hasEntity", "record_id", "index", "@id"}) {
    if (name == known) return true;
  }
  return false;
}

/// An event that gives nothing is later than one that does, when nobody can tell.
bool is_earlier(const ConsentEvent& left, const ConsentEvent& right) {
  if (left.at && right.at && *left.at != *right.at) return *left.at < *right.at;
  return gives_consent(left.status) && !gives_consent(right.status);
}

}  // namespace

ConsentStatus read_consent_status(const Node& node, const std::string& source,
                                  ConsentAccount& account, std::string& consent_type) {
  std::optional<ConsentStatus> status;
  for (const auto* value : values_of(node)) {
    const std::string word = account.word_of(*value);
    if (const auto type = find_foreign(Scheme::consent_type, word)) {
      consent_type = *type;
      account.tell(source, Fidelity::mapped, "consent_type: " + *type);
      continue;
    }
    const State state = state_of(word);
    if (!status || gives_consent(*status)) status = state.status;
    account.tell(source, state.loss.empty() ? Fidelity::mapped : Fidelity::approximated,
                 fmt::format("status: {}", name_of(state.status)), std::string(state.loss));
  }
  return status.value_or(ConsentStatus::requested);
}

ConsentEvent read_consent_event(const Node& event, const std::string& source,
                                ConsentAccount& account) {
  ConsentEvent out;
  for (const auto& item : event.items) {
    const auto name = local_name(item.key);
    if (name == "event_time" || name == "date") out.at = foreign_time(account.word_of(item));
  }
  if (out.at && out.at->ms <= 0) out.at = std::nullopt;
  for (const auto& item : event.items) {
    const auto name = local_name(item.key);
    const std::string within = ConsentAccount::path(source, item);
    if (name == "state" || name == "@type") {
      out.status = read_consent_status(item, within, account, out.consent_type);
    } else if (name == "type") {
      account.take_word(item, within, Scheme::consent_type, "consent_type", out.consent_type);
    } else if (name == "valid_from") {
      read_bound(out.valid_from, item, within, "valid.from", account);
    } else if (name == "valid_until") {
      read_bound(out.valid_to, item, within, "valid.to", account);
    } else if (name == "duration" || name == "validity_duration" || name == "hasDuration") {
      read_duration(item, within, account, out);
    } else if (!is_only_told(name)) {
      account.block_unknown(within);
    }
  }
  return out;
}

ConsentEvent last_of(std::span<const ConsentEvent> events) {
  // Where some times are not told there is no order: one that gives nothing counts.
  for (const auto& event : events) {
    if (!event.at && !gives_consent(event.status)) return event;
  }
  ConsentEvent last = events.front();
  for (const auto& event : events) {
    if (is_earlier(last, event)) last = event;
    if (!event.at || !last.at) {
      // Nor can it be told which time counts: all of them do.
      last.valid_from = std::max(last.valid_from, event.valid_from);
      const bool ends = event.valid_to.ms != 0;
      const bool is_open = last.valid_to.ms == 0;
      if (ends) last.valid_to = is_open ? event.valid_to : std::min(last.valid_to, event.valid_to);
    }
  }
  return last;
}

}  // namespace usufruct::terms
