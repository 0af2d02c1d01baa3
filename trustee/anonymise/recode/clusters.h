#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/model.h"
#include "trustee/anonymise/recode/people.h"
#include "trustee/anonymise/recode/recoding.h"

namespace usufruct::anonymise {

/// Rows of one atom in one class.
struct Member {
  std::uint32_t atom = 0;
  std::uint32_t rows = 0;

  bool operator==(const Member&) const = default;
};

/// A class while it is being made: who is in it, the least cells above them all, and what each of
/// its rows loses. An empty one has no cells.
struct Cluster {
  std::vector<Member> members;  ///< each atom once, but where absorb.h put classes together
  std::vector<Cell> cells;      ///< [column]
  std::uint64_t rows = 0;
  double loss = 0;            ///< of one row
  std::uint32_t k_asked = 0;  ///< the most that one of its rows asks for; at least, until fit()
  /// Not a class yet: rows that wait for one, all of which may be taken. Their loss is what
  /// waiting is counted as.
  bool is_open = false;

  double total() const { return loss * static_cast<double>(rows); }
};

/// All classes and the rows that are in none.
struct Clustering {
  std::vector<Cluster> clusters;
  std::vector<Member> left;
};

/// What every step that changes classes needs: the table, the floor, and the rules of both. Cheap
/// to copy but for its Judge; one a thread.
class Clusterer {
 public:
  Clusterer(const Histogram& histogram, const Floor& floor, const Cells& cells)
      : histogram_(histogram), floor_(floor), cells_(cells), judge_(histogram, floor) {
    if (floor.k_map > 0) people_ = std::make_shared<People>(histogram, cells);
  }

  const Histogram& histogram() const { return histogram_; }
  const Cells& cells() const { return cells_; }
  const Floor& floor() const { return floor_; }
  std::size_t columns() const { return cells_.column_count(); }
  std::uint32_t leaf(std::size_t c, std::uint32_t atom) const {
    return histogram_.leaves[c][histogram_.atoms[atom].tuple];
  }

  /// Adds rows; cells and loss grow with them.
  void add(Cluster& cluster, Member member) const;
  /// The same for an atom that is not in the cluster yet: without looking for it.
  void add_new(Cluster& cluster, Member member) const;
  /// Takes rows out; cells and loss stay as they are until fit().
  static void remove(Cluster& cluster, Member member);
  /// Cells and loss from the members; where the floor asks about people, coarser as far as the
  /// class is to stand for enough.
  void fit(Cluster& cluster) const;
  /// The same, no coarser than `widest`, which is enough.
  void fit_within(Cluster& cluster, const std::vector<Cell>& widest) const;
  /// Makes the cells coarser until the class stands for enough people, all of them if need be.
  void widen_to_people(Cluster& cluster) const;
  /// Adds all of another class, whose atoms may be in this one too.
  void merge(Cluster& cluster, const Cluster& other) const;
  /// How many rows the class needs: k, or the most that one of its rows asks for.
  std::uint32_t k_of(const Cluster& cluster) const { return std::max(floor_.k, cluster.k_asked); }
  /// What a row would lose in the cluster if the atom were in it.
  double loss_with(const Cluster& cluster, std::uint32_t atom) const;
  /// What the cluster loses more when rows are added, all rows counted.
  double cost_of_adding(const Cluster& cluster, Member member) const;
  double loss_of(const std::vector<Cell>& cells) const;

  /// Whether the floor looks at no more than the count of rows.
  bool is_plain() const {
    return !judge_.asks_about_values() && histogram_.k_asked.empty() && !people_;
  }
  bool holds(const Cluster& cluster);
  bool holds_with(const Cluster& cluster, Member member);

 private:
  struct People {
    People(const Histogram& histogram, const Cells& cells) : view(histogram), tree(view, cells) {}
    PeopleView view;
    PeopleTree tree;
  };
  void widen(Cluster& cluster, std::uint32_t atom) const;
  void fit_cells(Cluster& cluster) const;
  void widen_to_people(Cluster& cluster, const std::vector<Cell>& widest) const;
  bool has_people(std::span<const Cell> cells) const {
    return !people_ || people_->tree.has(cells, floor_.k_map);
  }
  std::uint32_t asked(std::uint32_t atom) const {
    return histogram_.asked(histogram_.atoms[atom].tuple);
  }
  void fill_judge(const Cluster& cluster);

  const Histogram& histogram_;
  Floor floor_;
  const Cells& cells_;
  Judge judge_;
  std::shared_ptr<const People> people_;  ///< where the floor asks; shared, since copies are many
};

/// The classes of a recoding, each fitted to its members.
Clustering clustering_of(const Recoding& recoding, const Clusterer& clusterer);

/// The recoding that shows every row as its class does; loss and suppressed are counted.
Recoding recoding_of(const Clustering& clustering, const Clusterer& clusterer,
                     std::string algorithm);

/// The loss of a clustering, rows that are left counting 1.
double loss_of(const Clustering& clustering, std::uint64_t rows);

}  // namespace usufruct::anonymise
