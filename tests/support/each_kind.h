#pragma once

#include <utility>
#include <vector>

#include "ledger/record/record.h"

namespace usufruct {

inline Digest digest_of(std::uint8_t first) {
  Digest digest;
  digest.bytes[0] = first;
  digest.bytes[31] = 0x7f;
  return digest;
}

/// Each kind of body once, in the order of their numbers, no field at its default by accident.
inline std::vector<Body> one_of_each_kind() {
  Version version;
  version.label = "1.0.0";
  version.files = {{"a/table.csv", 12, digest_of(1), "text/csv"}};
  version.manifest_root = digest_of(2);
  version.columns = {{"age", ColumnRole::quasi_identifier, digest_of(3), 2'500},
                     {"name", ColumnRole::identifier, std::nullopt}};
  version.population = {digest_of(15), 9'000'000'000};
  version.custody = {2, {Bytes(32, 1), Bytes(32, 2)}, digest_of(4)};
  Terms terms;
  terms.rules = {{"research",
                  Effect::permit,
                  {{ClauseKind::purpose, {"dpv:AcademicResearch"}, 0, 0},
                   {ClauseKind::time, {}, 1, 1'800'000'000'000}},
                  {{"attribute", "cite the owner"}}}};
  terms.floor = {5, 500, 2, 2'500, 3, 4'000, 200'000, 1'500, 2'000, 2'125, 7, 10'000};
  terms.comparison = TermsComparison::wider;
  Release release;
  release.package_sha256 = digest_of(5);
  release.recipe = {{"age", ColumnRole::quasi_identifier, 2, 6, digest_of(6), 4, 250'000}};
  release.met = {{PrivacyModel::recursive_diversity, "diagnosis", 4'000, 3'999, 3}};
  release.discernibility = UINT64_MAX;
  release.recoding_sha256 = digest_of(13);
  release.composition = {{digest_of(14), 2, 1'000'000}};
  release.reuses = digest_of(14);
  release.rows_input = UINT64_MAX;
  Consent consent{.status = ConsentStatus::renewed, .purposes = {"p"}, .revocable = false};
  consent.language = "zh-Hans";
  consent.recipients = {"academic"};
  consent.data_categories = {"health"};
  consent.receipt_sha256 = digest_of(12);
  consent.retention_days = 30;
  consent.age_out_at = {1'893'456'000'000};
  consent.asked_k = 50;
  Settlement settlement;
  settlement.lines = {{digest_of(7), "per row", -3}};
  return {
      Party{.name = "Ökonomie für 人", .classes = {"academic"}},
      Trust{.name = "t", .threshold = 2},
      Dataset{.title = "d", .personal_data = PersonalData::special, .data_categories = {"health"}},
      version,
      consent,
      terms,
      Licence{.expression = "CC-BY-4.0"},
      Agreement{.title = "a", .fee = -1},
      Request{.purposes = {"p"}, .duration_days = 30},
      Decision{.outcome = Outcome::recuse, .reasons = {"r"}, .assessment = digest_of(8)},
      release,
      Run{.type = RunType::generate, .started_at = {5}},
      Model{.name = "m"},
      Withdrawal{.effect = WithdrawalEffect::notify},
      Obligation{.due = {77}, .state = ObligationState::exempt},
      Attestation{.predicate_type = "x"},
      Incident{.class_ = "breach", .severity = Severity::critical},
      settlement,
      Vocabulary{.name = "v", .words = {"purpose p"}}};
}

inline Record record_with(Body body) {
  Record record;
  record.issuer = "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd";
  record.issued_at = {1'700'000'000'123};
  record.valid_to = {1'900'000'000'000};
  record.add(Role::about, RecordId{digest_of(9)});
  record.add(Role::of, RecordId{digest_of(10)});
  record.documents = {{"notice", digest_of(11), 4096, "text/plain", true}};
  record.body = std::move(body);
  return record;
}

}  // namespace usufruct
