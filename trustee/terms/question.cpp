#include "trustee/terms/question.h"

#include "crypto/hash.h"
#include "trustee/terms/calendar.h"

namespace usufruct::terms {
namespace {

constexpr std::size_t currency_bytes_max = 7;

}  // namespace

SlotLayout SlotLayout::of(const Vocabulary& vocabulary) {
  SlotLayout layout;
  for (std::size_t slot = 0; slot < slot_count; ++slot) {
    const std::size_t words = vocabulary.terms(scheme_of(static_cast<Slot>(slot))).size();
    layout.begin[slot + 1] = layout.begin[slot] + static_cast<std::uint32_t>((words + 63) / 64);
  }
  return layout;
}

std::uint64_t currency_number(std::string_view code) {
  if (code.size() > currency_bytes_max) return read_u64(sha256(as_view(code)).view()) | 0xff;
  std::uint64_t number = 0;
  for (const char c : code) number = number << 8 | static_cast<unsigned char>(c);
  return number << 8 | code.size();
}

Question::Question(const Context& context)
    : layout_(SlotLayout::of(context.vocabulary)),
      cells_(layout_.begin[slot_count]),
      vocabulary_(context.vocabulary.digest()) {
  const Request& request = context.request;
  is_for_requester_ = request.recipients.empty();
  say(Slot::requester_class, context.requester.classes, context.vocabulary);
  say(Slot::action, request.actions, context.vocabulary);
  say(Slot::purpose, request.purposes, context.vocabulary);
  say(Slot::recipient, is_for_requester_ ? context.requester.classes : request.recipients,
      context.vocabulary);
  say(Slot::jurisdiction, request.jurisdictions, context.vocabulary);
  say(Slot::attestation, request.attestations, context.vocabulary);
  say(Slot::flag, request.flags, context.vocabulary);
  const bool is_lacking = is_empty(Slot::purpose) || is_empty(Slot::action);
  const bool is_strange = has_unknown(Slot::purpose) || has_unknown(Slot::action) ||
                          has_unknown(Slot::jurisdiction) || has_unknown(Slot::flag) ||
                          (!is_for_requester_ && has_unknown(Slot::recipient));
  if (is_lacking || is_strange || !is_offer(request.price_offered)) own_answer_ = Answer::abstain;
  const auto set = [&](Number which, std::int64_t value) {
    numbers_[static_cast<std::size_t>(which)] = value;
  };
  set(Number::time, context.at.ms);
  set(Number::week, minute_of_week(context.at));
  set(Number::year, month_and_day(context.at));
  set(Number::duration, request.duration_days);
  set(Number::count, request.count);
  set(Number::price, request.price_offered);
  currency_ = currency_number(request.currency);
  const View id = context.requester_id.digest.view();
  for (std::size_t i = 0; i < actor_.size(); ++i) actor_[i] = read_u64(id.subspan(8 * i));
}

void Question::say(Slot slot, const std::vector<std::string>& words, const Vocabulary& vocabulary) {
  const auto bit = static_cast<std::uint8_t>(1U << static_cast<unsigned>(slot));
  if (words.empty()) empty_ |= bit;
  std::uint64_t* cells = cells_.data() + layout_.begin[static_cast<std::size_t>(slot)];
  for (const auto& word : words) {
    if (const auto place = vocabulary.place_of(scheme_of(slot), word)) {
      cells[*place / 64] |= std::uint64_t{1} << *place % 64;
    } else {
      unknown_ |= bit;
    }
  }
}

}  // namespace usufruct::terms
