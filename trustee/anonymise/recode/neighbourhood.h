#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "trustee/anonymise/recode/byte_scan.h"
#include "trustee/anonymise/recode/clusters.h"
#include "trustee/anonymise/recode/codes.h"

namespace usufruct::anonymise {

/// Classes that lie near each other, open ones among them, and the two questions that changing
/// them asks: which row that some class can spare is nearest to a class, and which class is nearest
/// to a row. Owns the classes while they are changed. One thread at a time.
class Neighbourhood {
 public:
  /// A row to be had: of which atom, from which class, and what is won there by giving it.
  struct Offer {
    std::uint32_t atom = 0;
    std::uint32_t from = 0;
    std::uint32_t rows = 0;  ///< how many of them
    double cost = 0;         ///< of taking one, in the sense of `nearest_row`
  };
  /// A class to join, and what that costs.
  struct Home {
    std::uint32_t cluster = 0;
    double cost = 0;
  };
  /// Rows already promised: by class, of which atoms.
  using Taken = std::map<std::uint32_t, std::vector<Member>>;

  /// `also` are rows in no class yet, whose atoms may come into one.
  Neighbourhood(std::vector<Cluster> clusters, const Clusterer& clusterer,
                std::span<const Member> also = {});

  Clusterer& clusterer() { return clusterer_; }
  const Cluster& cluster(std::uint32_t index) const { return clusters_[index]; }
  std::size_t size() const { return clusters_.size(); }
  std::vector<Cluster> take() { return std::move(clusters_); }
  /// Bytes looked at so far, scans and what callers add.
  std::uint64_t work() const { return work_; }
  void charge(std::uint64_t bytes) { work_ += bytes; }

  /// The row that makes the class dearest to leave out: least of
  /// multiplier · (loss with it - loss now) - what its class wins, over rows that can be spared.
  std::optional<Offer> nearest_row(const Cluster& growing, double multiplier, const Taken& taken,
                                   std::uint32_t except);
  /// The class, other than `except`, that loses least more with these rows in it.
  std::optional<Home> nearest_cluster(Member member, std::uint32_t except);
  /// How many rows a class can give and still have the k that it needs; all of them where it is
  /// open.
  std::uint32_t spare_rows(std::uint32_t cluster) const;
  /// What a row of an open one is worth to who takes it: what it would lose in a class of its own.
  void set_worth_of_waiting(double loss);

  /// Adds rows to a class. Cheap however many are in it; what its rows are worth to others is as
  /// before until it is replaced.
  void join(std::uint32_t index, Member member);
  /// Puts a class in the place of another; empty ones are dead.
  void replace(std::uint32_t index, Cluster cluster);

 private:
  template <class Best, class Look>
  void look_near(ByteScan& scan, const Best& best, const Look& look);
  double step_of(std::uint32_t item, const Cluster& growing) const;
  double cost_of(std::uint32_t home, Member member);
  void look_at(std::uint32_t item, const Cluster& growing, double multiplier, const Taken& taken,
               std::uint32_t except, std::optional<Offer>& best) const;
  double worth(const Cluster& cluster) const {
    return cluster.is_open ? worth_of_waiting_ : cluster.loss;
  }
  std::uint32_t item_of(std::uint32_t atom) const;
  void list(std::uint32_t index);
  void unlist(std::uint32_t index);
  void offer(std::uint32_t item);
  void show(std::uint32_t index);

  Clusterer clusterer_;
  Codes codes_;
  std::vector<Cluster> clusters_;
  std::vector<std::uint32_t> atoms_;                  ///< [item], ascending
  std::vector<std::vector<std::uint32_t>> holders_;   ///< [item] classes it is in
  std::vector<std::vector<std::uint8_t>> used_;       ///< [column] codes that rows have
  std::vector<std::vector<std::uint8_t>> all_codes_;  ///< [column] 0, 1, 2 …
  ByteScan rows_;
  ByteScan homes_;
  std::vector<ByteScan::Table> tables_;
  std::vector<std::vector<float>> row_steps_;  ///< [column][code of a row]: what tables_ rounds
  std::vector<Cell> tables_of_;  ///< which cells the tables are of, while a class grows
  std::vector<std::uint32_t> found_;
  double scale_ = 1;
  double worth_of_waiting_ = 1;
  std::uint64_t work_ = 0;
};

}  // namespace usufruct::anonymise
