// Runs a conversation with a log's HTTP face, written as it goes over the wire, and compares:
//
//     # what this part is about
//     > GET /checkpoint
//     > accept-encoding: gzip
//     < 200
//     < content-type: text/plain; charset=utf-8
//     < -content-encoding
//     | test.example/log
//     |= 215
//
// Lines after a request: its further fields (`>`), the status and fields of the answer (`<`;
// `-name` is a field that must not be there; `[..]` stands for any text), text that its body has
// (`|`), how many bytes the body has (`|=`), and `| gzip:TEXT` for text it has once unfolded. A
// body to be sent is named: `>> text TEXT`, `>> zeros COUNT`, `>> record N`, `>> json N`, `>>
// changed N` (a bit of its signature flipped), `>> records N M` (a batch from N to M), `>> cut N`
// (a batch cut short).
//
// The log behind it has 600 entries: records 0 to 599. Each request has a connection of its own.
//
//     usufruct-http-conversation FILE
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "crypto/base/text.h"
#include "ledger/record/envelope_json.h"
#include "tests/support/raw_client.h"
#include "tests/support/records.h"
#include "tests/support/served_log.h"
#include "trustee/http/gzip.h"
#include "trustee/http/record_batch.h"

namespace usufruct {
namespace {

struct Step {
  std::size_t line = 0;
  std::string request;
  std::string fields;
  std::string body;
  std::vector<std::string> head;  ///< status first
  std::vector<std::string> texts;
};

std::string text_of(const Bytes& bytes) { return std::string(as_text(bytes)); }

std::string batch(std::uint64_t from, std::uint64_t to) {
  std::vector<Bytes> envelopes;
  for (const auto& record : test_records(from, to + 1)) envelopes.push_back(record.envelope());
  return text_of(http::encode_envelopes(envelopes));
}

std::string body_named(const std::string& words) {
  std::istringstream in(words);
  std::string what;
  std::uint64_t n = 0;
  std::uint64_t m = 0;
  in >> what;
  if (what == "text") return words.substr(5);
  in >> n >> m;
  if (what == "zeros") return std::string(n, '\0');
  if (what == "records") return batch(n, m);
  if (what == "cut") return batch(n, n).substr(0, 100);
  std::string envelope = text_of(test_record(n).envelope());
  if (what == "record") return envelope;
  if (what == "json") return *envelope_to_json(as_view(envelope));
  if (what == "changed") {
    envelope[envelope.size() - 4] ^= 1;
    return envelope;
  }
  std::cerr << "no such body: " << words << '\n';
  std::exit(2);
}

std::vector<Step> parse(std::istream& in) {
  std::vector<Step> steps;
  std::size_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    const std::string rest = line.size() > 2 ? line.substr(2) : "";
    const bool is_new = steps.empty() || !steps.back().head.empty();
    if (line.starts_with(">> ")) {
      steps.back().body = body_named(line.substr(3));
    } else if (line.starts_with("> ") && is_new) {
      steps.push_back({.line = number, .request = rest});
    } else if (line.starts_with("> ")) {
      steps.back().fields += rest + "\r\n";
    } else if (line.starts_with("< ")) {
      steps.back().head.push_back(rest);
    } else if (line.starts_with("|")) {
      steps.back().texts.push_back(line.substr(1));
    } else if (!line.empty() && !line.starts_with("#")) {
      std::cerr << fmt::format("{}: what is '{}'?\n", number, line);
      std::exit(2);
    }
  }
  return steps;
}

bool matches(const std::string& pattern, const std::string& text) {
  const auto any = pattern.find("[..]");
  if (any == std::string::npos) return pattern == text;
  const auto before = pattern.substr(0, any);
  const auto after = pattern.substr(any + 4);
  return text.size() >= before.size() + after.size() && text.starts_with(before) &&
         text.ends_with(after);
}

bool has_field(const std::vector<std::string>& lines, const std::string& expected) {
  if (expected.starts_with("-")) {
    const std::string start = expected.substr(1) + ":";
    return std::ranges::none_of(lines, [&](const auto& line) { return line.starts_with(start); });
  }
  return std::ranges::any_of(lines, [&](const auto& line) { return matches(expected, line); });
}

bool has_text(const std::string& body, const std::string& expected) {
  if (expected.starts_with("= ")) return std::to_string(body.size()) == expected.substr(2);
  if (expected.starts_with(" gzip:")) {
    const auto plain = http::gunzip(as_view(body), std::size_t{1} << 24);
    return plain && as_text(*plain).find(expected.substr(6)) != std::string_view::npos;
  }
  return body.find(expected.substr(std::min<std::size_t>(1, expected.size()))) != body.npos;
}

std::vector<std::string> head_lines(const std::string& head) {
  std::vector<std::string> lines;
  std::istringstream in(head);
  for (std::string line; std::getline(in, line);) {
    if (line.ends_with('\r')) line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

/// What is wrong with the answer to a step; empty when nothing is.
std::string judge(const Step& step, const std::string& said) {
  const auto end = said.find("\r\n\r\n");
  if (end == std::string::npos) return "no answer";
  const auto lines = head_lines(said.substr(0, end));
  const std::string body = said.substr(end + 4);
  if (!lines.front().starts_with("HTTP/1.1 " + step.head.front() + " ")) return "another status";
  for (std::size_t i = 1; i < step.head.size(); ++i) {
    if (!has_field(lines, step.head[i])) return "field: " + step.head[i];
  }
  for (const auto& text : step.texts) {
    if (!has_text(body, text)) return "body: |" + text;
  }
  return {};
}

bool run(const Step& step, std::uint16_t port, const std::string& file) {
  std::string text = step.request + " HTTP/1.1\r\nhost: t\r\nconnection: close\r\n" + step.fields;
  if (!step.body.empty()) text += fmt::format("content-length: {}\r\n", step.body.size());
  RawClient client(port, 20);
  const std::string said = client.ask(text + "\r\n" + step.body);
  const std::string wrong = judge(step, said);
  if (wrong.empty()) return true;
  std::cerr << fmt::format("{}:{}: > {}\n  {}\n  got: {}\n", file, step.line, step.request, wrong,
                           printable(said, 2000));
  return false;
}

int converse(const char* path) {
  std::ifstream in(path);
  const auto steps = parse(in);
  if (steps.empty()) {
    std::cerr << path << ": no requests in it\n";
    return 1;
  }
  ServedLog served(600);
  int failures = 0;
  for (const auto& step : steps) {
    if (!run(step, served.server().port(), path)) ++failures;
  }
  std::cout << fmt::format("{}: {} requests, {} failed\n", path, steps.size(), failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace usufruct

int main(int argc, char** argv) {
  if (argc == 2) return usufruct::converse(argv[1]);
  std::cerr << "usage: usufruct-http-conversation FILE\n";
  return 2;
}
