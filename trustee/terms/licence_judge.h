#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trustee/terms/evaluate.h"
#include "trustee/terms/licence_alternative.h"

namespace usufruct::terms {

/// The licence layer with its reasons: expressions read once, lists of words as sets. Immutable.
class LicenceJudge {
 public:
  LicenceJudge(std::span<const Licence> licences, const Vocabulary& vocabulary);

  /// What they say of a request in that vocabulary; adds their duties. By the first alternative of
  /// each that no other answers better than. Some 10 ns for each word, list and licence, and more
  /// for each reason.
  Layer judge(const Context& context, Detail detail, std::vector<Duty>& duties) const;
  /// Memory of the sets of words, about.
  std::size_t size_bytes() const;

 private:
  /// Words that hit a list of a licence, for certain or because they are too broad.
  struct List {
    ClauseKind kind = ClauseKind::purpose;
    bool asks = false;  ///< what is hit is asked about, else it is refused
    std::vector<std::string> values;
    WordSet hit;
    WordSet broad;
    bool is_known = true;  ///< every word of it is
  };
  struct Part {
    std::string name;
    std::string unread;  ///< the reason why trustees must read it; empty when it has a row
    std::string got;     ///< with it: what is not known
    std::vector<List> lists;
  };
  struct Alternative {
    std::vector<Part> parts;
    std::vector<Duty> duties;
    std::string name;
  };
  struct Expression {
    std::string text;
    std::vector<Alternative> alternatives;  ///< empty: it cannot be read
  };
  class Words;
  /// A word of a request that a list of a licence does not let pass.
  struct Hit {
    const Part& part;
    const List& list;
    const std::string& word;
    Truth truth;

    bool refuses() const { return truth == Truth::true_ && !list.asks; }
  };

  static Part part_of(const LicencePart& part, const Vocabulary& vocabulary);
  /// Calls with each hit until it says false.
  template <class Visit>
  static void visit_hits(const Alternative& alternative, const Words& words, const Visit& visit);
  static Answer answer_of(const Alternative& alternative, const Words& words);
  static void tell(const Alternative& alternative, const Words& words, Detail detail,
                   std::vector<Reason>& reasons);

  const Vocabulary& vocabulary_;
  std::vector<Expression> expressions_;
};

}  // namespace usufruct::terms
