#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "crypto/base/chance.h"
#include "crypto/keyfile.h"
#include "ledger/view/memory_graph.h"
#include "trustee/law.h"

namespace usufruct {

/// A small ledger in memory under the law, with the people of the demo: what tests of the trustee
/// room act on. Records are admitted as the log admits them. Time moves a second a record.
class World {
 public:
  World();

  const Graph& graph() const { return graph_; }
  /// What was logged, and when.
  const std::vector<std::pair<Time, Verified>>& history() const { return history_; }
  Time now() const { return now_; }
  void advance_days(std::int64_t days) { now_ = now_.plus_days(days); }

  const KeyPair& key(const std::string& name);
  std::string did(const std::string& name);
  RecordId party(const std::string& name) const { return parties_.at(name); }

  /// A record issued by someone, to be filled in.
  Record draft(const std::string& issuer, Body body);
  /// Signs, asks the law, logs. The error is the law's.
  Result<RecordId> log(const Record& record, std::vector<std::string> signers);
  Result<RecordId> log(const std::string& issuer, const Record& record) {
    return log(record, {issuer});
  }
  /// The same for what must succeed.
  RecordId must(const std::string& issuer, const Record& record);

  // The story up to a point: each returns what it logged.
  RecordId register_party(const std::string& name, Party party = {});
  RecordId charter();
  RecordId dataset();
  RecordId version(std::optional<Version> body = std::nullopt);
  static Version version_body(SeededChance& chance);
  RecordId vocabulary();
  RecordId terms(AfterWithdrawal after = AfterWithdrawal::exclude);
  /// In place of the newest of a dataset, with how they stand to those.
  Record terms_record(Terms body, const RecordId& dataset);
  RecordId consent(const std::string& subject, std::vector<std::string> purposes = {});
  RecordId request(std::vector<std::string> purposes = {});
  Record decision(const std::string& trustee, Outcome outcome = Outcome::approve);
  Record release();
  Record run(RunType type = RunType::train);
  Record model();
  Record withdrawal(const std::string& issuer, const RecordId& target);

  SeededChance& chance() { return chance_; }
  static RecordId commitment(const std::string& subject);

  std::map<std::string, RecordId> last;  ///< newest of each step, by its name

 private:
  Time now_{1'790'000'000'000};
  SeededChance chance_{7};
  MemoryGraph graph_;
  std::vector<std::pair<Time, Verified>> history_;
  std::map<std::string, KeyPair> keys_;
  std::map<std::string, RecordId> parties_;
};

/// A world in which the request is granted and three subjects consented; and one with its release.
World granted_world(AfterWithdrawal after = AfterWithdrawal::exclude);
World released_world();

/// Makes the claims that follow from a release's counts follow from them: for who changes a count.
void follow_counts(Release& release);

/// The rule that refuses a record, or "admitted".
std::string verdict(const Result<RecordId>& result);

template <class T>
T& body_of(Record& record) {
  return std::get<T>(record.body);
}

}  // namespace usufruct
