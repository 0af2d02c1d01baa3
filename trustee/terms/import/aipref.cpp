#include "trustee/terms/import/aipref.h"

#include <fmt/format.h>

#include <algorithm>

#include "crypto/base/text.h"
#include "trustee/terms/import/http_fields.h"
#include "trustee/terms/import/structured_field.h"

namespace usufruct::terms {
namespace {

std::string written(const FieldMember& member) {
  std::string text = member.key;
  if (member.value.kind != FieldKind::boolean) text += "=" + member.value.text;
  for (const auto& [name, value] : member.parameters) {
    text += fmt::format(";{}={}", name, value.text);
  }
  return text;
}

/// The duties under which Creative Commons' signals except from a reservation: none when anything
/// else is said beside, which may take the exception back.
std::vector<Duty> duties_of(const FieldMember& member, const Vocabulary& vocabulary) {
  std::vector<Duty> duties;
  if (member.parameters.size() != 1) return duties;
  const auto& [name, value] = member.parameters.front();
  const bool is_exception = name == "exceptions" && value.kind == FieldKind::token;
  if (!is_exception || !value.text.starts_with("cc-")) return duties;
  const Meaning meaning = vocabulary.meaning_of(Scheme::duty, value.text);
  for (const auto& word : meaning.words) duties.push_back({word, "as the signal " + value.text});
  return duties;
}

void hear_no(const FieldMember& member, const Meaning& meaning, Heard heard, Signal& signal) {
  auto duties = duties_of(member, signal.vocabulary());
  if (!duties.empty() && heard == Heard::by_all) {
    signal.tell(written(member), Fidelity::approximated,
                in_words("permits under duties", meaning.words),
                "the signal's own text says more than the duties");
    return signal.allow({.actions = meaning.words, .duties = std::move(duties)});
  }
  signal.reserve(meaning.words);
  const bool is_bare = member.parameters.empty();
  signal.tell(written(member), fidelity_of(is_bare && meaning.is_exact),
              in_words("forbids", meaning.words),
              is_bare ? meaning.is_exact ? "" : "near it, not the same"
                      : "its parameters are not known here: no exception is made");
}

void hear_yes(const FieldMember& member, const Meaning& meaning, Heard heard, Signal& signal) {
  if (heard == Heard::by_some) {
    signal.leave_open(meaning.words);
    return signal.tell(written(member), Fidelity::refused, "no preference",
                       "said to one crawler alone");
  }
  signal.allow({.actions = meaning.words});
  if (!member.parameters.empty()) {
    signal.ask(fmt::format("is what '{}' says met?", printable(written(member), 100)),
               meaning.words);
    return signal.tell(written(member), Fidelity::refused,
                       in_words("permits, and asks about", meaning.words),
                       "its parameters are not known here");
  }
  signal.tell(written(member), fidelity_of(meaning.is_exact), in_words("permits", meaning.words),
              meaning.is_exact ? "" : "near it, not the same");
}

void hear_member(const FieldMember& member, Heard heard, Signal& signal) {
  const Meaning meaning = signal.vocabulary().meaning_of(Scheme::action, "aipref:" + member.key);
  const bool is_token = member.value.kind == FieldKind::token;
  const bool is_yes = is_token && member.value.text == "y";
  const bool is_no = is_token && member.value.text == "n";
  if (meaning.words.empty()) {
    signal.tell_unknown(member.key);
    // What is reserved under a name nobody knows could be anything.
    if (!is_yes)
      signal.ask(fmt::format("does '{}' leave room for this?", printable(written(member), 100)));
    return signal.tell(written(member), Fidelity::refused, is_yes ? "no preference" : "ask",
                       "no category of that name is known");
  }
  if (is_no) return hear_no(member, meaning, heard, signal);
  if (is_yes) return hear_yes(member, meaning, heard, signal);
  signal.leave_open(meaning.words);
  signal.tell(written(member), Fidelity::refused, "no preference", "it is neither y nor n");
}

}  // namespace

void hear_aipref(std::string_view field, Heard heard, Signal& signal) {
  const auto members = parse_dictionary(field);
  if (!members) {
    return signal.tell(field, Fidelity::refused, "no preference at all",
                       "no dictionary of RFC 9651: " + members.error().message);
  }
  for (auto member = members->begin(); member != members->end(); ++member) {
    const bool comes_again = std::ranges::find(member + 1, members->end(), member->key,
                                               &FieldMember::key) != members->end();
    if (comes_again) {
      signal.tell(written(*member), Fidelity::mapped, "nothing: the last of its name counts");
    } else {
      hear_member(*member, heard, signal);
    }
  }
}

Result<Imported> read_aipref(std::string_view text, const ImportOptions& options) {
  Signal signal("Imported from AI usage preferences (AIPREF)", options);
  const auto values = values_of_field(text, "content-usage");
  const std::string field = values.empty() ? std::string(trim(text)) : join(values, ", ");
  if (field.empty() || (values.empty() && field.contains('\n'))) {
    return malformed(fmt::format("{}: no Content-Usage is here", options.file),
                     "give its value, as 'train-ai=n', or the head that `curl -sI URL` prints");
  }
  hear_aipref(field, Heard::by_all, signal);
  return std::move(signal).finish();
}

}  // namespace usufruct::terms
