#include "crypto/base/json.h"

#include <fmt/format.h>

#include <cmath>

#include "crypto/base/check.h"
#include "crypto/base/text.h"

namespace usufruct {

std::string quote_json(std::string_view text) {
  std::string out = "\"";
  const std::string shown = is_utf8(text) ? std::string(text) : printable(text, text.size() * 4);
  for (const char c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\u{:04x}", byte);
    } else {
      out += c;
    }
  }
  return out + '"';
}

Json& Json::set(std::string name, Json value) {
  auto* members = std::get_if<Members>(&value_);
  CHECK_THAT(members != nullptr);
  members->emplace_back(std::move(name), std::move(value));
  return *this;
}

Json& Json::push(Json value) {
  auto* items = std::get_if<Items>(&value_);
  CHECK_THAT(items != nullptr);
  items->push_back(std::move(value));
  return *this;
}

void Json::print_to(std::string& out, std::optional<std::size_t> indent) const {
  const auto inner = indent ? std::optional(*indent + 2) : std::nullopt;
  const auto start_line = [&](std::optional<std::size_t> at) {
    if (at) out.append("\n").append(*at, ' ');
  };
  if (std::holds_alternative<std::nullptr_t>(value_)) {
    out += "null";
  } else if (const auto* flag = std::get_if<bool>(&value_)) {
    out += *flag ? "true" : "false";
  } else if (const auto* number = std::get_if<double>(&value_)) {
    out += std::isfinite(*number) ? fmt::format("{}", *number) : "null";
  } else if (const auto* text = std::get_if<std::string>(&value_)) {
    out += quote_json(*text);
  } else if (const auto* raw = std::get_if<Raw>(&value_)) {
    out += raw->text;
  } else if (const auto* members = std::get_if<Members>(&value_)) {
    out += '{';
    for (const auto& [name, value] : *members) {
      if (out.back() != '{') out += ',';
      start_line(inner);
      out += quote_json(name) + (indent ? ": " : ":");
      value.print_to(out, inner);
    }
    if (!members->empty()) start_line(indent);
    out += '}';
  } else if (const auto* items = std::get_if<Items>(&value_)) {
    out += '[';
    for (const auto& item : *items) {
      if (out.back() != '[') out += ',';
      start_line(inner);
      item.print_to(out, inner);
    }
    if (!items->empty()) start_line(indent);
    out += ']';
  }
}

std::string Json::print() const {
  std::string out;
  print_to(out, std::nullopt);
  return out;
}

std::string Json::print_indented() const {
  std::string out;
  print_to(out, 0);
  return out + '\n';
}

}  // namespace usufruct
