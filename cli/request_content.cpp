#include "cli/request_content.h"

#include <fmt/format.h>

#include "crypto/base/text.h"
#include "trustee/terms/money.h"

namespace usufruct::cli {
namespace {

std::string price_of(const Request& request) {
  if (request.price_offered == 0) return "";
  return terms::print_price(request.price_offered, request.currency);
}

}  // namespace

void add_content(Facts& facts, const Request& request) {
  const auto or_open = [](std::string said) { return said.empty() ? "not said" : said; };
  facts.add("purposes", join(request.purposes, ", "));
  facts.add("actions", join(request.actions, ", "));
  facts.add("for whom", or_open(join(request.recipients, ", ")));
  facts.add("where", or_open(join(request.jurisdictions, ", ")));
  facts.add("how long",
            request.duration_days == 0 ? or_open("") : count_of(request.duration_days, "day"));
  facts.add("how many", request.count == 0 ? or_open("") : count_of(request.count, "release"));
  facts.add("attests", join(request.attestations, ", "));
  facts.add("flags", join(request.flags, ", "));
  facts.add("offers", price_of(request));
  facts.add("project", request.project);
  facts.add("because", request.justification);
}

Json json_of(const Request& request) {
  Json json = Json::object();
  const auto words = [&](const char* key, const std::vector<std::string>& list) {
    if (!list.empty()) json.set(key, Json::array_of(list));
  };
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) json.set(key, value);
  };
  words("purposes", request.purposes);
  words("actions", request.actions);
  words("recipients", request.recipients);
  words("jurisdictions", request.jurisdictions);
  if (request.duration_days > 0) json.set("duration_days", request.duration_days);
  if (request.count > 0) json.set("count", request.count);
  words("attestations", request.attestations);
  words("flags", request.flags);
  text("price", price_of(request));
  text("project", request.project);
  text("justification", request.justification);
  return json;
}

std::string anew_of(Context& context, const Logged& dataset, const std::string& request) {
  return fmt::format("usufruct request new {} FILE.yaml --resubmits {} --as TRAINER",
                     context.name_of(dataset.id), request);
}

}  // namespace usufruct::cli
