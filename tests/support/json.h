#pragma once

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace usufruct {

/// A JSON value read from a file of test vectors. For trusted files only: what it does not know
/// throws.
struct JsonValue {
  std::string text;  ///< of a string or a number
  std::vector<JsonValue> items;
  std::map<std::string, JsonValue> members;

  const JsonValue& operator[](const std::string& name) const { return members.at(name); }
  std::uint64_t number() const { return std::stoull(text); }
  std::vector<std::string> texts() const {
    std::vector<std::string> all;
    for (const auto& item : items) all.push_back(item.text);
    return all;
  }
};

class JsonReader {
 public:
  static JsonValue read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return JsonReader(text).value();
  }

 private:
  explicit JsonReader(std::string_view text) : left_(text) {}

  JsonValue value() {
    skip();
    JsonValue out;
    if (take('{')) {
      for (bool more = !take('}'); more; more = !take('}')) {
        take(',');
        skip();
        std::string name = string();
        if (!take(':')) throw std::runtime_error("no colon");
        out.members[std::move(name)] = value();
      }
    } else if (take('[')) {
      for (bool more = !take(']'); more; more = !take(']')) {
        take(',');
        out.items.push_back(value());
      }
    } else if (left_.starts_with('"')) {
      out.text = string();
    } else {
      const auto end = left_.find_first_of(",]} \n");
      out.text = left_.substr(0, end);
      left_.remove_prefix(end);
    }
    return out;
  }

  std::string string() {
    left_.remove_prefix(1);
    std::string out;
    for (; !left_.starts_with('"'); left_.remove_prefix(1)) {
      if (!left_.starts_with('\\')) {
        out += left_.front();
        continue;
      }
      left_.remove_prefix(1);
      if (left_.front() == 'u') {
        append_utf8(out, std::stoul(std::string(left_.substr(1, 4)), nullptr, 16));
        left_.remove_prefix(4);
      } else {
        out += left_.front() == 'n' ? '\n' : left_.front() == 't' ? '\t' : left_.front();
      }
    }
    left_.remove_prefix(1);
    return out;
  }

  static void append_utf8(std::string& out, unsigned long point) {
    const auto tail = [](unsigned long bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
    if (point < 0x80) {
      out += static_cast<char>(point);
    } else if (point < 0x800) {
      out += {static_cast<char>(0xC0 | point >> 6), tail(point)};
    } else {
      out += {static_cast<char>(0xE0 | point >> 12), tail(point >> 6), tail(point)};
    }
  }

  void skip() {
    const auto at = left_.find_first_not_of(" \t\r\n");
    left_.remove_prefix(at == std::string_view::npos ? left_.size() : at);
  }
  bool take(char symbol) {
    skip();
    if (!left_.starts_with(symbol)) return false;
    left_.remove_prefix(1);
    return true;
  }

  std::string_view left_;
};

}  // namespace usufruct
