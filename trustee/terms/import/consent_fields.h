#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

/// The fields of consent records as others write them.
namespace usufruct::terms {

/// What a field of either form says, by the name without its prefix.
enum class ConsentField : std::uint8_t {
  record,      ///< the header: nothing of it is a condition
  processing,  ///< holds purposes and what is said of all of them
  purposes,
  events,
  status,
  notice,
  language,
  purpose_type,
  purpose_kind,  ///< what the purpose is less than
  label,
  service,
  controllers,
  basis,
  data,
  actions,
  recipients,
  storage,
  places,   ///< processed there
  bounds,   ///< nowhere else at all
  storing,  ///< a mapping of where and how long
  location,
  retention,
  jurisdiction,
  collection,
  withdrawal,
  excluded,
  revocable,
  guardian,
  personal,  ///< may name the person, or others: stays behind unread
  about,     ///< says nothing that limits the use
};

/// By the key in the file; none when nobody knows it here.
std::optional<ConsentField> consent_field_of(std::string_view key);

}  // namespace usufruct::terms
