#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "trustee/terms/import/consent.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct {
namespace {

using Words = std::vector<std::string>;

/// A record in the plain form, with what is put into its one purpose and its events.
std::string record_of(std::string_view conditions, std::string_view events = "") {
  return fmt::format(
      R"({{"record": {{"schema_version": "27560", "record_id": "r1", "pii_principal_id": "Anna"}},
          "pii_processing": {{"language": "en", "purposes": [{{
            "purpose": "Academic research", "purpose_type": "AcademicResearch",
            "lawful_basis": "consent", "processing_method": ["ai-training", "collect"]{}}}]}},
          "party_identification": [{{"party_email": "anna@example.org"}}],
          "event": [{}]}})",
      conditions,
      events.empty() ? R"({"event_time": "2026-05-28T12:24:00", "state": "given"})" : events);
}

terms::ImportedConsent import_of(const std::string& text) {
  auto imported = terms::import_consent(text, "r.json");
  INFO((imported ? "" : imported.error().message));
  REQUIRE(imported);
  // Whatever comes of it can be written and read again, and never tells who it is about.
  const auto file = terms::print_consent_template(imported->agreed);
  REQUIRE(file);
  CHECK(file->find("Anna") == std::string::npos);
  for (const auto& line : imported->lines) {
    CHECK((line.source + line.into + line.loss).find("anna@") == std::string::npos);
  }
  return *std::move(imported);
}

ConsentStatus status_of(const std::string& text) { return import_of(text).agreed.consent.status; }

TEST_CASE("import consent: a record of the technical specification becomes a template") {
  const auto imported = import_of(record_of(
      R"(, "pii_information": [{"pii_type": "Health"}, {"pii_type": "shoe size"}],
         "storage_locations": ["IE", "Atlantis"], "processing_locations": ["IE"],
         "geographic_restrictions": ["EU"], "retention_period": 63115200,
         "recipient_third_parties": ["academic"], "jurisdiction": "EU",
         "collection_method": ["directly provided by individual"],
         "withdrawal_method": "https://example.com/notice", "pii_controllers": ["C01"])",
      R"({"event_time": "2026-05-28T12:24:00", "duration": "63115200", "type": "explicit",
          "entity_id": "Anna", "state": "given"})"));
  const auto& [consent, from, to] = imported.agreed;
  CHECK(consent.status == ConsentStatus::given);
  CHECK(consent.purposes == Words{"dpv:AcademicResearch"});
  CHECK(consent.actions == Words{"ai-training"});
  CHECK(consent.data_categories == Words{"pd:Health"});
  CHECK(consent.storage_jurisdictions == Words{"IE"});
  CHECK(consent.processing_jurisdictions == Words{"IE"});
  CHECK(consent.recipients == Words{"academic"});
  CHECK(consent.retention_days == 730);
  CHECK(consent.legal_basis == "dpv:Consent");
  CHECK(consent.jurisdiction == "EU");
  CHECK(consent.collection_method == "from-subject");
  CHECK(consent.consent_type == "explicit");
  CHECK(consent.withdrawal_method == "https://example.com/notice");
  CHECK(consent.language == "en");
  CHECK(print_time(to) == "2028-05-27T12:24:00Z");
  const auto refused =
      std::ranges::count(imported.lines, terms::Fidelity::refused, &terms::ImportLine::fidelity);
  CHECK(refused == 6);  // the header, the parties, the controllers, collect, shoe size, Atlantis
}

TEST_CASE("import consent: where a condition would be lost, nothing is given") {
  for (const std::string_view conditions :
       {R"(, "pii_information": [{"pii_type": "shoe size"}])", R"(, "pii_information": [])",
        R"(, "recipient_third_parties": ["T01"])", R"(, "storage_locations": ["Atlantis"])",
        R"(, "processing_locations": [""])", R"(, "geographic_restrictions": [{"a": 1}])",
        R"(, "retention_period": "as long as needed")", R"(, "retention_period": "PT3H")",
        R"(, "retention_period": "P1000Y")", R"(, "only_on_sundays": true)",
        R"(, "guardian": {"relation": "parent"})", R"(, "event": [])", R"(, "services": ["News"])",
        R"(, "description": "only by hand")", R"(, "purpose_zh": "只在周日")",
        R"(, "purpose_fr": "le dimanche seulement")", R"(, "purpose_": "Marketing")"}) {
    CAPTURE(conditions);
    const auto imported = import_of(record_of(conditions));
    CHECK(imported.agreed.consent.status == ConsentStatus::requested);
    CHECK(std::ranges::any_of(imported.lines, [](const auto& line) {
      return line.fidelity == terms::Fidelity::refused && line.into == "status: requested";
    }));
  }
}

TEST_CASE("import consent: given only if the last that happened gave it") {
  const auto after = [](std::string_view events) { return status_of(record_of("", events)); };
  CHECK(after(R"({"state": "given"})") == ConsentStatus::given);
  CHECK(after(R"({"state": "https://w3id.org/dpv#RenewedConsentGiven"})") == ConsentStatus::given);
  CHECK(after(R"({"state": "requested"})") == ConsentStatus::requested);
  CHECK(after(R"({"state": "who knows"})") == ConsentStatus::requested);
  CHECK(after(R"({"type": "explicit"})") == ConsentStatus::requested);
  CHECK(after(R"({"state": "dpv:ConsentExpired"})") == ConsentStatus::refused);
  const std::string given = R"({"event_time": "2026-01-01", "state": "given"})";
  const std::string withdrawn = R"({"event_time": "2026-02-01", "state": "withdrawn"})";
  const std::string undated = R"({"state": "withdrawn"})";
  CHECK(after(given + ", " + withdrawn) == ConsentStatus::refused);
  CHECK(after(withdrawn + ", " + given) == ConsentStatus::refused);
  CHECK(after(undated + ", " + given) == ConsentStatus::refused);
  CHECK(after(R"({"event_time": "2026-03-01", "state": "given"}, )" + withdrawn) ==
        ConsentStatus::given);
  CHECK(after(R"({"event_time": "2026-01-01", "duration": 3600, "state": "given"})") ==
        ConsentStatus::requested);
  CHECK(after(R"({"duration": "P1Y", "state": "given"})") == ConsentStatus::requested);
  CHECK(after(R"({"valid_from": "2027-01-01", "valid_until": "2026-01-01", "state": "given"})") ==
        ConsentStatus::requested);
  CHECK(after(R"({"state": "given", "but": "only if it rains"})") == ConsentStatus::requested);
}

TEST_CASE("import consent: several purposes are one, under the strictest of their conditions") {
  const auto two = [](std::string_view first, std::string_view second) {
    return import_of(fmt::format(
        R"({{"pii_processing": {{"purposes": [
          {{"purpose_type": "AcademicResearch", "processing_method": ["use"]{}}},
          {{"purpose_type": "dpv:Marketing", "processing_method": ["ai-training", "index"]{}}}]}},
          "event": {{"state": "given"}}}})",
        first, second));
  };
  auto consent = two(R"(, "storage_locations": "EU", "retention_period": "P2Y")",
                     R"(, "storage_locations": ["DE", "US"], "recipient_third_parties": "academic",
                       "retention_period": "90 days")")
                     .agreed.consent;
  CHECK(consent.status == ConsentStatus::given);
  CHECK(consent.purposes == Words{"dpv:AcademicResearch", "dpv:Marketing"});
  CHECK(consent.actions == Words{"ai-training", "index"});
  CHECK(consent.storage_jurisdictions == Words{"DE"});
  CHECK(consent.recipients == Words{"academic"});
  CHECK(consent.retention_days == 90);
  // Nothing in common is not no limit.
  consent = two(R"(, "storage_locations": "FR")", R"(, "storage_locations": "DE")").agreed.consent;
  CHECK(consent.status == ConsentStatus::requested);
  // Called by one word and of the kind of another, it is less than the kind.
  consent = two(R"(, "purpose": "dpv:DirectMarketing")", "").agreed.consent;
  CHECK(consent.status == ConsentStatus::requested);
  // What does not rest on consent is not part of it.
  consent = two("", R"(, "lawful_basis": "LegitimateInterest")").agreed.consent;
  CHECK(consent.purposes == Words{"dpv:AcademicResearch"});
  CHECK(consent.actions == Words{"use"});
  CHECK(consent.status == ConsentStatus::given);
}

TEST_CASE("import consent: JSON-LD in the words of DPV, with and without a graph") {
  const std::string plain = R"({"@type": "dpv:ConsentRecord",
    "dpv:hasPurpose": {"purpose_type": {"@id": "dpv:AcademicResearch"},
      "dpv:hasProcessing": [{"@id": "dpv:Collect"}, {"@id": "dpv:Profiling"}],
      "dpv:hasLegalBasis": {"@id": "https://w3id.org/dpv#Consent"},
      "dpv:hasStorageCondition": {"dpv:hasDuration": 63115200,
        "dpv:hasLocation": {"@id": "https://w3id.org/dpv/loc#IE"}}},
    "dpv:hasConsentStatus": {"@id": "https://w3id.org/dpv#ConsentGiven"}})";
  auto consent = import_of(plain).agreed.consent;
  CHECK(consent.status == ConsentStatus::given);
  CHECK(consent.purposes == Words{"dpv:AcademicResearch"});
  CHECK(consent.actions == Words{"profile"});
  CHECK(consent.storage_jurisdictions == Words{"IE"});
  CHECK(consent.retention_days == 730);

  const std::string graph = R"({"@graph": [
    {"@id": "https://example.com/r#PD1", "@type": "https://w3id.org/dpv#PersonalData",
     "https://w3id.org/dpv#isSubTypeOf": {"@id": "https://w3id.org/dpv/dpv-pd#Genetic"}},
    {"@id": "https://example.com/r#1", "@type": "https://w3id.org/dpv#ConsentRecord",
     "http://purl.org/dc/terms/hasPart": {
       "@type": ["https://w3id.org/dpv#ConsentGiven",
                 "https://w3id.org/dpv#ExplicitlyExpressedConsent"],
       "http://purl.org/dc/terms/date": {"@value": "2021-05-28T12:24:00"},
       "https://w3id.org/dpv#hasEntity": "Anna"},
     "https://w3id.org/dpv#hasPurpose": {
       "http://purl.org/dc/terms/title": "Marketing",
       "https://w3id.org/dpv#hasProcessing": {"@id": "https://w3id.org/dpv#Profiling"},
       "https://w3id.org/dpv#hasPersonalData": [{"@id": "https://example.com/r#PD1"}]},
     "https://w3id.org/dpv#hasConsentStatus": {"@id": "https://w3id.org/dpv#ConsentGiven"}}]})";
  consent = import_of(graph).agreed.consent;
  CHECK(consent.status == ConsentStatus::given);
  CHECK(consent.data_categories == Words{"pd:Genetic"});
  CHECK(consent.consent_type == "explicit");
  // What is a kind of marketing is less than marketing.
  std::string less = graph;
  const std::string title = R"("http://purl.org/dc/terms/title": "Marketing")";
  less.replace(less.find(title), title.size(),
               R"("https://w3id.org/dpv#isSubTypeOf": {"@id": "https://w3id.org/dpv#Marketing"})");
  CHECK(status_of(less) == ConsentStatus::requested);
  // The last part of somebody else's word is not ours.
  std::string foreign = plain;
  const std::string ours = "dpv:AcademicResearch";
  foreign.replace(foreign.find(ours), ours.size(), "https://x.example/AcademicResearch");
  CHECK(status_of(foreign) == ConsentStatus::requested);
}

/// Every order of the members of every object of a record, with what became of it.
class Orders {
 public:
  /// `members` of one object as they are written; `%` in `around` stands for them.
  Orders(std::string around, std::vector<std::string> members)
      : around_(std::move(around)), members_(std::move(members)) {
    std::ranges::sort(members_);
  }

  void check() {
    const auto first = import_of(text());
    const auto lines = sorted(first);
    while (std::ranges::next_permutation(members_).found) {
      CAPTURE(text());
      const auto other = import_of(text());
      CHECK(other.agreed == first.agreed);
      CHECK(sorted(other) == lines);
    }
  }

 private:
  std::string text() const {
    std::string written = around_;
    std::string all;
    for (const auto& member : members_) all += (all.empty() ? "" : ", ") + member;
    return written.replace(written.find('%'), 1, "{" + all + "}");
  }
  static std::vector<std::string> sorted(const terms::ImportedConsent& imported) {
    std::vector<std::string> lines;
    for (const auto& line : imported.lines) {
      lines.push_back(
          fmt::format("{} {} {} {}", name_of(line.fidelity), line.source, line.into, line.loss));
    }
    std::ranges::sort(lines);
    return lines;
  }

  std::string around_;
  std::vector<std::string> members_;
};

TEST_CASE("import consent: the reading does not hang on the order of keys") {
  // A record, what holds its purposes, and one purpose.
  const std::string purpose = R"({"purpose_type": "AcademicResearch"})";
  Orders("%", {R"("pii_processing": {"purposes": [)" + purpose + "]}",
               R"("processing_method": ["ai-training"])", R"("state": "given")",
               R"("event": [{"state": "given", "valid_until": "2027-01-01"}])",
               R"("storage_locations": ["EU"])", R"("language": "en")"})
      .check();
  Orders(R"({"pii_processing": %, "event": {"state": "given"}})",
         {R"("purposes": [)" + purpose + "]", R"("processing_method": ["ai-training", "use"])",
          R"("dpv:hasProcessing": ["ai-training"])", R"("revocable": false)",
          R"("x:revocable": true)", R"("language": "en", "x:language": "de")"})
      .check();
  Orders(R"({"pii_processing": {"purposes": [%]}, "event": {"state": "given"}})",
         {R"("purpose": "Academic research")", R"("purpose_type": "AcademicResearch")",
          R"("processing_method": ["use"])", R"("retention_period": "P1Y")",
          R"("dpv:hasDuration": "P90D")", R"("lawful_basis": "consent")"})
      .check();
  // An event that says a thing twice, and two states that part.
  Orders(
      R"({"pii_processing": {"purposes": [{"purpose_type": "AcademicResearch",
          "processing_method": "use"}]}, "event": [%]})",
      {R"("event_time": "2026-01-01")", R"("state": "given")",
       R"("@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"])",
       R"("valid_until": "2028-01-01")", R"("x:valid_until": "2027-06-01")", R"("duration": "P1Y")",
       R"("type": "explicit")"})
      .check();
  const std::string record = R"({"pii_processing": {"purposes": [{"purpose_type":
      "AcademicResearch", "processing_method": "use"}]}, "event": %})";
  Orders(record,
         {R"("state": "given")", R"("@type": "dpv:ConsentWithdrawn")", R"("x:state": "requested")"})
      .check();
  Orders(record, {R"("event_time": "2026-01-01")", R"("dct:date": "2026-02-01")",
                  R"("duration": "P1Y")", R"("state": "given")"})
      .check();
}

TEST_CASE("import consent: of two words for one thing the same one is kept in any order") {
  const auto type_of = [](std::string_view first, std::string_view second) {
    return import_of(record_of("", fmt::format(R"({{{}, {}, "state": "given"}})", first, second)))
        .agreed.consent.consent_type;
  };
  const std::string one = R"("type": "explicit")";
  const std::string other = R"("@type": "dpv:ImpliedConsent")";
  CHECK(type_of(one, other) == "explicit");
  CHECK(type_of(other, one) == "explicit");
}

TEST_CASE("import consent: of what is said twice the strictest counts") {
  const auto record = [](std::string_view events) {
    return import_of(record_of("", events)).agreed;
  };
  const auto twice = record(R"({"event_time": "2026-01-01", "state": "given", "duration": "P1Y",
      "valid_until": "2026-06-01", "valid_from": "2026-02-01", "x:valid_from": "2026-03-01"})");
  CHECK(twice.consent.status == ConsentStatus::given);
  CHECK(print_time(twice.valid_from) == "2026-03-01T00:00:00Z");
  CHECK(print_time(twice.valid_to) == "2026-06-01T00:00:00Z");
  CHECK(record(R"({"state": "withdrawn", "@type": "dpv:ConsentGiven"})").consent.status ==
        ConsentStatus::refused);
  CHECK(record(R"({"@type": "dpv:ConsentGiven", "state": "withdrawn"})").consent.status ==
        ConsentStatus::refused);
  // Two at one time, or one whose time nobody knows, in either order.
  const std::string until_june =
      R"({"event_time": "2026-01-01", "state": "given", "valid_until": "2026-06-01"})";
  for (const std::string other :
       {R"({"event_time": "2026-01-01", "state": "given", "valid_until": "2026-09-01"})",
        R"({"state": "given", "valid_until": "2026-09-01"})",
        R"({"event_time": "2025-01-01", "state": "given", "valid_until": "2026-03-01"})"}) {
    CAPTURE(other);
    for (const auto& events : {until_june + ", " + other, other + ", " + until_june}) {
      CHECK(print_time(record(events).valid_to) == "2026-06-01T00:00:00Z");
    }
  }
  CHECK(record(R"({"event_time": "2026-02-01", "state": "given"}, {"event_time": "2026-02-01",
      "state": "withdrawn"})")
            .consent.status == ConsentStatus::refused);
}

TEST_CASE(
    "import consent: what is said of an event, a purpose or a record elsewhere is said of it") {
  const auto graph = [](std::string_view event, std::string_view purpose, std::string_view others) {
    return fmt::format(R"({{"@graph": [{{"@id": "ex:r", "@type": "dpv:ConsentRecord",
        "dct:hasPart": {}, "dpv:hasPurpose": {}}}{}]}})",
                       event, purpose, others);
  };
  const std::string research =
      R"({"purpose_type": "AcademicResearch", "processing_method": "use"})";
  const std::string given = R"({"@type": "dpv:ConsentGiven"})";
  const std::string ends = R"(, {"@id": "ex:e", "valid_until": "2027-01-01"})";
  // A reference with a type, the other way round, a bare one, and only its name.
  for (const std::string event : {R"({"@id": "ex:e", "@type": "dpv:ConsentGiven"})",
                                  R"({"@type": "dpv:ConsentGiven", "@id": "ex:e"})"}) {
    CAPTURE(event);
    const auto agreed = import_of(graph(event, research, ends)).agreed;
    CHECK(agreed.consent.status == ConsentStatus::given);
    CHECK(print_time(agreed.valid_to) == "2027-01-01T00:00:00Z");
  }
  for (const std::string event : {R"({"@id": "ex:e"})", R"("ex:e")"}) {
    CAPTURE(event);
    const auto agreed = import_of(graph(event, research,
                                        R"(, {"@id": "ex:e", "@type": "dpv:ConsentGiven"})" + ends))
                            .agreed;
    CHECK(agreed.consent.status == ConsentStatus::given);
    CHECK(print_time(agreed.valid_to) == "2027-01-01T00:00:00Z");
  }
  // A purpose called by a word, of which more is said.
  const auto limited =
      import_of(graph(given, R"({"@id": "dpv:AcademicResearch", "@type": "dpv:Purpose"})",
                      R"(, {"@id": "dpv:AcademicResearch", "purpose_type": "dpv:AcademicResearch",
                "processing_method": "use", "storage_locations": "DE"})"));
  CHECK(limited.agreed.consent.storage_jurisdictions == Words{"DE"});
  // The record itself, and what leads to nothing.
  CHECK(status_of(graph(given, research, "")) == ConsentStatus::given);
  for (const std::string other :
       {R"(, {"@id": "ex:r", "only_on": "sundays"})",
        R"(, {"@id": "ex:w", "@type": "dpv:ConsentWithdrawn", "dct:isPartOf": {"@id": "ex:r"}})",
        R"(, {"@type": "dpv:ConsentRecord", "dpv:hasPurpose": {}})", R"(, "ex:w")", ", 5"}) {
    CAPTURE(other);
    CHECK(status_of(graph(given, research, other)) == ConsentStatus::requested);
  }
  std::string beside = graph(given, research, "");
  beside.insert(1, R"("only_on": "sundays", )");
  CHECK(status_of(beside) == ConsentStatus::requested);
  // What holds itself ends.
  CHECK(status_of(R"({"@id": "a", "pii_processing": {"@id": "a", "language": "en"}})") ==
        ConsentStatus::requested);
}

TEST_CASE("import consent: what refers to one thing often, and says much of it, is bounded") {
  std::string methods = R"("e")";
  for (int i = 0; i < 5'000; ++i) methods += R"(, "e")";
  std::string graph = fmt::format(
      R"({{"@graph": [{{"@type": "dpv:ConsentRecord", "dpv:hasPurpose": {{
          "purpose_type": "AcademicResearch", "processing_method": [{}]}}}})",
      methods);
  for (int i = 0; i < 5'000; ++i) graph += R"(, {"@id": "e", "x": 1})";
  const auto imported = terms::import_consent(graph + "]}", "r.json");
  REQUIRE_FALSE(imported);
  CHECK(imported.error().message.find("more is said of one thing") != std::string::npos);
}

TEST_CASE("import consent: a word with more in it is not that word") {
  CHECK(status_of(record_of(R"(, "dpv:hasProcessing": {"@id": "dpv:Profiling"})")) ==
        ConsentStatus::requested);  // both methods: nothing in common
  const auto with = [](std::string_view processing, std::string_view more = "") {
    return import_of(fmt::format(
        R"({{"pii_processing": {{"purposes": [{{"purpose_type": "AcademicResearch",
            "processing_method": {}{}}}]}}, "event": {{"state": "given"}}}})",
        processing, more));
  };
  CHECK(with(R"({"@id": "dpv:Profiling", "title": "x"})").agreed.consent.status ==
        ConsentStatus::given);
  CHECK(with(R"({"@id": "dpv:Profiling", "only": "sundays"})").agreed.consent.status ==
        ConsentStatus::requested);
  // A kind of it is less than it.
  CHECK(with(R"({"@id": "ex:p", "isSubTypeOf": "dpv:Profiling"})").agreed.consent.actions.empty());
  CHECK(with(R"("use")", R"(, "storage_locations": {"isSubTypeOf": "EU"})").agreed.consent.status ==
        ConsentStatus::requested);
  CHECK(with(R"("use")", R"(, "retention_period": {"@value": "P1Y", "after": "use"})")
            .agreed.consent.status == ConsentStatus::requested);
  CHECK(with(R"("use")", R"(, "retention_period": {"@value": "P1Y"})")
            .agreed.consent.retention_days == 365);
}

TEST_CASE("import consent: what a record is called beside its purposes is none of them") {
  const auto called = [](std::string_view title) {
    return import_of(fmt::format(
        R"({{"title": "{}", "pii_processing": {{"purposes": [{{"purpose_type": "AcademicResearch",
            "processing_method": "use"}}]}}, "event": {{"state": "given"}}}})",
        title));
  };
  CHECK(called("AcademicResearch").agreed.consent.status == ConsentStatus::given);
  const auto other = called("dpv:Marketing").agreed.consent;
  CHECK(other.status == ConsentStatus::requested);
  CHECK(other.purposes == Words{"dpv:AcademicResearch"});
}

TEST_CASE("import consent: a context that gives a field another meaning is not read past") {
  const auto under = [](std::string_view context) {
    return status_of(fmt::format(
        R"({{"@context": {}, "pii_processing": {{"purposes": [{{"purpose_type": "AcademicResearch",
            "processing_method": "use"}}]}}, "event": {{"state": "given"}}}})",
        context));
  };
  for (const std::string fine :
       {R"("https://w3id.org/dpv")", R"({"dpv": "https://w3id.org/dpv#", "@version": 1.1})",
        R"([{"state": "https://x.example/state"}, {"state": {"@id": "x:state"}}])"}) {
    CAPTURE(fine);
    CHECK(under(fine) == ConsentStatus::given);
  }
  for (const std::string other :
       {R"({"letter": "dpv:hasProhibition"})", R"({"type": "@type"})",
        R"({"letter": {"@id": "dpv:hasProhibition"}})", R"([{"state": {"@reverse": "x"}}])"}) {
    CAPTURE(other);
    CHECK(under(other) == ConsentStatus::requested);
  }
}

TEST_CASE("import consent: what is no record is an error with its place") {
  for (const std::string_view text : {"", "{}", "[]", "x", "{\"pii_processing\"", "a: &b 1",
                                      R"({"record": {"record_id": 1}})", "- 1\n- 2\n"}) {
    CAPTURE(text);
    const auto imported = terms::import_consent(text, "r.json");
    REQUIRE(!imported);
    CHECK(imported.error().code == Code::malformed);
    CHECK(imported.error().message.starts_with("r.json"));
  }
}

TEST_CASE("import consent: durations as others write them, in whole days") {
  const std::pair<std::string_view, std::uint32_t> good[] = {
      {"P2Y6M", 898},    {"P730D", 730},    {"PT48H", 2}, {"P1DT24H", 2}, {"P2W", 14},
      {"63115200", 730}, {"730 days", 730}, {"1 day", 1}, {"0", 0},       {"PT3H", 0}};
  for (const auto& [text, days] : good) {
    CAPTURE(text);
    CHECK(terms::days_of(text) == days);
  }
  for (const std::string_view text :
       {"", "P", "PT", "P1", "PD", "P1D2Y", "P1Y1Y", "-P1D", "P-1D", "P1.5D", "P1X", "1 year",
        "days", "99999999999999999999", "P99999999999Y", "P1DT", "x days", "1  day"}) {
    CAPTURE(text);
    CHECK_FALSE(terms::days_of(text));
  }
}

}  // namespace
}  // namespace usufruct
