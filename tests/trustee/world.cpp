#include "world.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "crypto/did_key.h"
#include "crypto/hash.h"
#include "crypto/share.h"
#include "ledger/entry.h"
#include "ledger/manifest.h"
#include "trustee/consents.h"
#include "trustee/earlier_releases.h"
#include "trustee/ppm.h"
#include "trustee/quorum.h"
#include "trustee/terms_history.h"

namespace usufruct {
namespace {

constexpr std::uint64_t rows = 12;

Terms research_terms(AfterWithdrawal after) {
  Terms terms;
  terms.title = "research, not commerce";
  terms.rules = {
      {"research",
       Effect::permit,
       {{ClauseKind::purpose, {"dpv:ResearchAndDevelopment"}},
        {ClauseKind::action, {"ai-training", "ai-evaluation"}}},
       {{"attribute", ""}}},
      {"no-commerce", Effect::forbid, {{ClauseKind::purpose, {"dpv:CommercialPurpose"}}}, {}}};
  terms.floor = {2, 5000, 0};
  terms.after_withdrawal = after;
  terms.vocabulary_sha256 = terms::Vocabulary::builtin().digest();
  return terms;
}

}  // namespace

World::World() {
  for (const auto* name : {"owner", "ama", "ben", "chi", "trainer", "auditor"}) {
    register_party(name);
  }
}

const KeyPair& World::key(const std::string& name) {
  auto found = keys_.find(name);
  if (found == keys_.end()) {
    found = keys_.emplace(name, *generate_keys(name, ManualClock(now_), chance_)).first;
  }
  return found->second;
}

std::string World::did(const std::string& name) {
  return print_did_key(key(name).signing.verify_key());
}

Record World::draft(const std::string& issuer, Body body) {
  Record record;
  record.issuer = did(issuer);
  record.issued_at = now_;
  record.body = std::move(body);
  return record;
}

Result<RecordId> World::log(const Record& record, std::vector<std::string> signers) {
  std::vector<const SigningKey*> keys;
  for (const auto& signer : signers) keys.push_back(&key(signer).signing);
  const Verified verified = TRY(sign(record, keys));
  now_ = now_.plus_seconds(1);
  const Candidate candidate{verified, graph_.size(), now_};
  CHECK_OK(usufruct_law(graph_, candidate));
  graph_.add({verified.id(), graph_.size(), now_, verified.record(), verified.signers()},
             hash_leaf(encode_entry(now_, verified.envelope())));
  history_.push_back({now_, verified});
  return verified.id();
}

RecordId World::must(const std::string& issuer, const Record& record) {
  const auto id = log(issuer, record);
  INFO((id ? "" : id.error().message));
  REQUIRE(id);
  return *id;
}

RecordId World::register_party(const std::string& name, Party party) {
  party.name = name;
  if (party.receiving_key.empty()) {
    party.receiving_key = print_age_recipient(key(name).receiving.recipient());
  }
  return parties_[name] = must(name, draft(name, std::move(party)));
}

RecordId World::charter() {
  Record record = draft("owner", Trust{.name = "trust", .threshold = 2, .deadline_days = 30});
  for (const auto* name : {"ama", "ben", "chi"}) record.add(Role::trustee, party(name));
  record.add(Role::custodian, party("ama"));
  const auto id = log(record, {"owner", "ama", "ben", "chi"});
  REQUIRE(id);
  return last["trust"] = *id;
}

RecordId World::dataset() {
  if (!last.contains("trust")) charter();
  Record record =
      draft("owner", Dataset{.title = "people", .personal_data = PersonalData::special});
  record.add(Role::held_by, last["trust"]);
  return last["dataset"] = must("owner", record);
}

Version World::version_body(SeededChance& chance) {
  Version body;
  body.label = "1";
  body.files = {{"people.csv", 100, sha256(as_view("people")), "text/csv"}};
  body.manifest_root = manifest_root(body.files);
  body.row_count = rows;
  body.columns = {{"name", ColumnRole::identifier, std::nullopt},
                  {"age", ColumnRole::quasi_identifier, std::nullopt},
                  {"answer", ColumnRole::sensitive, std::nullopt}};
  const auto dealt = *deal(random_share_secret(chance), {2, 3}, chance);
  body.custody.threshold = 2;
  for (const auto& commitment : dealt.commitments) {
    body.custody.commitments.push_back(to_bytes(commitment.view()));
  }
  body.custody.sealed_sha256 = sha256(as_view("sealed"));
  return body;
}

RecordId World::version(std::optional<Version> body) {
  if (!last.contains("dataset")) dataset();
  Record record = draft("owner", body ? *body : version_body(chance_));
  record.add(Role::of, last["dataset"]);
  return last["version"] = must("owner", record);
}

RecordId World::vocabulary() {
  if (last.contains("vocabulary")) return last["vocabulary"];
  const auto& words = terms::Vocabulary::builtin();
  return last["vocabulary"] = must("owner", draft("owner", Vocabulary{.name = "words",
                                                                      .sha256 = words.digest(),
                                                                      .words = words.words()}));
}

RecordId World::terms(AfterWithdrawal after) {
  if (!last.contains("version")) version();
  return last["terms"] = must("owner", terms_record(research_terms(after), last["dataset"]));
}

Record World::terms_record(Terms body, const RecordId& dataset) {
  const auto newest = newest_terms(graph_, dataset);
  body.comparison = comparison_with(graph_, newest.get(), body);
  Record record = draft("owner", std::move(body));
  record.add(Role::governs, dataset);
  record.add(Role::under, vocabulary());
  if (newest) record.add(Role::supersedes, newest->id);
  return record;
}

RecordId World::commitment(const std::string& subject) {
  return RecordId{hmac_sha256(as_view("pepper"), as_view(subject))};
}

RecordId World::consent(const std::string& subject, std::vector<std::string> purposes) {
  if (!last.contains("terms")) terms();
  if (purposes.empty()) purposes = {"dpv:ResearchAndDevelopment"};
  Record record = draft("owner", Consent{.purposes = std::move(purposes),
                                         .actions = {"ai-training", "ai-evaluation"}});
  record.add(Role::covers, last["dataset"]);
  record.add(Role::subject, commitment(subject));
  if (last.contains("consent " + subject)) {
    record.add(Role::supersedes, last["consent " + subject]);
  }
  return last["consent " + subject] = must("owner", record);
}

RecordId World::request(std::vector<std::string> purposes) {
  if (!last.contains("terms")) terms();
  if (purposes.empty()) purposes = {"dpv:AcademicResearch"};
  Record record = draft(
      "trainer",
      Request{.purposes = std::move(purposes), .actions = {"ai-training"}, .duration_days = 365});
  record.add(Role::for_, last["version"]);
  return last["request"] = must("trainer", record);
}

Record World::decision(const std::string& trustee, Outcome outcome) {
  const auto screening = screen(graph_, last["request"]);
  REQUIRE(screening);
  Decision body;
  body.outcome = outcome;
  if (outcome != Outcome::approve) body.reasons = {"too broad"};
  body.assessment = screening->digest;
  body.checkpoint_size = graph_.size();
  body.checkpoint_root = graph_.root_at(graph_.size());
  Record record = draft(trustee, body);
  record.add(Role::on, last["request"]);
  return record;
}

Record World::release() {
  const auto request = graph_.find(last["request"]);
  const auto dataset = graph_.find(last["dataset"]);
  const Covered covered = covered_subjects(graph_, *dataset, *request, now_, graph_.size());
  Release body;
  body.package_sha256 = sha256(as_view("package"));
  body.content_sha256 = sha256(as_view("content"));
  body.as_of = graph_.size();
  body.consent_root = covered.root();
  body.recipe = {{"age", ColumnRole::quasi_identifier, 1, 3, sha256(as_view("ages")), 1, 400'000},
                 {"answer", ColumnRole::sensitive, 0, 0, std::nullopt}};
  body.rows_input = rows;
  body.rows_consented = covered.subjects.size();
  body.rows_suppressed = 0;
  body.rows_released = body.rows_consented;
  body.k = 2;
  body.classes = 1;
  body.quality_ppm = 600'000;
  body.loss_bound_ppm = 300'000;
  body.gap_ppm = 100'000;
  body.format = "csv";
  body.algorithm = "by hand";
  body.code_version = "test";
  body.recoding_sha256 = sha256(as_view("recoding"));
  body.met = {{PrivacyModel::k_anonymity, "", 2, 2}};
  follow_counts(body);
  for (const auto& earlier : earlier_releases(graph_, dataset->id)) {
    body.composition.push_back({earlier->id.digest, 0, body.highest_risk_ppm});
  }
  Record record = draft("ama", body);
  record.add(Role::under, last["request"]);
  record.add(Role::from, last["version"]);
  record.add(Role::to, party("trainer"));
  return record;
}

Record World::run(RunType type) {
  Record record = draft("trainer", Run{.type = type});
  record.add(Role::used, last["release"]);
  return record;
}

Record World::model() {
  Record record = draft("trainer", Model{.name = "model"});
  record.add(Role::from, last["run"]);
  return record;
}

Record World::withdrawal(const std::string& issuer, const RecordId& target) {
  Record record = draft(issuer, Withdrawal{.reason = "I changed my mind"});
  record.add(Role::revokes, target);
  return record;
}

void follow_counts(Release& release) {
  const std::uint64_t classes = std::max<std::uint64_t>(1, release.classes);
  release.highest_risk_ppm = ppm_rounded_up(1, release.k);
  release.average_risk_ppm = ppm_rounded_up(release.classes, release.rows_released);
  release.marketer_risk_ppm = release.average_risk_ppm;
  release.average_class_size_milli = (1'000 * release.rows_released + classes - 1) / classes;
  // All classes of k rows but one.
  const std::uint64_t rest = release.rows_released - release.k * (classes - 1);
  release.discernibility = rest * rest + release.k * release.k * (classes - 1) +
                           release.rows_suppressed * release.rows_consented;
}

World granted_world(AfterWithdrawal after) {
  World world;
  world.terms(after);
  for (const auto* subject : {"s1", "s2", "s3"}) world.consent(subject);
  world.request();
  world.must("ama", world.decision("ama"));
  world.must("ben", world.decision("ben"));
  return world;
}

World released_world() {
  World world = granted_world();
  world.last["release"] = world.must("ama", world.release());
  return world;
}

std::string verdict(const Result<RecordId>& result) {
  return result ? "admitted" : result.error().rule;
}

}  // namespace usufruct
