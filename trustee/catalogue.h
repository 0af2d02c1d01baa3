#pragma once

#include <vector>

#include "trustee/further_terms.h"
#include "trustee/holdings.h"
#include "trustee/terms/policy.h"

namespace usufruct {

/// A dataset that can be asked for: its newest version, and what a request for it is judged by.
struct Offer {
  Holding holding;
  LoggedPtr terms;
  std::shared_ptr<const terms::Vocabulary> vocabulary;  ///< the words of its terms
  std::vector<Licence> licences;
  std::vector<FurtherRecord> further;
  terms::ConsentsHeard consents;
};

/// All offers of a log at one time, compiled, so that one request is held against all of them at
/// once. A value; knows nothing of what is logged later. Cost: a look at each dataset, its versions
/// and the newest consents to it (consents_looked_at_max at most); then some 50 ns an offer for
/// each question.
class Catalogue {
 public:
  /// Datasets without terms in force, and withdrawn ones, are not on offer.
  static Catalogue of(const Graph& graph, Time at);

  /// By where the dataset stands in the log.
  const std::vector<Offer>& offers() const { return offers_; }
  /// What each says, in their order, of a request and who makes it: judged by each one's own words,
  /// whatever vocabulary the context has.
  std::vector<terms::Answer> ask(const terms::Context& context) const;

 private:
  /// Offers whose terms are written in the same words.
  struct Shelf {
    std::shared_ptr<const terms::Vocabulary> vocabulary;
    std::vector<std::size_t> offers;
    terms::PolicyShelf policies;
  };
  Shelf& shelf_for(const std::shared_ptr<const terms::Vocabulary>& vocabulary);

  std::vector<Offer> offers_;
  std::vector<Shelf> shelves_;
  /// Those that something written in other words holds for: a policy has words of one kind only.
  std::vector<std::size_t> apart_;
};

}  // namespace usufruct
