#include "trustee/terms/asked.h"

#include <algorithm>

namespace usufruct::terms {
namespace {

/// ISO 4217's code for no currency.
constexpr std::string_view no_currency = "XXX";

/// A currency that nobody names: that code, made longer where somebody does name it.
std::string currency_outside(const std::vector<std::string>& named) {
  std::string code(no_currency);
  while (std::ranges::binary_search(named, code)) code += 'X';
  return code;
}

/// A party that nobody names: of so many numbers and one more, one is left.
RecordId party_outside(const std::vector<RecordId>& named) {
  RecordId id;
  for (std::uint64_t number = 0;; ++number) {
    for (std::size_t i = 0; i < 8; ++i) {
      id.digest.bytes[31 - i] = static_cast<std::uint8_t>(number >> 8 * i);
    }
    if (!std::ranges::binary_search(named, id)) return id;
  }
}

/// A request that has all that was asked for and as little else as may be.
Example example_of(const Solution& solution, const Names& names) {
  const Store& store = solution.store;
  Example example;
  const auto words = [&](Slot slot) {
    std::vector<std::string> ids;
    const auto& all = names.vocabulary().terms(scheme_of(slot));
    const WordSet list = store.list(slot);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (list.contains(i)) ids.push_back(all[i].id);
    }
    return ids;
  };
  const auto number = [&](Dimension dimension) { return store.numbers(dimension).front().least(); };
  Request& request = example.request;
  request.purposes = words(Slot::purpose);
  request.actions = words(Slot::action);
  request.recipients = words(Slot::recipient);
  request.jurisdictions = words(Slot::jurisdiction);
  request.attestations = words(Slot::attestation);
  request.flags = words(Slot::flag);
  request.duration_days = static_cast<std::uint32_t>(number(Dimension::duration));
  request.count = static_cast<std::uint32_t>(number(Dimension::count));
  const Worlds& offers = store.numbers(Dimension::price);
  if (offers[names.no_offer()].is_empty()) {
    const auto world =
        std::ranges::find_if(offers, [](const auto& offer) { return !offer.is_empty(); });
    const auto at = static_cast<std::size_t>(world - offers.begin());
    request.price_offered = world->least();
    request.currency = at == names.other_currency() ? currency_outside(names.currencies())
                                                    : names.currencies()[at];
  }
  example.requester.classes = words(Slot::requester_class);
  const auto actor = static_cast<std::size_t>(number(Dimension::actor));
  example.requester_id =
      actor < names.actors().size() ? names.actors()[actor] : party_outside(names.actors());
  example.at = solution.at;
  return example;
}

}  // namespace

void Asked::add_fires(const Saying& saying, Goals& goals) {
  for (const auto& goal : saying.fires) goals.push_back(&goal);
}

void Asked::add_rests(const std::vector<Saying>& sayings, Goals& goals) {
  for (const auto& saying : sayings) goals.push_back(&saying.rests);
}

void Asked::add_permitted(const Saying& permit, const Sayings& by, Goals& goals) {
  add_fires(permit, goals);
  add_rests(by.forbids, goals);
}

std::optional<Example> Asked::find(Goals goals) {
  for (const auto& goal : always_) goals.push_back(&goal);
  const auto solution = solve(Store(names_.universe()), std::move(goals), budget_);
  if (!solution) return std::nullopt;
  return example_of(*solution, names_);
}

}  // namespace usufruct::terms
