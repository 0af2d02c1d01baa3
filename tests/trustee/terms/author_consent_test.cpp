#include <doctest/doctest.h>

#include "trustee/terms/author.h"
#include "trustee/terms/consent_texts.h"

namespace usufruct {
namespace {

TEST_CASE(
    "author: a consent's file has the fields of ISO/IEC TS 27560, and is printed to the same") {
  const auto read = terms::parse_consent_template(
      "purposes: [AcademicResearch]\nactions: [ai-training]\nexcluded_purposes: Marketing\n"
      "recipients: [academic]\nstorage_jurisdictions: [EU]\nprocessing_jurisdictions: [DE, FR]\n"
      "data_categories: [Health, children]\nretention: 730 days\nlegal_basis: A9-2-a\n"
      "consent_type: explicit\njurisdiction: DE\ncollection_method: from-guardian\n"
      "guardian_relation: parent\nlanguage: zh-Hans\nwithdrawal_method: https://x.example/w\n"
      "age_out: 2031-04-12\nvalid: {from: 2026-10-01, to: 2030-01-01}\nrevocable: false\n"
      "asked_k: 20\n",
      "c");
  REQUIRE_MESSAGE(read, read.error().message);
  const auto& [consent, from, to] = *read;
  CHECK(consent.legal_basis == "eu-gdpr:A9-2-a");
  CHECK(consent.data_categories == std::vector<std::string>{"pd:Health", "children"});
  CHECK(print_time(consent.age_out_at) == "2031-04-01T00:00:00Z");  // never the day of birth
  CHECK(print_time(to) == "2030-01-01T00:00:00Z");
  CHECK(consent.asked_k == 20);
  CHECK(terms::check_consent_texts(consent));
  const auto text = terms::print_consent_template(*read);
  REQUIRE_MESSAGE(text, text.error().message);
  CHECK(*terms::parse_consent_template(*text, "again") == *read);
}

TEST_CASE("author: what is no consent's file is an error with its place and what was meant") {
  const std::pair<std::string_view, std::string_view> bad[] = {
      {"legal_basis: consent of Anna", ""},
      {"consent_type: explicitt", "did you mean 'explicit'?"},
      {"guardian_relation: Anna", ""},
      {"collection_method: by Anna", ""},
      {"withdrawal_method: anna@example.org", "https"},
      {"withdrawal_method: https://x.example/?who=anna", "https"},
      {"language: German language", "BCP 47"},
      {"data_categories: [Helth]", "did you mean 'pd:Health'?"},
      {"data_categories: []", "leave it out"},
      {"recipients: [nobody]", ""},
      {"retention: for ever", "days"},
      {"age_out: when she is grown", ""},
      {"age_out: 1969-01-01", ""},
      {"valid: {from: 2027-01-01, to: 2026-01-01}", "'to' is not included"},
      {"valid: {}", "'to' is not included"},
      {"status: maybe", ""},
      {"jurisdiction: [DE, FR]", ""},
      {"notice_sha256: 12", ""},
      {"asked_k: 0", ""},
      {"asked_k: 4294967296", ""},
      {"asked_k: many", ""},
      {"asked_k: 21", "one of 2, 3, 5"},
      {"name: Anna", ""}};
  for (const auto& [line, hint] : bad) {
    CAPTURE(line);
    const auto read = terms::parse_consent_template(
        "purposes: AcademicResearch\nactions: use\n" + std::string(line) + "\n", "c");
    REQUIRE(!read);
    CHECK(read.error().message.starts_with("c:"));
    CHECK(read.error().hint.find(hint) != std::string::npos);
  }
  CHECK(!terms::parse_consent_template("status: renewed\n", "c"));
  CHECK(terms::parse_consent_template("status: requested\n", "c"));
}

TEST_CASE("consent texts: months begin where they begin") {
  CHECK(terms::begins_month({0}));
  CHECK(terms::begins_month({1'796'083'200'000}));  // 2026-12-01
  CHECK_FALSE(terms::begins_month({1'796'083'200'001}));
  CHECK_FALSE(terms::begins_month({1'796'083'200'000 + 86'400'000}));
  CHECK_FALSE(terms::begins_month({INT64_MAX}));
  CHECK_FALSE(terms::begins_month({INT64_MIN}));
  for (const std::string_view day : {"2028-02-29", "2026-12-31", "2026-01-01", "1970-01-15"}) {
    const Time month = terms::month_of(*parse_time(day));
    CHECK(terms::begins_month(month));
    CHECK(print_time(month).substr(0, 7) == day.substr(0, 7));
  }
}

}  // namespace
}  // namespace usufruct
