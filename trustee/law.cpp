#include "trustee/law.h"

#include <fmt/format.h>

#include <array>

#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/law/rules.h"

namespace usufruct {
namespace {

using law::Case;
using law::refuse;

/// How far a claimed time may lie ahead of the ledger's: clocks differ.
constexpr std::int64_t clock_skew_ms = 5 * 60 * 1000;

constexpr std::array rules = {
    LawRule{"issuer-registered", "the issuer is the current key of a registered party"},
    LawRule{"time-claimed", "the claimed time is not in the future; validity ends after it begins"},
    LawRule{"ref-known", "every ref names a record in the log"},
    LawRule{"ref-kind", "every ref names a record of a kind its role allows"},
    LawRule{"ref-count", "each role stands as often as the kind of record asks"},
    LawRule{"party-new", "a key is registered once"},
    LawRule{"party-succession",
            "a party is superseded once, by its own key or its recovery key, "
            "with the signature of the new key"},
    LawRule{"party-keys", "receiving and recovery keys parse"},
    LawRule{"trust-threshold", "the threshold is at least 1 and at most the count of trustees"},
    LawRule{"trust-seats", "a mandatory seat is a trustee's"},
    LawRule{"trust-accepted", "every trustee signed the charter"},
    LawRule{"trust-succession", "a charter is superseded once, by its issuer"},
    LawRule{"dataset-titled", "a dataset has a title"},
    LawRule{"dataset-held", "a dataset is held by a charter that stands"},
    LawRule{"version-owner", "a version is issued by the owner of its dataset"},
    LawRule{"version-chain", "the previous version is of the same dataset"},
    LawRule{"version-manifest", "the files are in order and the root is theirs"},
    LawRule{
        "version-columns",
        "columns are named once; one at most is of subjects, of pseudonyms, of asked k; what is "
        "said of a column's values fits its role"},
    LawRule{"version-population",
            "a population is of all whom the rows may be of, and of no more than there are"},
    LawRule{"version-custody", "the key is dealt with the trust's threshold"},
    LawRule{"consent-owner", "consent is recorded by the owner of the dataset"},
    LawRule{"consent-succession", "a subject's newer consent supersedes the one before it"},
    LawRule{"consent-complete",
            "a given consent names purposes and actions, a list no more than 256 words"},
    LawRule{"consent-texts", "texts of a consent are words, language tags and addresses: no names"},
    LawRule{"consent-asked-k", "what a consent asks for is one of few numbers, which many ask for"},
    LawRule{"consent-categories",
            "a given consent that names data categories names all that its dataset has"},
    LawRule{"consent-request", "who has agreed is not asked again: a consent is renewed"},
    LawRule{"consent-deferral", "what is put off was asked for"},
    LawRule{"consent-renewal",
            "a renewal says what the consent before it said, which was given, valid or expired"},
    LawRule{"consent-invalidation", "what is found invalid was given"},
    LawRule{"consent-revocation", "what the owner ends is valid"},
    LawRule{"consent-guardian",
            "a guardian is named with the relation and an age-out ahead, the begin of a month, and "
            "stays named until then"},
    LawRule{"consent-collective",
            "a community that consented for its members signs what they consent to"},
    LawRule{
        "terms-owner",
        "terms are set by the owner of a dataset, a community with a seat, or who set up a trust"},
    LawRule{"terms-layer",
            "a price and what a withdrawal ends are an owner's to say, a law (16 at most) a "
            "trust's, labels a community's"},
    LawRule{"terms-succession", "newer terms supersede the ones before them"},
    LawRule{"terms-rules", "rules are named once and their intervals are not empty"},
    LawRule{"terms-floor", "the privacy floor is a possible one"},
    LawRule{"terms-vocabulary", "terms are written in the words of the vocabulary they name"},
    LawRule{"terms-comparison",
            "terms say of themselves how they stand to those they supersede, and it is so"},
    LawRule{"terms-derived",
            "the terms of derived data are equal to or narrower than those in force for each "
            "input (`specs/terms.md` §8) and hold at no other time, when they are set and when a "
            "version is added; an input without terms permits nothing, and what is undecided "
            "within 2,000,000 looks for all inputs is refused"},
    LawRule{"licence-owner", "a declared licence is the owner's word"},
    LawRule{"licence-succession",
            "a licence is superseded once, by its issuer, for the same record"},
    LawRule{"agreement-signed", "every party to an agreement signed it"},
    LawRule{"request-complete", "a request names purposes and actions"},
    LawRule{"request-open", "what is asked for has terms in force and is not withdrawn"},
    LawRule{"request-previous",
            "a request continues one of the same party for the same dataset, which is not granted "
            "and neither withdrawn nor continued already"},
    LawRule{"decision-trustee", "a decision is a trustee's of the trust that holds the dataset"},
    LawRule{"decision-second-vote", "a trustee votes once on a request"},
    LawRule{"decision-open", "the request is in review"},
    LawRule{"decision-assessment",
            "a decision cites the assessment that this request and these "
            "terms give"},
    LawRule{"decision-forbidden", "nobody approves what the terms deny"},
    LawRule{"decision-checkpoint",
            "the trustee had seen a state of this log that holds the request"},
    LawRule{"decision-reasons", "denial, return and recusal give reasons"},
    LawRule{"release-custodian", "a release is issued by the custodian of the trust"},
    LawRule{"release-grant", "a release has a grant that stands"},
    LawRule{"release-recipient", "a release goes to the party that asked"},
    LawRule{"release-version", "a release is of the version that was asked for"},
    LawRule{"release-count", "no more releases than the request asked for"},
    LawRule{"release-rows", "the counts of rows add up"},
    LawRule{"release-floor", "the measured privacy meets the floor of the terms"},
    LawRule{
        "release-met",
        "each privacy model that the terms ask for was demanded as strictly, of every sensitive "
        "column, and reached; and so was the k that rows ask for, where some do"},
    LawRule{"release-claims", "the claimed risks follow from the claimed counts"},
    LawRule{
        "release-utility",
        "quality, bound and gap agree, and with them the losses of the columns and the sizes of "
        "the classes"},
    LawRule{"release-making",
            "a release says its format, its algorithm, the version of the code and the recoding"},
    LawRule{"release-composition",
            "a release is held against every earlier one of the dataset, of 512 at most"},
    LawRule{"release-reuse", "a recoding that is used again is that of an earlier release"},
    LawRule{"release-consents", "the rows are those of the subjects whose consent covers it now"},
    LawRule{
        "release-columns",
        "what is not to leave stays behind; hierarchies are the version's, levels possible ones"},
    LawRule{"run-recipient", "a run uses what was released to, or made by, the party that ran it"},
    LawRule{"run-action", "a run does what the request asked to do"},
    LawRule{"run-term", "a run begins within the time that was granted"},
    LawRule{"run-withdrawn", "a run does not begin on what was withdrawn"},
    LawRule{"model-run", "a model is recorded by the party that ran the run"},
    LawRule{"model-manifest", "the files are in order and the root is theirs"},
    LawRule{"withdrawal-owner", "what a party stated, that party withdraws"},
    LawRule{"withdrawal-once", "nothing is withdrawn twice"},
    LawRule{"withdrawal-consent", "of consents, what was given is withdrawn"},
    LawRule{"obligation-cause",
            "an obligation is opened by the party whose withdrawal or incident "
            "causes it"},
    LawRule{"obligation-owed", "an obligation is owed by who holds the record"},
    LawRule{"obligation-reached", "an obligation is about something the withdrawal reached"},
    LawRule{"obligation-answer",
            "an obligation is answered by the party that owes it, with what was opened"},
    LawRule{"obligation-exempt", "only the party that opened an obligation exempts from it"},
    LawRule{"obligation-final",
            "an obligation is acknowledged once, and after done, refused or exempt not answered"},
    LawRule{"vocabulary-words", "the words of a vocabulary are in order and have its digest"},
    LawRule{"vocabulary-succession", "a vocabulary is superseded by its issuer"},
    LawRule{"settlement-lines", "a settlement names what was used, in a currency"},
};

Result<void> check_issuer(const Case& it) {
  if (it.record.kind() == Kind::party) return {};
  if (party_of(it.graph, it.record.issuer)) return {};
  const bool known = party_ever_of(it.graph, it.record.issuer) != nullptr;
  return refuse("issuer-registered",
                fmt::format("{} is {}", it.record.issuer,
                            known ? "a key that was superseded or withdrawn"
                                  : "not the key of a registered party"),
                known ? "sign with the party's current key" : "register the party first");
}

Result<void> check_time(const Case& it) {
  if (it.record.issued_at > it.candidate.time.plus_ms(clock_skew_ms)) {
    return refuse("time-claimed",
                  fmt::format("issued at {}, which is after the ledger's {}",
                              print_time(it.record.issued_at), print_time(it.candidate.time)),
                  "set the clock right");
  }
  if (it.record.valid_from.ms != 0 && it.record.valid_to.ms != 0 &&
      it.record.valid_to <= it.record.valid_from) {
    return refuse("time-claimed",
                  fmt::format("valid from {} to {}: that is never",
                              print_time(it.record.valid_from), print_time(it.record.valid_to)));
  }
  return {};
}

Result<void> check_body(const Case& it) {
  struct Visitor {
    const Case& it;
    Result<void> operator()(const Party& body) const { return check_party(it, body); }
    Result<void> operator()(const Trust& body) const { return check_trust(it, body); }
    Result<void> operator()(const Dataset& body) const { return check_dataset(it, body); }
    Result<void> operator()(const Version& body) const { return check_version(it, body); }
    Result<void> operator()(const Consent& body) const { return check_consent(it, body); }
    Result<void> operator()(const Terms& body) const { return check_terms(it, body); }
    Result<void> operator()(const Licence& body) const { return check_licence(it, body); }
    Result<void> operator()(const Agreement& body) const { return check_agreement(it, body); }
    Result<void> operator()(const Request& body) const { return check_request(it, body); }
    Result<void> operator()(const Decision& body) const { return check_decision(it, body); }
    Result<void> operator()(const Release& body) const { return check_release(it, body); }
    Result<void> operator()(const Run& body) const { return check_run(it, body); }
    Result<void> operator()(const Model& body) const { return check_model(it, body); }
    Result<void> operator()(const Withdrawal& body) const { return check_withdrawal(it, body); }
    Result<void> operator()(const Obligation& body) const { return check_obligation(it, body); }
    Result<void> operator()(const Settlement& body) const { return check_settlement(it, body); }
    Result<void> operator()(const Vocabulary& body) const { return check_vocabulary(it, body); }
    // Anyone registered may attest or report an incident about anything known.
    Result<void> operator()(const Attestation&) const { return {}; }
    Result<void> operator()(const Incident&) const { return {}; }
  };
  return std::visit(Visitor{it}, it.record.body);
}

}  // namespace

std::span<const LawRule> law_rules() { return rules; }

Result<void> usufruct_law(const Graph& graph, const Candidate& candidate) {
  const Case it{graph, candidate, candidate.verified.record()};
  const auto check = [&]() -> Result<void> {
    CHECK_OK(check_issuer(it));
    CHECK_OK(check_time(it));
    CHECK_OK(law::check_refs(it));
    return check_body(it);
  };
  auto verdict = check();
  if (!verdict) {
    return std::unexpected(std::move(verdict).error().within(
        fmt::format("{} {}", name_of(it.record.kind()), print_short(candidate.verified.id()))));
  }
  return verdict;
}

}  // namespace usufruct
