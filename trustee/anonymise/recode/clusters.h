#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trustee/anonymise/floor.h"
#include "trustee/anonymise/recode/cells.h"
#include "trustee/anonymise/recode/model.h"
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
  double loss = 0;  ///< of one row
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
      : histogram_(histogram), floor_(floor), cells_(cells), judge_(histogram, floor) {}

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
  /// Cells and loss from the members.
  void fit(Cluster& cluster) const;
  /// What a row would lose in the cluster if the atom were in it.
  double loss_with(const Cluster& cluster, std::uint32_t atom) const;
  /// What the cluster loses more when rows are added, all rows counted.
  double cost_of_adding(const Cluster& cluster, Member member) const;
  double loss_of(const std::vector<Cell>& cells) const;

  /// Whether the floor looks at no more than the count of rows.
  bool is_plain() const { return !judge_.asks_about_values() && histogram_.k_asked.empty(); }
  bool holds(const Cluster& cluster);
  bool holds_with(const Cluster& cluster, Member member);

 private:
  void widen(Cluster& cluster, std::uint32_t atom) const;
  void fill_judge(const Cluster& cluster);

  const Histogram& histogram_;
  Floor floor_;
  const Cells& cells_;
  Judge judge_;
};

/// The classes of a recoding, each fitted to its members.
Clustering clustering_of(const Recoding& recoding, const Clusterer& clusterer);

/// The recoding that shows every row as its class does; loss and suppressed are counted.
Recoding recoding_of(const Clustering& clustering, const Clusterer& clusterer,
                     std::string algorithm);

/// The loss of a clustering, rows that are left counting 1.
double loss_of(const Clustering& clustering, std::uint64_t rows);

}  // namespace usufruct::anonymise
