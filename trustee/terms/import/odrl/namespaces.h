#pragma once

#include <string>
#include <string_view>

/// The namespaces that policies take words from, and the prefix that each has here.
namespace usufruct::terms::odrl {

/// What our own words are written under: the profile of policies that we export, and the prefix of
/// what ODRL has no word for.
inline constexpr std::string_view profile_iri = "https://usufruct.example/odrl/v1";
inline constexpr std::string_view own_iri = "https://usufruct.example/odrl/v1#";
inline constexpr std::string_view odrl_iri = "http://www.w3.org/ns/odrl/2/";

/// An IRI with the prefix of its namespace where it is a known one, else as it is:
/// `http://www.w3.org/ns/odrl/2/use` and `odrl:use` are `odrl:use`.
std::string shortened(std::string_view iri);

/// What a prefix stands for when a text does not say; empty: nothing.
std::string_view usual_namespace(std::string_view prefix);

}  // namespace usufruct::terms::odrl
