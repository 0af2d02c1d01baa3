#include <fmt/format.h>

#include <algorithm>

#include "trustee/consents.h"
#include "trustee/earlier_releases.h"
#include "trustee/entitlement.h"
#include "trustee/law/claims.h"
#include "trustee/law/rules.h"
#include "trustee/quorum.h"

// Releasing: by whom, to whom, of which rows, and beside what was released before.

namespace usufruct::law {
namespace {

Result<void> check_custodian(const Case& it, const Holding& holding) {
  const auto custodian_id = holding.trust->record.first(Role::custodian);
  const auto custodian = custodian_id ? newest_party(it.graph, *custodian_id) : nullptr;
  if (custodian && same_party(it.graph, custodian->record.issuer, it.record.issuer)) return {};
  return refuse("release-custodian",
                fmt::format("the custodian of the trust is '{}'",
                            custodian ? custodian->record.as<Party>()->name : "nobody"));
}

Result<void> check_recipient(const Case& it, const Logged& request) {
  const auto recipient = named(it, Role::to);
  if (!same_party(it.graph, recipient->record.issuer, request.record.issuer)) {
    return refuse("release-recipient", "the release goes to another party than the one that asked");
  }
  if (newest_party(it.graph, recipient->id)->id != recipient->id ||
      is_withdrawn(it.graph, recipient->id)) {
    return refuse("release-recipient",
                  fmt::format("{} was withdrawn or is not the newest record of the trainer",
                              print_short(recipient->id)),
                  "seal it to the key the trainer has now");
  }
  return {};
}

Result<void> check_count(const Case& it, const Logged& request) {
  const std::size_t made = releases_made(it.graph, request.id);
  const std::size_t allowed = releases_allowed(*request.record.as<Request>());
  if (made < allowed) return {};
  return refuse("release-count", fmt::format("{} of {} releases were made already", made, allowed),
                "ask for more releases in a new request");
}

Result<void> check_consents(const Case& it, const Release& release, const Covered& covered,
                            const std::vector<Column>& columns) {
  // Where no column names the subject, each row is a subject of its own.
  const bool row_is_subject =
      std::ranges::find(columns, ColumnRole::subject, &Column::role) == columns.end();
  const bool too_many =
      covered.needed && row_is_subject && release.rows_consented > covered.subjects.size();
  // Where no consent is needed no row may vanish for want of one.
  const bool hides_rows = !covered.needed && release.rows_consented != release.rows_input;
  if (release.as_of > it.graph.size() || release.consent_root != covered.root() || too_many ||
      hides_rows || (covered.needed && covered.subjects.empty())) {
    return refuse("release-consents",
                  fmt::format("the rows are not those of the {} subjects whose consent covers the "
                              "request now",
                              covered.subjects.size()),
                  "a consent was given, withdrawn or expired meanwhile: make the release again");
  }
  return {};
}

/// Where rows may ask for a k of their own, what became of that is said; else there is nothing to
/// say.
Result<void> check_asked_k(const Release& release, const Covered& covered,
                           const std::vector<Column>& columns) {
  const bool may_ask =
      !covered.asked_k.empty() ||
      std::ranges::find(columns, ColumnRole::asked_k, &Column::role) != columns.end();
  const auto said = std::ranges::find(release.met, PrivacyModel::personalised_k, &Met::model);
  const bool says = said != release.met.end();
  if (says && said->demanded != 1) {
    return refuse("release-met", "what single rows ask is not to be told",
                  "make the release again with this version of the program");
  }
  if (may_ask == says) return {};
  return refuse("release-met",
                may_ask ? "rows ask for a k of their own, and nothing is said of it"
                        : "no row asks for a k of its own, and it is said to be met",
                "make the release again");
}

/// Beside an earlier release a row is at no less risk than by itself, and at all there is when it
/// stands alone.
bool is_possible(const Composition& beside, const Release& release) {
  constexpr std::uint32_t certain = 1'000'000;
  return beside.uniques <= release.rows_released && beside.joint_risk_ppm <= certain &&
         beside.joint_risk_ppm >= release.highest_risk_ppm &&
         (beside.uniques > 0) == (beside.joint_risk_ppm == certain);
}

Result<void> check_composition(const Release& release, std::span<const LoggedPtr> earlier) {
  const bool is_all = std::ranges::equal(release.composition, earlier, {}, &Composition::release,
                                         [](const LoggedPtr& logged) { return logged->id.digest; });
  if (!is_all) {
    return refuse(
        "release-composition",
        fmt::format("the release is held against {} earlier ones, and the dataset has {}: "
                    "one is missing, foreign or out of order",
                    release.composition.size(), earlier.size()),
        "make the release again");
  }
  for (const auto& beside : release.composition) {
    if (is_possible(beside, release)) continue;
    return refuse(
        "release-composition",
        fmt::format("beside {} the joint risk is {} ppm with {} rows alone; by itself the "
                    "highest is {} ppm in {} rows",
                    print_short({beside.release}), beside.joint_risk_ppm, beside.uniques,
                    release.highest_risk_ppm, release.rows_released));
  }
  return {};
}

Result<void> check_reuse(const Release& release, std::span<const LoggedPtr> earlier) {
  if (!release.reuses) return {};
  const auto reused = std::ranges::find(earlier, *release.reuses,
                                        [](const LoggedPtr& logged) { return logged->id.digest; });
  if (reused == earlier.end()) {
    return refuse("release-reuse", fmt::format("{} is no earlier release of the dataset",
                                               print_short({*release.reuses})));
  }
  if ((*reused)->record.as<Release>()->recoding_sha256 == release.recoding_sha256) return {};
  return refuse("release-reuse", fmt::format("the recoding is not that of release {}",
                                             print_short({*release.reuses})));
}

}  // namespace

Result<void> check_release(const Case& it, const Release& release) {
  const auto request = named(it, Role::under);
  const auto grant = grant_of(it.graph, request->id, it.candidate.time);
  if (!grant) return refuse("release-grant", grant.error().message, grant.error().hint);
  const auto& holding = grant->screening().holding;
  CHECK_OK(check_custodian(it, holding));
  CHECK_OK(check_recipient(it, *request));
  if (it.record.first(Role::from) != holding.version->id) {
    return refuse("release-version", "the release is of another version than was asked for");
  }
  CHECK_OK(check_count(it, *request));
  const auto& version = *holding.version->record.as<Version>();
  CHECK_OK(check_release_claims(release, version, grant->screening().floor));
  const Covered covered =
      covered_subjects(it.graph, *holding.dataset, *request, it.candidate.time, it.graph.size());
  CHECK_OK(check_consents(it, release, covered, version.columns));
  CHECK_OK(check_asked_k(release, covered, version.columns));
  const auto earlier = earlier_releases(it.graph, holding.dataset->id);
  CHECK_OK(check_composition(release, earlier));
  return check_reuse(release, earlier);
}

}  // namespace usufruct::law
