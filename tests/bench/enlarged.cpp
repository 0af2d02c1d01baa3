#include "tests/bench/enlarged.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <fstream>

#include "crypto/base/chance.h"

namespace usufruct::bench {

namespace {

/// Below `bound`; a bias of 2^-32 at most, which a benchmark bears.
std::size_t below(SeededChance& chance, std::size_t bound) {
  return static_cast<std::size_t>((chance.next() >> 32) * bound >> 32);
}

}  // namespace

SmallTable SmallTable::read(const std::filesystem::path& path, char delimiter) {
  SmallTable table;
  std::ifstream in(path);
  std::string line;
  for (bool is_header = true; std::getline(in, line); is_header = false) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    std::size_t column = 0;
    for (std::size_t at = 0; at <= line.size(); ++column) {
      const std::size_t end = std::min(line.find(delimiter, at), line.size());
      if (is_header) {
        table.names.push_back(line.substr(at, end - at));
        table.columns.emplace_back();
      } else {
        table.columns[column].push_back(line.substr(at, end - at));
      }
      at = end + 1;
    }
  }
  return table;
}

void write_enlarged(const SmallTable& table, std::uint64_t rows, std::uint64_t seed,
                    const std::filesystem::path& to) {
  SeededChance chance(seed);
  std::ofstream out(to, std::ios::binary);
  out << fmt::format("{}\n", fmt::join(table.names, ","));
  std::string piece;
  for (std::uint64_t i = 0; i < rows; ++i) {
    const std::size_t row = below(chance, table.rows());
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      const bool is_redrawn = below(chance, 10) == 0;
      if (c > 0) piece += ',';
      piece += table.columns[c][is_redrawn ? below(chance, table.rows()) : row];
    }
    piece += '\n';
    if (piece.size() > (1U << 20)) {
      out << piece;
      piece.clear();
    }
  }
  out << piece;
}

void write_plain(const SmallTable& table, const std::filesystem::path& to) {
  std::ofstream out(to, std::ios::binary);
  out << fmt::format("{}\n", fmt::join(table.names, ","));
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      out << table.columns[c][row] << (c + 1 == table.columns.size() ? '\n' : ',');
}

SmallTable survey(std::uint64_t rows, std::size_t columns, std::uint64_t seed) {
  constexpr std::size_t kinds = 24;
  SeededChance chance(seed);
  SmallTable table;
  std::vector<std::vector<std::size_t>> usual(columns);
  std::vector<std::size_t> answers;
  for (std::size_t c = 0; c < columns; ++c) {
    table.names.push_back(fmt::format("question{}", c + 1));
    table.columns.emplace_back();
    answers.push_back(c % 4 == 0 ? 60 : 3 + below(chance, 12));
    for (std::size_t kind = 0; kind < kinds; ++kind) usual[c].push_back(below(chance, answers[c]));
  }
  for (std::uint64_t row = 0; row < rows; ++row) {
    const std::size_t kind = std::min(below(chance, kinds), below(chance, kinds));
    for (std::size_t c = 0; c < columns; ++c) {
      const std::size_t away = below(chance, 3) == 0 ? below(chance, answers[c]) : below(chance, 2);
      table.columns[c].push_back(std::to_string((usual[c][kind] + away) % answers[c]));
    }
  }
  return table;
}

SmallTable words(std::uint64_t rows, bool are_hostile, std::uint64_t seed) {
  constexpr std::uint64_t factor = 0x9E3779B97F4A7C15;
  constexpr std::uint64_t place_bits = 0x1F'FFFFULL << 7;
  std::uint64_t inverse = factor;  // modulo 2^64, by Newton's steps
  for (int i = 0; i < 5; ++i) inverse *= 2 - factor * inverse;
  const auto is_plain = [](char c) { return c > '"' && c <= '~' && c != ','; };
  SeededChance chance(seed);
  SmallTable table{.names = {"word"}, .columns = {{}}};
  while (table.rows() < rows) {
    std::uint64_t hash = chance.next();
    if (are_hostile) hash &= ~place_bits;
    const std::uint64_t word = (hash ^ hash >> 32) * inverse - sizeof word;
    std::string text(sizeof word, ' ');
    std::memcpy(text.data(), &word, sizeof word);
    if (std::ranges::all_of(text, is_plain)) table.columns[0].push_back(text);
  }
  return table;
}

}  // namespace usufruct::bench
