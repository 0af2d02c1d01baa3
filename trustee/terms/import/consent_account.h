#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/document.h"
#include "trustee/terms/import/consent.h"
#include "trustee/terms/import/consent_scope.h"

namespace usufruct::terms {

/// The account of an import in the making, and how the values of a record are looked at. Borrows
/// the file.
class ConsentAccount {
 public:
  explicit ConsentAccount(const document::File& file);

  void tell(std::string source, Fidelity fidelity, std::string into, std::string loss = {});
  /// Something that may limit the use is lost: then nothing is given.
  void block(std::string source, std::string loss);
  /// The same of a field that nobody knows here.
  void block_unknown(std::string source);
  /// Something is lost that limits nothing.
  void leave_behind(std::string source, std::string why);
  /// How the account calls a field of a mapping: by the names of those above it, never by values.
  static std::string path(const std::string& above, const document::Node& item);
  bool is_blocked() const { return is_blocked_; }
  std::vector<ImportLine> take() && { return std::move(lines_); }

  /// The record: of JSON-LD with a @graph, the node that is a consent record.
  const document::Node& record() const;
  /// What a node that has only an @id stands for in the @graph; else the node itself.
  const document::Node& resolve(const document::Node& node) const;
  /// The word a value is: a scalar, or what of a mapping names its kind; else empty.
  std::string word_of(const document::Node& value) const;

  /// The words of a list that are known: what is not known is not permitted.
  std::vector<std::string> permits(const document::Node& node, const std::string& source,
                                   Scheme scheme, std::string_view into);
  /// The same of what limits: when no word is left there would be no limit, and it is blocked.
  Limit limits(const document::Node& node, const std::string& source, Scheme scheme,
               std::string_view into);
  /// What is only told, into a field: the first word that is known.
  void take_word(const document::Node& node, const std::string& source, Scheme scheme,
                 std::string_view into, std::string& field);

 private:
  const document::File& file_;
  std::map<std::string_view, const document::Node*> by_id_;  ///< of the @graph
  std::vector<ImportLine> lines_;
  bool is_blocked_ = false;
};

/// The values under a key: one stands for a list of one, null for none.
std::vector<const document::Node*> values_of(const document::Node& node);

}  // namespace usufruct::terms
