#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trustee/document/document.h"
#include "trustee/terms/import/consent.h"
#include "trustee/terms/import/consent_graph.h"
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

  const ConsentGraph& graph() const { return graph_; }

  /// The word a value is: a scalar, or what of a mapping names its kind; else empty. What else a
  /// mapping says may limit it, and blocks.
  std::string read_word(const document::Node& value, const std::string& source);

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
  struct Word {
    std::string text;
    bool is_less = false;  ///< it is a kind of what the text says
  };
  Word word_of(const document::Node& value, const std::string& source);

  ConsentGraph graph_;
  std::vector<ImportLine> lines_;
  bool is_blocked_ = false;
};

}  // namespace usufruct::terms
