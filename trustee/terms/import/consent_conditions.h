#pragma once

#include <optional>
#include <string>

#include "trustee/terms/import/consent_account.h"
#include "trustee/terms/import/consent_fields.h"
#include "trustee/terms/import/consent_scope.h"

namespace usufruct::terms {

/// Reads what a purpose is, and what it is bound by. What limits nothing, as where the data come
/// from or how to withdraw, is told to the consent itself. Borrows both.
class ConsentConditions {
 public:
  ConsentConditions(ConsentAccount& account, Consent& told) : account_(account), told_(told) {}

  /// A purpose with its own conditions; none when no word says it, it rests on something else than
  /// consent, or nothing may be done for it. `common` holds for all purposes.
  std::optional<ConsentScope> read_purpose(const document::Node& value, const std::string& source,
                                           const ConsentScope& common);
  /// One condition, into a scope.
  void read(ConsentField field, const document::Node& item, const std::string& source,
            ConsentScope& scope);

 private:
  void narrow(Limit& limit, Scheme scheme, const document::Node& item, const std::string& source,
              std::string_view into);
  void read_label(const document::Node& item, const std::string& source, ConsentScope& scope);
  void read_basis(const document::Node& item, const std::string& source, ConsentScope& scope);
  void read_bounds(const document::Node& item, const std::string& source, ConsentScope& scope);
  void read_storing(const document::Node& node, const std::string& source, ConsentScope& scope);
  void read_retention(const document::Node& item, const std::string& source, ConsentScope& scope);
  void read_withdrawal(const document::Node& item, const std::string& source);

  ConsentAccount& account_;
  Consent& told_;
};

}  // namespace usufruct::terms
