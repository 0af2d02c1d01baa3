#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "trustee/terms/author.h"
#include "trustee/terms/import/odrl.h"
#include "trustee/terms/specification.h"

/// Policies of ODRL as a test writes them, and what became of them.
namespace usufruct::odrl_policy {

using terms::Answer;

inline const std::string alice = std::string(63, '0') + "a";
inline const std::string bob = std::string(63, '0') + "b";

/// A policy with the members given; single quotes stand for double ones.
inline std::string policy(std::string members,
                          std::string_view context = "'http://www.w3.org/ns/odrl.jsonld'") {
  std::string text =
      fmt::format("{{'@context': {}, '@type': 'Set', 'uid': 'urn:p', {}}}", context, members);
  std::ranges::replace(text, '\'', '"');
  return text;
}

inline Terms terms_of(const std::string& text, const terms::ImportOptions& options = {}) {
  const auto imported = terms::read_odrl(text, options);
  REQUIRE_MESSAGE(imported, imported.error().message);
  const auto printed = terms::print_terms(imported->terms);
  REQUIRE_MESSAGE(printed, printed.error().message);
  return imported->terms;
}

inline Error error_of(const std::string& text, const terms::ImportOptions& options = {}) {
  const auto imported = terms::read_odrl(text, options);
  REQUIRE_FALSE(imported);
  return imported.error();
}

/// A request that asks for one of everything.
inline Request usual() {
  Request request;
  request.purposes = {"dpv:AcademicResearch"};
  request.actions = {"read"};
  request.jurisdictions = {"DE"};
  request.duration_days = 30;
  request.count = 2;
  return request;
}

inline Answer answer_of(const Terms& terms, const Request& request, Party party = {},
                        const std::string& who = bob) {
  return terms::specified(terms, {}, {request, party, *parse_id(who), {1'790'000'000'000}}).answer;
}

inline std::size_t count_of(const Terms& terms, Effect effect) {
  return static_cast<std::size_t>(std::ranges::count(terms.rules, effect, &Rule::effect));
}

}  // namespace usufruct::odrl_policy
