#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/base/result.h"
#include "trustee/document/document.h"
#include "trustee/terms/import/account.h"
#include "trustee/terms/import/odrl/namespaces.h"

/// ODRL 2.2 in JSON-LD (https://www.w3.org/TR/odrl-model, https://www.w3.org/TR/json-ld11), as far
/// as policies need it: terms, prefixes, `@vocab` and `@base` are resolved as the text's own
/// `@context` and ODRL's (known here, never fetched) say; nothing else of a context is.
namespace usufruct::terms::odrl {

inline constexpr std::string_view context_iri = "http://www.w3.org/ns/odrl.jsonld";

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
  /// Whether a context that is not read may give the key a meaning, or another one.
  bool is_guess(std::string_view key) const;
  /// How the values of a key are read, as the document's own context says it.
  As reading_of(std::string_view key, As usual) const;
  /// A datatype that the context gives to the values of a key; empty: none.
  std::string datatype_of(std::string_view key) const;
  /// A value read as a term or an IRI, shortened; a term nobody defines stays as it is.
  std::string word(std::string_view text) const;
  /// A value read as an IRI, shortened; a relative one is of the base, without one as it is.
  std::string iri(std::string_view text) const;

 private:
  struct Definition {
    std::string iri;  ///< empty: means nothing
    As as = As::literal;
    bool has_reading = false;
    bool is_unread = false;  ///< what is said of it is more than is read here
    std::string datatype;
  };
  Result<void> add(const document::File& file, const document::Node& context, Account& account);
  Result<void> add_own(const document::File& file, const document::Node& context, Account& account);
  Result<void> set(const document::File& file, const document::Node& item, Account& account);
  Result<void> define(const document::File& file, const document::Node& item, Account& account);
  void settle(const document::Node& context);
  void add_odrl();
  std::string expanded(std::string_view text, int hops) const;
  std::string meaning_of(const Definition& definition, int hops) const;
  std::string undefined(std::string_view name, int hops) const;
  const Definition* find(std::string_view term) const;

  std::map<std::string, Definition, std::less<>> own_;
  std::string vocab_;
  std::string base_;         // with a scheme; empty: where the text lies is not known
  bool has_odrl_ = false;    // ODRL's own context is one of them
  bool has_unread_ = false;  // a context is one that would have to be fetched
};

}  // namespace usufruct::terms::odrl
