
#include "crypto/base/text.h"
#include "tests/fuzz/target.h"
#include "trustee/terms/analysis.h"
#include "trustee/terms/author.h"
#include "trustee/terms/import/duo.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"
#include "trustee/terms/templates.h"

namespace usufruct::fuzz {
namespace {

/// A request that most terms say something of.
const Request& usual_request() {
  static const Request request = [] {
    Request made;
    made.purposes = {"dpv:AcademicResearch"};
    made.actions = {"ai-training"};
    made.jurisdictions = {"DE"};
    made.duration_days = 365;
    made.count = 1;
    made.attestations = {"ethics-approval", "no-reidentification"};
    return made;
  }();
  return request;
}

/// Terms that were read are printed to what is read as the same, compile, are judged by the kernel
/// as the specification says, and can be compared with themselves.
void run_terms(View input) {
  const auto terms = terms::parse_terms(as_text(input), "terms.yaml");
  if (!terms) {
    CHECK_THAT(!terms.error().message.empty());
    return;
  }
  const auto text = terms::print_terms(*terms);
  CHECK_THAT(text.has_value());
  const auto again = terms::parse_terms(*text, "again.yaml");
  CHECK_THAT(again.has_value() && *again == *terms);

  const auto& vocabulary = terms::Vocabulary::builtin();
  Party party;
  party.classes = {"university"};
  const terms::Context context{usual_request(), party, RecordId{}, {1'790'000'000'000}};
  const auto policy = terms::Policy::of(*terms, {}, vocabulary);
  const auto judged = terms::judge(policy, terms::Question(context));
  CHECK_THAT(judged == terms::specified(*terms, {}, context));

  terms::Budget small{.steps = 50'000};
  const auto same = terms::diff(*terms, *again, vocabulary, small);
  CHECK_THAT(same.comparison == terms::Comparison::equal ||
             same.comparison == terms::Comparison::undecided);
  terms::Budget budget{.steps = 50'000};
  Terms nothing;
  const auto some = terms::permitted_by_first_alone(*terms, nothing, vocabulary, budget);
  if (!some) {
    // Then this one is not permitted either, unless the search was given up.
    CHECK_THAT(budget.is_spent() || judged.answer != terms::Answer::permit);
  } else {
    CHECK_THAT(terms::specified(*terms, {}, some->context()).answer == terms::Answer::permit);
  }
}

void run_ask(View input) {
  if (const auto request = terms::parse_request(as_text(input), "request.yaml")) {
    const auto again = terms::parse_request(terms::print_request(*request), "again.yaml");
    CHECK_THAT(again.has_value() && *again == *request);
  }
  (void)terms::parse_consent_template(as_text(input), "consent.yaml");
  (void)terms::parse_dataset(as_text(input), "dataset.yaml");
  (void)terms::parse_trust(as_text(input), "trust.yaml");
}

/// Codes in any order: what is imported is a file of terms that permits nothing without a
/// permission.
void run_duo(View input) {
  std::vector<std::string> codes;
  for (const auto code : split(as_text(input), ' ')) codes.emplace_back(code);
  const auto imported = terms::import_duo(codes);
  if (!imported) return;
  CHECK_THAT(imported->lines.size() >= codes.size());
  const auto text = terms::print_terms(imported->terms);
  // Of a great many codes the file is too large.
  if (codes.size() > 1'000) return;
  CHECK_THAT(text.has_value());
  const auto again = terms::parse_terms(*text, "again.yaml");
  CHECK_THAT(again.has_value() && *again == imported->terms);
}

std::vector<Bytes> duo_seeds() {
  return {to_bytes("HMB NPU IRB TS=24 GS=EU,CH"), to_bytes("DUO:0000042 NPUNCU DS=MONDO:1 odd"),
          to_bytes("NRES NCU CC NPOA NMDS GSO PUB RTN COL=x MOR=2027 US=me IS=us PS=1 RS=t"),
          to_bytes("POA DUO:0000001")};
}

std::vector<Bytes> terms_seeds() {
  std::vector<Bytes> seeds;
  for (const auto& one : terms::templates()) seeds.push_back(to_bytes(one.text));
  seeds.push_back(to_bytes(
      "title: t\npermit:\n  - id: a\n    actors: "
      "0000000000000000000000000000000000000000000000000000000000000001\n"
      "    valid: {from: 2026-01-01, to: 2028-01-01}\n"
      "    recurring: {every: week, from: 540, to: 1080}\n    count: {min: 1, max: 2}\n"
      "    safeguards: {k: 5, suppression-max-per10000: 3}\n    price: {amount: 1.00, currency: "
      "EUR}\n"
      "    also: [{purposes: [Marketing]}, {flags: [children]}]\n    duties: [attribute: us]\n"
      "forbid:\n  - {id: b, everything: true}\n"));
  return seeds;
}

std::vector<Bytes> ask_seeds() {
  return {
      to_bytes("purposes: [AcademicResearch]\nactions: [ai-training]\nduration: 90 days\n"
               "price: {amount: 3.50, currency: EUR}\njustification: \"so: #\"\n"),
      to_bytes("title: People\npersonal_data: special\ncolumns: {id: subject, a: sensitive}\n"
               "hierarchies: {a: a.csv}\n"),
      to_bytes("name: T\nthreshold: 2\ntrustees: [a, b]\n"),
      to_bytes("purposes: [AcademicResearch]\nactions: [use]\nexcluded_purposes: [Marketing]\n")};
}

}  // namespace

const Target duo_target{"duo", run_duo, duo_seeds};
const Target ask_target{"ask", run_ask, ask_seeds};
const Target terms_target{"terms", run_terms, terms_seeds};

}  // namespace usufruct::fuzz
