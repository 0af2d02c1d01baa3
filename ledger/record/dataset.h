#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/bytes.h"
#include "crypto/base/time.h"

namespace usufruct {

enum class PersonalData : std::uint16_t { unknown, none, pseudonymised, personal, special };

/// What a dataset is and where it comes from (D&TA DPS 1.0.0, Croissant 1.1). Its issuer owns it.
struct Dataset {
  std::string title;
  std::string description;
  std::vector<std::string> keywords;
  std::vector<std::string> languages;  ///< BCP 47
  std::vector<std::string> modality;
  PersonalData personal_data = PersonalData::unknown;
  std::vector<std::string> origin_geography;  ///< ISO 3166
  std::vector<std::string> collection_methods;
  std::string collection_from;  ///< ISO 8601 date, month or year
  std::string collection_to;
  std::vector<std::string> creators;
  std::vector<std::string> sources;
  std::string homepage;
  std::string licence;
  std::vector<std::string> data_categories;  ///< what the rows tell of people, in words

  auto operator<=>(const Dataset&) const = default;
  template <class Io, class Self>
  static void fields(Io& io, Self& self) {
    io("title", self.title);
    io("description", self.description);
    io("keywords", self.keywords);
    io("languages", self.languages);
    io("modality", self.modality);
    io("personalData", self.personal_data);
    io("originGeography", self.origin_geography);
    io("collectionMethods", self.collection_methods);
    io("collectionFrom", self.collection_from);
    io("collectionTo", self.collection_to);
    io("creators", self.creators);
    io("sources", self.sources);
    io("homepage", self.homepage);
    io("licence", self.licence);
    io("dataCategories", self.data_categories);
  }
};

}  // namespace usufruct
