#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/document/document.h"
#include "trustee/terms/import/account.h"

/// ODRL 2.2 in JSON-LD (https://www.w3.org/TR/odrl-model, https://www.w3.org/TR/json-ld11), as far
/// as policies need it: terms and prefixes are resolved as the text's own `@context` and ODRL's
/// (known here, never fetched) say; nothing else of a context is.
namespace usufruct::terms::odrl {

/// What our own words are written under: the profile of policies that we export, and the prefix of
/// what ODRL has no word for.
inline constexpr std::string_view profile_iri = "https://usufruct.example/odrl/v1";
inline constexpr std::string_view own_iri = "https://usufruct.example/odrl/v1#";
inline constexpr std::string_view context_iri = "http://www.w3.org/ns/odrl.jsonld";

/// An IRI with the prefix of its namespace where it is a known one, else as it is:
/// `http://www.w3.org/ns/odrl/2/use` and `odrl:use` are `odrl:use`.
std::string shortened(std::string_view iri);

/// How a text that stands for a property's value is read.
enum class As : std::uint8_t {
  literal,
  iri,   ///< a compact or whole IRI
  word,  ///< a term of the context, or an IRI
};

/// The names of one document: a JSON-LD context.
class Names {
 public:
  Names() = default;
  /// Reads `@context`; null: the document has none and its words are read as ODRL's. What is not
  /// understood of it, and what would have to be fetched, is told. `malformed` for a context that
  /// is none.
  static Result<Names> of(const document::File& file, const document::Node* context,
                          Account& account);

  /// Whether the document defines names of its own.
  bool has_own() const { return !own_.empty() || !vocab_.empty(); }
  /// A key as `odrl:…`, another shortened IRI, or a keyword as `@id`; empty when it means nothing.
  std::string property(std::string_view key) const;
  /// How the values of a key are read, as the document's own context says it.
  As reading_of(std::string_view key, As usual) const;
  /// A datatype that the context gives to the values of a key; empty: none.
  std::string datatype_of(std::string_view key) const;
  /// A value read as a term or an IRI, shortened; a term nobody defines stays as it is.
  std::string word(std::string_view text) const;
  std::string iri(std::string_view text) const;

 private:
  struct Definition {
    std::string iri;  ///< empty: means nothing
    As as = As::literal;
    bool has_reading = false;
    std::string datatype;
  };
  Result<void> add(const document::File& file, const document::Node& context, Account& account);
  void add_own(const document::Node& context, Account& account);
  void define(const document::Node& item, Account& account);
  void add_odrl();
  std::string expanded(std::string_view text) const;
  const Definition* find(std::string_view term) const;

  std::map<std::string, Definition, std::less<>> own_;
  std::string vocab_;
};

}  // namespace usufruct::terms::odrl
