#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "crypto/base/check.h"
#include "crypto/base/text.h"
#include "ledger/record/names.h"
#include "trustee/law/rules.h"

namespace usufruct::law {
namespace {

/// A set of kinds, one bit each.
class Kinds {
 public:
  constexpr Kinds(std::initializer_list<Kind> kinds) {
    for (const Kind kind : kinds) bits_ |= 1U << static_cast<unsigned>(kind);
  }
  constexpr bool has(Kind kind) const { return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0; }
  static constexpr Kinds any() {
    Kinds all{};
    all.bits_ = (1U << kind_count) - 1;
    return all;
  }

 private:
  std::uint32_t bits_ = 0;
};

constexpr std::size_t many = 65'536;

/// One row: a record of `kind` may hold `role` refs to records of `targets`, least to most of them.
struct Row {
  Kind kind;
  Role role;
  Kinds targets;
  std::size_t least;
  std::size_t most;
};

using enum Kind;
constexpr std::array table = {
    Row{party, Role::supersedes, {party}, 0, 1},
    Row{trust, Role::trustee, {party}, 1, 255},
    Row{trust, Role::mandatory_seat, {party}, 0, 255},
    Row{trust, Role::custodian, {party}, 1, 1},
    Row{trust, Role::supersedes, {trust}, 0, 1},
    Row{dataset, Role::held_by, {trust}, 1, 1},
    Row{dataset, Role::derived_from, {version, release}, 0, many},
    Row{version, Role::of, {dataset}, 1, 1},
    Row{version, Role::previous, {version}, 0, 1},
    Row{version, Role::derived_from, {version, release}, 0, many},
    Row{consent, Role::covers, {dataset}, 1, 1},
    Row{consent, Role::subject, {}, 1, 1},
    Row{consent, Role::guardian, {}, 0, 2},
    Row{consent, Role::party, {party}, 0, 1},
    Row{consent, Role::supersedes, {consent}, 0, 1},
    Row{terms, Role::governs, {dataset, trust}, 1, 1},
    Row{terms, Role::supersedes, {terms}, 0, 1},
    Row{terms, Role::under, {vocabulary}, 1, 1},
    Row{licence, Role::on, {dataset, version, model}, 1, 1},
    Row{licence, Role::supersedes, {licence}, 0, 1},
    Row{agreement, Role::party, {party}, 2, 64},
    Row{agreement, Role::accepts, {terms, licence}, 0, many},
    Row{request, Role::for_, {version}, 1, 1},
    Row{request, Role::previous, {request}, 0, 1},
    Row{request, Role::under, {agreement}, 0, 1},
    Row{decision, Role::on, {request}, 1, 1},
    Row{release, Role::under, {request}, 1, 1},
    Row{release, Role::from, {version}, 1, 1},
    Row{release, Role::to, {party}, 1, 1},
    Row{run, Role::used, {release, model}, 1, many},
    Row{model, Role::from, {run}, 1, many},
    Row{model, Role::base_model, {model}, 0, many},
    Row{withdrawal,
        Role::revokes,
        {party, trust, dataset, version, consent, terms, licence, agreement, request, attestation,
         vocabulary},
        1,
        many},
    Row{obligation, Role::caused_by, {withdrawal, incident}, 1, 1},
    Row{obligation, Role::on, Kinds::any(), 1, 1},
    Row{obligation, Role::owed_by, {party}, 1, 1},
    Row{obligation, Role::answers, {obligation}, 0, 1},
    Row{attestation, Role::about, Kinds::any(), 1, many},
    Row{incident, Role::about, Kinds::any(), 1, many},
    Row{settlement, Role::under, {agreement, request}, 1, 1},
    Row{settlement, Role::to, {party}, 1, many},
    Row{vocabulary, Role::supersedes, {vocabulary}, 0, 1},
};

const Row* row_for(Kind kind, Role role) {
  const auto found = std::ranges::find_if(
      table, [&](const Row& row) { return row.kind == kind && row.role == role; });
  return found == table.end() ? nullptr : &*found;
}

/// A ref into another log cannot be looked up here: only roles that no rule follows may have one.
Result<void> check_foreign(const Ref& ref) {
  if (ref.role == Role::derived_from || ref.role == Role::about) return {};
  return refuse("ref-known",
                fmt::format("'{}' names a record of the log {}; this role needs one of this log",
                            name_of(ref.role), printable(ref.origin, 80)));
}

Result<void> check_ref(const Case& it, const Ref& ref) {
  const Kind kind = it.record.kind();
  const Row* row = row_for(kind, ref.role);
  if (!row) {
    return refuse("ref-kind",
                  fmt::format("a {} has no '{}' refs", name_of(kind), name_of(ref.role)));
  }
  if (!ref.origin.empty()) return check_foreign(ref);
  if (ref.role == Role::subject || ref.role == Role::guardian) return {};  // no records
  const auto target = it.graph.find(ref.id);
  if (!target) {
    return refuse(
        "ref-known",
        fmt::format("'{}' names {}, which is not in the log", name_of(ref.role), print_id(ref.id)),
        "log what it names first");
  }
  if (!row->targets.has(target->record.kind())) {
    return refuse("ref-kind", fmt::format("'{}' names {}, which is a {}", name_of(ref.role),
                                          print_short(ref.id), name_of(target->record.kind())));
  }
  return {};
}

}  // namespace

std::unexpected<Error> refuse(std::string_view rule, std::string message, std::string hint) {
  return denied(std::move(message), std::move(hint), std::string(rule));
}

LoggedPtr named(const Case& it, Role role) {
  const auto id = it.record.first(role);
  CHECK_THAT(id.has_value());
  auto logged = it.graph.find(*id);
  CHECK_THAT(logged != nullptr);
  return logged;
}

bool issued_by_same(const Case& it, const Logged& other) {
  return same_party(it.graph, it.record.issuer, other.record.issuer);
}

Result<void> check_refs(const Case& it) {
  for (const auto& ref : it.record.refs) CHECK_OK(check_ref(it, ref));
  for (const Row& row : table) {
    if (row.kind != it.record.kind()) continue;
    const auto count = static_cast<std::size_t>(
        std::ranges::count(it.record.refs, row.role, [](const Ref& ref) { return ref.role; }));
    if (count >= row.least && count <= row.most) continue;
    return refuse("ref-count",
                  fmt::format("a {} has {} '{}' refs; {} to {} are allowed", name_of(row.kind),
                              count, name_of(row.role), row.least, row.most));
  }
  return {};
}

}  // namespace usufruct::law
