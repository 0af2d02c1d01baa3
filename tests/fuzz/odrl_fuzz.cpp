#include "tests/fuzz/target.h"
#include "trustee/document/json.h"
#include "trustee/terms/author.h"
#include "trustee/terms/export/odrl.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/policy.h"
#include "trustee/terms/specification.h"

namespace usufruct::fuzz {
namespace {

/// What is read as JSON is read as the same document again, wherever it came from.
void check_json(std::string_view text) {
  const auto json = document::parse_json(text, "f");
  if (!json) {
    CHECK_THAT(!json.error().message.empty());
    return;
  }
  CHECK_THAT(text.size() <= document::text_bytes_max);
}

/// A policy that is imported is a file of terms, is judged by the kernel as the specification says,
/// and comes back as it was when it is exported.
void run_odrl(View input) {
  const auto text = as_text(input);
  check_json(text);
  (void)terms::read_odrl_request(text, {});
  terms::ImportOptions options;
  options.parties = {{"ex:mia", std::string(64, '0')}};
  const auto imported = terms::read_odrl(text, options);
  if (!imported) {
    CHECK_THAT(!imported.error().message.empty());
    return;
  }
  CHECK_THAT(!imported->lines.empty());
  for (const auto& line : imported->lines) {
    CHECK_THAT(line.loss.empty() == (line.fidelity == terms::Fidelity::mapped));
  }
  // Of a great many rules the file is too large.
  if (imported->terms.rules.size() > 64) return;
  const auto printed = terms::print_terms(imported->terms);
  CHECK_THAT(printed.has_value());

  const Request request = *terms::parse_request(
      "{purposes: [AcademicResearch], actions: [read], jurisdictions: [DE], duration: 9 days}",
      "request.yaml");
  const Party party;
  const terms::Context context{request, party, RecordId{}, {1'790'000'000'000}};
  const auto policy = terms::Policy::of(imported->terms, {}, terms::Vocabulary::builtin());
  CHECK_THAT(terms::judge(policy, terms::Question(context)) ==
             terms::specified(imported->terms, {}, context));

  const auto exported = terms::write_odrl(imported->terms, {});
  CHECK_THAT(exported.has_value());
  const auto again = terms::read_odrl(*exported, {});
  CHECK_THAT(again.has_value() && again->terms == imported->terms);
}

std::vector<Bytes> odrl_seeds() {
  return {
      to_bytes(R"({"@context":"http://www.w3.org/ns/odrl.jsonld","@type":"Offer","uid":"urn:p",)"
               R"("conflict":"perm","permission":[{"action":["read",{"@id":"odrl:sell",)"
               R"("refinement":[{"leftOperand":"count","operator":"lteq","rightOperand":3}]}],)"
               R"("assignee":["ex:mia","dpv:Recipient"],"target":"urn:d","duty":[{"action":)"
               R"("attribute","consequence":[{"action":"inform"}]}],"constraint":[{"xone":)"
               R"({"@list":[{"leftOperand":"dateTime","operator":"neq","rightOperand":)"
               R"({"@value":"2026-01-01T00:00:00.5Z","@type":"xsd:dateTime"}},{"leftOperand":)"
               R"("purpose","operator":"isNoneOf","rightOperand":["dpv:Marketing","x"]}]}}]}],)"
               R"("prohibition":[{"action":"use","remedy":[{"action":"delete"}]}]})"),
      to_bytes(
          R"({"@context":[{"o":"http://www.w3.org/ns/odrl/2/","may":{"@id":"o:permission",)"
          R"("@type":"@id"}},"http://example.org/c"],"@graph":[{"@id":"urn:p","@type":"o:Set",)"
          R"("may":"_:r","o:inheritFrom":"urn:q","o:profile":{"@id":"urn:x"}},{"@id":"_:r",)"
          R"("o:action":{"@id":"o:use"},"o:constraint":{"o:leftOperand":{"@id":"o:elapsedTime")"
          R"(},"o:operator":{"@id":"o:lt"},"o:rightOperand":{"@value":"P1Y2M3DT4H5.6S"}}}]})"),
      to_bytes(R"({"@type":"Request","permission":[{"action":"read","constraint":[{"leftOperand":)"
               R"("payAmount","operator":"eq","rightOperand":"5.00","unit":"EUR"}]}]})"),
      to_bytes(
          R"({"@context":["http://www.w3.org/ns/odrl.jsonld",{"usufruct":)"
          R"("https://usufruct.example/odrl/v1#"}],"profile":)"
          R"("https://usufruct.example/odrl/v1","conflict":"prohibit","dct:title":"T",)"
          R"("usufruct:privacy":{"usufruct:k":5},"usufruct:retention":"P9D",)"
          R"("obligation":[{"action":[{"rdf:value":{"@id":"odrl:compensate"},"refinement":)"
          R"([{"leftOperand":"payAmount","operator":"eq","rightOperand":"1","unit":"EUR"}]}]}],)"
          R"("usufruct:ask":[{"usufruct:id":"why?","action":"usufruct:any","constraint":)"
          R"([{"leftOperand":"usufruct:k","operator":"gteq","rightOperand":3},{"leftOperand":)"
          R"("usufruct:week","operator":"eq","rightOperand":"540/1080"}]}]})")};
}

}  // namespace

const Target odrl_target{"odrl", run_odrl, odrl_seeds};

}  // namespace usufruct::fuzz
