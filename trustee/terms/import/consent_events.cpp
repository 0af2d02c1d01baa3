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

/// Of several begins the latest counts, of several ends the earliest.
void narrow_from(Time& from, Time more) { from = std::max(from, more); }
void narrow_to(Time& to, Time more) {
  if (more.ms != 0) to = to.ms == 0 ? more : std::min(to, more);
}

void read_bound(void (*narrow)(Time&, Time), Time& bound, const Node& item,
                const std::string& source, std::string_view into, ConsentAccount& account) {
  const auto time = foreign_time(account.read_word(item, source));
  if (!time || time->ms <= 0) return account.block(source, "the time is not understood");
  narrow(bound, *time);
  account.tell(source, Fidelity::mapped, std::string(into));
}

/// The end of the year 9999: later times have no text.
constexpr Time last_time{253'402'300'799'999};

/// How long from the time of the event.
void read_duration(const Node& item, const std::string& source, ConsentAccount& account,
                   ConsentEvent& out) {
  const auto days = days_of(account.read_word(item, source));
  const Time end = out.at && days ? out.at->plus_days(*days) : Time{};
  if (end.ms == 0 || *days == 0 || end > last_time) {
    return account.block(source, "how long it holds is not understood, or is less than a day");
  }
  narrow_to(out.valid_to, end);
  account.tell(source, Fidelity::mapped, "valid.to");
}

bool is_told_of_event(std::string_view name) {
  for (const std::string_view known :
       {"event_time", "date", "entity_id", "hasEntity", "record_id", "index", "@id"}) {
    if (name == known) return true;
  }
  return false;
}

/// When it was; none when two times are told, or one that is none.
std::optional<Time> time_of(std::span<const Node* const> parts, const std::string& source,
                            ConsentAccount& account) {
  std::optional<Time> at;
  bool is_one = true;
  for (const auto* part : parts) {
    for (const auto& item : part->items) {
      const auto name = local_name(item.key);
      if (name != "event_time" && name != "date") continue;
      const auto time = foreign_time(account.read_word(item, source));
      is_one = is_one && time && time->ms > 0 && (!at || *at == *time);
      at = time;
    }
  }
  return is_one ? at : std::nullopt;
}

void add(ConsentEvent& all, const ConsentEvent& event) {
  all.status = stricter(all.status, event.status);
  narrow_from(all.valid_from, event.valid_from);
  narrow_to(all.valid_to, event.valid_to);
  if (all.consent_type.empty() ||
      (!event.consent_type.empty() && event.consent_type < all.consent_type)) {
    all.consent_type = event.consent_type;
  }
}

}  // namespace

ConsentStatus read_consent_status(const Node& node, const std::string& source,
                                  ConsentAccount& account, std::string& consent_type) {
  std::optional<ConsentStatus> status;
  for (const auto* value : values_of(node)) {
    const std::string word = account.read_word(*value, source);
    if (const auto type = find_foreign(Scheme::consent_type, word)) {
      if (consent_type.empty() || *type < consent_type) consent_type = *type;
      account.tell(source, Fidelity::mapped, "consent_type: " + *type);
      continue;
    }
    const State state = state_of(word);
    status = status ? stricter(*status, state.status) : state.status;
    account.tell(source, state.loss.empty() ? Fidelity::mapped : Fidelity::approximated,
                 fmt::format("status: {}", name_of(state.status)), std::string(state.loss));
  }
  return status.value_or(ConsentStatus::requested);
}

ConsentEvent read_consent_event(const Node& event, const std::string& source,
                                ConsentAccount& account) {
  ConsentEvent out;
  std::optional<ConsentStatus> status;
  const auto parts = account.graph().parts_of(event);
  out.at = time_of(parts, source, account);
  const auto read = [&](const Node& item) {
    const auto name = local_name(item.key);
    const std::string within = ConsentAccount::path(source, item);
    if (name == "state" || name == "@type") {
      const auto one = read_consent_status(item, within, account, out.consent_type);
      status = status ? stricter(*status, one) : one;
    } else if (name == "type") {
      account.take_word(item, within, Scheme::consent_type, "consent_type", out.consent_type);
    } else if (name == "valid_from") {
      read_bound(narrow_from, out.valid_from, item, within, "valid.from", account);
    } else if (name == "valid_until") {
      read_bound(narrow_to, out.valid_to, item, within, "valid.to", account);
    } else if (name == "duration" || name == "validity_duration" || name == "hasDuration") {
      read_duration(item, within, account, out);
    } else if (!is_told_of_event(name)) {
      account.block_unknown(within);
    }
  };
  for (const auto* part : parts) {
    for (const auto& item : part->items) read(item);
  }
  out.status = status.value_or(ConsentStatus::requested);
  return out;
}

ConsentStatus stricter(ConsentStatus one, ConsentStatus other) {
  if (gives_consent(one)) return other;
  return other == ConsentStatus::refused ? other : one;
}

ConsentEvent last_of(std::span<const ConsentEvent> events) {
  std::optional<Time> latest;
  for (const auto& event : events) {
    if (event.at) latest = latest ? std::max(*latest, *event.at) : *event.at;
  }
  std::optional<ConsentEvent> last;
  for (const auto& event : events) {
    // Where a time is not told nobody knows whether it was later.
    if (event.at && event.at != latest) continue;
    if (!last) {
      last = event;
    } else {
      add(*last, event);
    }
  }
  return *last;
}

}  // namespace usufruct::terms
