#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace usufruct::bench {

/// Columns of a delimited table without quotes, as texts.
struct SmallTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> columns;  ///< [column][row]

  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  static SmallTable read(const std::filesystem::path& path, char delimiter);
};

/// Writes `rows` rows drawn from the table with replacement, every tenth cell drawn from its
/// column by itself, so that tuples are new but the columns' shares stay. CSV with commas; the same
/// for the same seed on every machine.
void write_enlarged(const SmallTable& table, std::uint64_t rows, std::uint64_t seed,
                    const std::filesystem::path& to);

/// Writes the table as it is, as CSV with commas.
void write_plain(const SmallTable& table, const std::filesystem::path& to);

/// A table in which people of a few kinds answer alike, most of them with many
/// possible answers: what a survey looks like to an anonymiser.
SmallTable survey(std::uint64_t rows, std::size_t columns, std::uint64_t seed);

/// So many texts of eight bytes: any, or such as shared a place in a table whose hash is the one
/// word they make times the golden ratio, as the table of a column's values once had.
SmallTable words(std::uint64_t rows, bool are_hostile, std::uint64_t seed);

}  // namespace usufruct::bench
