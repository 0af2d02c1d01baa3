#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/base/result.h"
#include "trustee/anonymise/measure/attack.h"
#include "trustee/anonymise/measure/shown.h"

namespace usufruct::anonymise::measuring {

/// The tables of an attack with numbers in the place of texts. Cell [row · width + column] is
///   people, control   a leaf of the column's hierarchy, or the number of its text
///   released          the number of a shown text
class AttackTable {
 public:
  enum class Who { people, control, released };

  static Result<AttackTable> make(const AttackInput& input, std::size_t rows_max);

  std::size_t width() const { return columns_.size(); }
  std::size_t rows(Who who) const { return cells(who).size() / width(); }
  std::uint32_t cell(Who who, std::size_t row, std::size_t column) const {
    return cells(who)[row * width() + column];
  }
  /// Numbers can be compared by size in such a column: it has no hierarchy and nothing but numbers.
  bool is_numeric(std::size_t column) const { return columns_[column].is_numeric; }
  double number(std::size_t column, std::uint32_t text) const {
    return columns_[column].numbers[text];
  }
  double median(std::size_t column) const { return columns_[column].median; }
  /// What is shown in a column has the numbers below.
  std::size_t released_texts(std::size_t column) const { return columns_[column].released_texts; }
  bool is_quasi(std::size_t column) const { return columns_[column].hierarchy != nullptr; }

  /// Whether what a released row shows in a column may stand for a person's value.
  bool matches(std::size_t column, std::uint32_t shown, std::uint32_t of_person) const;

 private:
  struct Column {
    const Hierarchy* hierarchy = nullptr;
    std::vector<Group> groups;    ///< [shown text], with a hierarchy
    std::vector<double> numbers;  ///< [text], without
    bool is_numeric = false;
    double median = 0;
    std::size_t released_texts = 0;
  };
  const std::vector<std::uint32_t>& cells(Who who) const {
    return who == Who::people ? people_ : who == Who::control ? control_ : released_;
  }
  Result<void> add_quasi(const AttackInput& input, std::size_t column);
  void add_plain(const AttackInput& input, std::size_t column);

  std::vector<Column> columns_;
  std::vector<std::uint32_t> people_;
  std::vector<std::uint32_t> control_;
  std::vector<std::uint32_t> released_;
};

/// A number below `below`, each as likely.
std::uint64_t draw_below(Chance& chance, std::uint64_t below);

}  // namespace usufruct::anonymise::measuring
