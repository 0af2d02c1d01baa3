#include <fmt/format.h>

#include <span>

#include "crypto/base/text.h"
#include "trustee/consent_receipt.h"

namespace usufruct {
namespace {

using terms::Language;
using terms::Scheme;

/// Lines `label: what`, for what is said; labels, and how a language sets them apart, are messages
/// of the vocabulary.
class Letter {
 public:
  explicit Letter(const Language& language) : language_(language) {}

  void add(std::string_view code, const std::string& what) {
    if (what.empty()) return;
    lines_.push_back(fmt::format("{}{}{}", message(code), message("colon"), what));
  }
  void add_words(std::string_view code, Scheme scheme, std::span<const std::string> words) {
    std::string list;
    for (const auto& word : words) {
      if (!list.empty()) list += message("semicolon");
      list += printable(vocabulary_.label(scheme, word, language_), 200);
    }
    add(code, list);
  }
  void add_word(std::string_view code, Scheme scheme, const std::string& word) {
    if (!word.empty()) add_words(code, scheme, {&word, 1});
  }
  void say(std::string_view code) { lines_.emplace_back(message(code)); }
  std::string_view message(std::string_view code) const {
    return vocabulary_.message(code, language_);
  }
  std::vector<std::string> take() && { return std::move(lines_); }

 private:
  const terms::Vocabulary& vocabulary_ = terms::Vocabulary::builtin();
  const Language& language_;
  std::vector<std::string> lines_;
};

std::string name_of_party(const Graph& graph, const LoggedPtr& party) {
  const auto newest = party ? newest_party(graph, party->id) : nullptr;
  const auto* body = newest ? newest->record.as<Party>() : nullptr;
  return body != nullptr ? printable(body->name, 200) : std::string();
}

void add_who(const Graph& graph, const Logged& dataset, const Logged& consent, Letter& letter) {
  const auto* body = dataset.record.as<Dataset>();
  letter.add("letter-dataset", body != nullptr ? printable(body->title, 200) : "");
  letter.add("letter-owner", name_of_party(graph, party_ever_of(graph, dataset.record.issuer)));
  const auto community = consent.record.first(Role::party);
  if (community) letter.add("letter-community", name_of_party(graph, graph.find(*community)));
}

void add_scope(const Consent& body, Letter& letter) {
  letter.add_words("letter-purposes", Scheme::purpose, body.purposes);
  letter.add_words("letter-excluded", Scheme::purpose, body.excluded_purposes);
  letter.add_words("letter-actions", Scheme::action, body.actions);
  letter.add_words("letter-data", Scheme::data_category, body.data_categories);
  letter.add_words("letter-recipients", Scheme::recipient, body.recipients);
  letter.add_words("letter-stored", Scheme::jurisdiction, body.storage_jurisdictions);
  letter.add_words("letter-processed", Scheme::jurisdiction, body.processing_jurisdictions);
  if (body.retention_days != 0) {
    letter.add("letter-retention",
               fmt::format("{} {}", body.retention_days, letter.message("letter-days")));
  }
  if (body.asked_k != 0) letter.add("letter-asked-k", std::to_string(body.asked_k));
  letter.add_word("letter-basis", Scheme::legal_basis, body.legal_basis);
  letter.add_word("letter-type", Scheme::consent_type, body.consent_type);
  letter.add_word("letter-collection", Scheme::collection_method, body.collection_method);
}

}  // namespace

std::vector<std::string> consent_letter(const Graph& graph, const Logged& dataset,
                                        const Logged& consent, const ConsentProof& proof, Time at,
                                        const Language& language) {
  Letter letter(language);
  static const Consent nothing;
  const auto* found = consent.record.as<Consent>();
  const Consent& body = found != nullptr ? *found : nothing;
  const auto state = state_of_consent(graph, consent, at, graph.size());
  add_who(graph, dataset, consent, letter);
  const bool is_not_yet = state == ConsentState::unknown && is_not_yet_valid(consent.record, at);
  letter.add("letter-state", std::string(letter.message(fmt::format(
                                 "consent-state-{}", is_not_yet ? "not-yet" : name_of(state)))));
  if (is_not_yet) letter.add("letter-from", print_time(consent.record.valid_from));
  add_scope(body, letter);
  letter.add_word("letter-guardian", Scheme::guardian_relation, body.guardian_relation);
  if (body.age_out_at.ms != 0) {
    letter.add("letter-age-out", print_time(body.age_out_at).substr(0, 10));
  }
  const Time end = ends_at(consent.record);
  if (end.ms != 0) letter.add("letter-until", print_time(end));
  letter.add_word("letter-withdraw", Scheme::withdrawal_method, body.withdrawal_method);
  if (gives_consent(body.status) && body.revocable) letter.say("letter-may-withdraw");
  letter.add("letter-record", print_id(consent.id));
  letter.add("letter-log", fmt::format("{} #{}", printable(proof.origin, 200), proof.index));
  return std::move(letter).take();
}

}  // namespace usufruct
