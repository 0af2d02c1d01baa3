#pragma once

#include <string>
#include <vector>

#include "trustee/document/document.h"
#include "trustee/terms/import/odrl/names.h"

namespace usufruct::terms::odrl {

/// One value of a property.
struct Value {
  enum class Kind {
    iri,      ///< a shortened IRI, or a word that nobody defines
    literal,  ///< a text or number, with its datatype where it has one
    node,     ///< an object with more than an IRI
    other,    ///< nothing that is read here
  };
  Kind kind = Kind::other;
  std::string text;  ///< the IRI, also of a node that has one; or the literal
  std::string datatype;
  const document::Node* node = nullptr;  ///< the object, where it was written as one
};

/// A document, its names, and its nodes by their IRI: where a value is only the IRI of a node that
/// the document describes anywhere, the node stands for it. Borrows the document.
class Source {
 public:
  static constexpr std::size_t constraints_max = 100'000;
  static constexpr std::size_t values_max = 1'000'000;

  Source(const document::File& file, Names names) : file_(file), names_(std::move(names)) {}
  /// Remembers all nodes by their IRIs. `malformed` when two say different things of one: what they
  /// say together is not put together here.
  Result<void> add_nodes(const document::Node& root);
  /// Whether an object says more than what it is called and of what type it is.
  bool is_described(const document::Node& object) const;

  const document::File& file() const { return file_; }
  const Names& names() const { return names_; }

  /// All values of a property, those of lists and sets one by one. What a policy says for all its
  /// rules is read for each: beyond values_max in all they are one that is not read.
  std::vector<Value> values(const document::Node& property, As usual) const;
  /// The IRI an object is named by; empty: none.
  std::string iri_of(const document::Node& object) const;
  /// Whether one more constraint may be read: nodes that refer to one another could go on for ever,
  /// or grow without bound.
  bool may_read_more() const { return read_ < constraints_max && ++read_ > 0; }

  /// Whether values were left unread.
  bool is_spent() const { return values_read_ > values_max; }

  /// A value in words, for an account or a question.
  static std::string text_of(const Value& value);

 private:
  void add(const document::Node& node, As as, const std::string& datatype, std::size_t depth,
           std::vector<Value>& into) const;
  Value of_object(const document::Node& node) const;
  Result<void> remember(const document::Node& node);

  const document::File& file_;
  Names names_;
  std::map<std::string, const document::Node*, std::less<>> graph_;
  // Counts alone.
  mutable std::size_t read_ = 0;
  mutable std::size_t values_read_ = 0;
};

}  // namespace usufruct::terms::odrl
