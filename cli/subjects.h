#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "crypto/base/time.h"
#include "ledger/record/version.h"

namespace usufruct::cli {

/// One data subject as the owner's table names it, and who speaks for it.
struct SubjectLine {
  std::string key;
  std::string guardian;  ///< a key of the owner's own; empty: none named here
  Time age_out;          ///< 0: not named here

  bool operator==(const SubjectLine&) const = default;
};

/// The options that say whose consents a command is about.
struct SubjectOptions {
  std::string file;
  std::vector<std::string> rows;
};
void add_subjects(CLI::App& verb, SubjectOptions& options);

/// All of them, each once. A file has one key a line, as it stands there, spaces too; or, when its
/// first line is of the words `subject`, `guardian` and `age_out` between tabs, these columns.
Result<std::vector<SubjectLine>> read_subjects(Context& context, const SubjectOptions& options,
                                               const Version& version);

/// Options that name one: by key, or by row where the table has no column of subjects.
struct OneSubject {
  std::string key;
  std::uint64_t row = 0;
};
void add_one_subject(CLI::App& verb, OneSubject& options);
Result<std::string> key_of(const OneSubject& options);

}  // namespace usufruct::cli
