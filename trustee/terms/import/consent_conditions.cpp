#include "trustee/terms/import/consent_conditions.h"

#include <fmt/format.h>

#include <algorithm>

#include "trustee/terms/consent_texts.h"
#include "trustee/terms/import/consent_words.h"

namespace usufruct::terms {

using document::Node;
using Field = ConsentField;

std::optional<ConsentScope> ConsentConditions::read_purpose(const Node& value,
                                                            const std::string& source,
                                                            const ConsentScope& common) {
  ConsentScope purpose;
  const auto parts = account_.graph().parts_of(value);
  const bool is_described = std::ranges::any_of(parts, [](const Node* part) {
    return std::ranges::any_of(part->items,
                               [](const Node& item) { return !item.key.starts_with('@'); });
  });
  if (!is_described) {
    purpose.purposes = account_.permits(value, source, Scheme::purpose, "purposes");
  }
  for (const auto* part : parts) {
    for (const auto& item : part->items) {
      const std::string within = account_.path(source, item);
      if (const auto field = consent_field_of(item.key)) {
        read(*field, item, within, purpose);
      } else {
        account_.block_unknown(within);
      }
    }
  }
  if (purpose.purposes.empty()) {
    account_.leave_behind(source, "no word says this purpose: it is not given");
    return std::nullopt;
  }
  if (purpose.actions ? purpose.actions->empty() : !common.actions) {
    account_.leave_behind(source, "nothing that may be done for it is known here");
    return std::nullopt;
  }
  if (!purpose.is_consent) return std::nullopt;
  // Called one thing and of the kind of another, it is less than the kind.
  const bool is_called_other = std::ranges::any_of(purpose.purposes, [&](const auto& word) {
    return !purpose.labels.empty() &&
           std::ranges::find(purpose.labels, word) == purpose.labels.end();
  });
  if (purpose.is_less || is_called_other) {
    account_.block(source, "the purpose is less than " + purpose.purposes.front() +
                               ", or is told in prose that may say less");
  }
  return purpose;
}

void ConsentConditions::narrow(Limit& limit, Scheme scheme, const Node& item,
                               const std::string& source, std::string_view into) {
  limit = meet(scheme, limit, account_.limits(item, source, scheme, into));
}

void ConsentConditions::read(Field field, const Node& item, const std::string& source,
                             ConsentScope& scope) {
  switch (field) {
    case Field::purpose_type:
      for (auto& word : account_.permits(item, source, Scheme::purpose, "purposes")) {
        scope.purposes.push_back(std::move(word));
      }
      return;
    case Field::purpose_kind:
      scope.is_less = true;
      return read(Field::purpose_type, item, source, scope);
    case Field::label:
      return read_label(item, source, scope);
    case Field::service:
      return account_.block(source,
                            "it was given for a service: nobody knows here which uses those are");
    case Field::controllers:
      return account_.leave_behind(source,
                                   "it was given to who it names: record it only if that is you");
    case Field::basis:
      return read_basis(item, source, scope);
    case Field::data:
      return narrow(scope.data, Scheme::data_category, item, source, "data_categories");
    case Field::actions:
      scope.actions = meet(Scheme::action, scope.actions,
                           account_.permits(item, source, Scheme::action, "actions"));
      return;
    case Field::recipients:
      return narrow(scope.recipients, Scheme::recipient, item, source, "recipients");
    case Field::storage:
    case Field::location:
      return narrow(scope.storage, Scheme::jurisdiction, item, source, "storage_jurisdictions");
    case Field::places:
      return narrow(scope.processing, Scheme::jurisdiction, item, source,
                    "processing_jurisdictions");
    case Field::bounds:
      return read_bounds(item, source, scope);
    case Field::storing:
      return read_storing(item, source, scope);
    case Field::retention:
      return read_retention(item, source, scope);
    case Field::jurisdiction:
      return account_.take_word(item, source, Scheme::jurisdiction, "jurisdiction",
                                told_.jurisdiction);
    case Field::collection:
      return account_.take_word(item, source, Scheme::collection_method, "collection_method",
                                told_.collection_method);
    case Field::withdrawal:
      return read_withdrawal(item, source);
    case Field::personal:
      return account_.leave_behind(source, "it may name people: it stays with you");
    case Field::about:
      return;
    case Field::record:
    case Field::processing:
    case Field::purposes:
    case Field::events:
    case Field::status:
    case Field::notice:
    case Field::language:
    case Field::excluded:
    case Field::revocable:
    case Field::guardian:
      return account_.block(source, "it does not belong to a purpose");
  }
}

/// What the purpose is called. Words for people may say less than the kind that is named beside
/// them, unless they are that kind's own label.
void ConsentConditions::read_label(const Node& item, const std::string& source,
                                   ConsentScope& scope) {
  const std::string text = account_.read_word(item, source);
  const auto& words = Vocabulary::builtin().terms(Scheme::purpose);
  const auto named = std::ranges::find_if(words, [&](const Term& term) {
    const auto is_it = [&](const auto& label) { return label.second == text; };
    return !text.empty() && std::ranges::any_of(term.labels.all(), is_it);
  });
  const auto word =
      named != words.end() ? std::optional(named->id) : find_foreign(Scheme::purpose, text);
  if (!word) {
    scope.is_less = true;
    return;
  }
  account_.tell(source, Fidelity::mapped, "purposes: " + *word);
  scope.purposes.push_back(*word);
  scope.labels.push_back(*word);
}

void ConsentConditions::read_basis(const Node& item, const std::string& source,
                                   ConsentScope& scope) {
  const auto word = find_foreign(Scheme::legal_basis, account_.read_word(item, source));
  if (!word || !Vocabulary::builtin().contains(Scheme::legal_basis, "dpv:Consent", *word)) {
    scope.is_consent = false;
    return account_.leave_behind(source,
                                 "the purpose does not rest on consent: nothing is given for it");
  }
  auto& basis = told_.legal_basis;
  basis = basis.empty() || basis == *word ? *word : std::string("dpv:Consent");
  account_.tell(source, Fidelity::mapped, "legal_basis: " + *word);
}

void ConsentConditions::read_bounds(const Node& item, const std::string& source,
                                    ConsentScope& scope) {
  const auto bounds =
      account_.limits(item, source, Scheme::jurisdiction, "storage_ and processing_jurisdictions");
  scope.storage = meet(Scheme::jurisdiction, scope.storage, bounds);
  scope.processing = meet(Scheme::jurisdiction, scope.processing, bounds);
}

void ConsentConditions::read_storing(const Node& node, const std::string& source,
                                     ConsentScope& scope) {
  const auto read_part = [&](const Node& item) {
    const auto field = consent_field_of(item.key);
    if (field == Field::location || field == Field::retention) {
      read(*field, item, account_.path(source, item), scope);
    } else if (field != Field::about) {
      account_.block_unknown(account_.path(source, item));
    }
  };
  for (const auto* value : values_of(node)) {
    if (value->kind != document::Kind::mapping) account_.block_unknown(source);
    for (const auto* part : account_.graph().parts_of(*value)) {
      for (const auto& item : part->items) read_part(item);
    }
  }
}

void ConsentConditions::read_retention(const Node& item, const std::string& source,
                                       ConsentScope& scope) {
  const auto days = days_of(account_.read_word(item, source));
  if (!days || *days == 0) {
    return account_.block(source, "the time is not understood, or is less than a day");
  }
  account_.tell(source, Fidelity::mapped, fmt::format("retention: {} days", *days));
  scope.retention_days = std::min(*days, scope.retention_days.value_or(*days));
}

void ConsentConditions::read_withdrawal(const Node& item, const std::string& source) {
  std::string written = account_.read_word(item, source);
  const auto word = find_foreign(Scheme::withdrawal_method, written);
  if (word) written = *word;
  if (!word && !is_public_address(written)) {
    return account_.leave_behind(source,
                                 "it is no word and no https address without user and query");
  }
  told_.withdrawal_method = std::move(written);
  account_.tell(source, Fidelity::mapped, "withdrawal_method");
}

}  // namespace usufruct::terms
