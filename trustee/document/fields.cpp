#include "trustee/document/fields.h"

#include <charconv>

#include "crypto/base/text.h"

namespace usufruct::document {
namespace {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::null:
      return "nothing";
    case Kind::scalar:
      return "a single value";
    case Kind::sequence:
      return "a list";
    case Kind::mapping:
      return "a mapping";
  }
  return "";
}

std::string wrong_kind(std::string_view key, Kind wanted, Kind got) {
  return fmt::format("'{}' must be {}, not {}", printable(key), name_of(wanted), name_of(got));
}

}  // namespace

Result<Fields> Fields::of(const File& file, const Node& node) {
  if (node.kind != Kind::mapping) {
    return file.fault(node.place,
                      fmt::format("a mapping is wanted here, not {}", name_of(node.kind)),
                      "write 'name: value' lines");
  }
  return Fields(file, node);
}

const Node* Fields::find(std::string_view key) {
  if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
  const Node* node = node_->find(key);
  return node != nullptr && node->kind == Kind::null ? nullptr : node;
}

std::unexpected<Error> Fields::fault(std::string_view key, std::string_view message,
                                     std::string hint) const {
  const Node* node = node_->find(key);
  return file_->fault(node != nullptr ? node->place : node_->place, message, std::move(hint));
}

Result<std::string> Fields::text(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr) {
    std::vector<std::string> written;
    for (const auto& item : node_->items) written.push_back(item.key);
    const auto misspelt = nearest(key, written);
    return fault(key, fmt::format("'{}' is missing", key),
                 misspelt ? fmt::format("is it the '{}' there?", printable(*misspelt))
                          : fmt::format("add '{}: …'", key));
  }
  if (node->kind != Kind::scalar) return fault(key, wrong_kind(key, Kind::scalar, node->kind));
  return node->text;
}

Result<std::string> Fields::text_or(std::string_view key, std::string_view fallback) {
  if (find(key) == nullptr) return std::string(fallback);
  return text(key);
}

Result<std::vector<Word>> Fields::words(std::string_view key) {
  std::vector<Word> words;
  const Node* node = find(key);
  if (node == nullptr) return words;
  if (node->kind == Kind::scalar) return std::vector<Word>{{node->text, node->place}};
  if (node->kind != Kind::sequence) return fault(key, wrong_kind(key, Kind::sequence, node->kind));
  for (const auto& item : node->items) {
    if (item.kind != Kind::scalar) {
      return file_->fault(item.place,
                          fmt::format("'{}' must list texts, not {}", key, name_of(item.kind)));
    }
    words.push_back({item.text, item.place});
  }
  return words;
}

Result<std::vector<std::string>> Fields::texts(std::string_view key) {
  std::vector<std::string> texts;
  for (auto& word : TRY(words(key))) texts.push_back(std::move(word.text));
  return texts;
}

Result<std::int64_t> Fields::integer(std::string_view key, std::int64_t min, std::int64_t max) {
  const std::string written = TRY(text(key));
  std::int64_t value = 0;
  const char* const end = written.data() + written.size();
  const auto [stop, problem] = std::from_chars(written.data(), end, value);
  if (find(key)->quoted || problem == std::errc::invalid_argument || stop != end) {
    return fault(key,
                 fmt::format("'{}' must be a whole number, not '{}'", key, printable(written)));
  }
  if (problem != std::errc{} || value < min || value > max) {
    return fault(
        key, fmt::format("'{}' must be from {} to {}, not {}", key, min, max, printable(written)));
  }
  return value;
}

Result<std::int64_t> Fields::integer_or(std::string_view key, std::int64_t min, std::int64_t max,
                                        std::int64_t fallback) {
  if (find(key) == nullptr) return fallback;
  return integer(key, min, max);
}

Result<bool> Fields::boolean_or(std::string_view key, bool fallback) {
  const Node* node = find(key);
  if (node == nullptr) return fallback;
  const std::string written = TRY(text(key));
  if (!node->quoted && (written == "true" || written == "True" || written == "TRUE")) return true;
  if (!node->quoted && (written == "false" || written == "False" || written == "FALSE")) {
    return false;
  }
  return fault(key, fmt::format("'{}' must be true or false, not '{}'", key, printable(written)));
}

Result<std::optional<Time>> Fields::time(std::string_view key) {
  if (find(key) == nullptr) return std::nullopt;
  const std::string written = TRY(text(key));
  auto time = parse_time(written);
  if (!time) {
    return fault(key,
                 fmt::format("'{}' must be a date or a time, not '{}'", key, printable(written)),
                 "write 2026-11-23 or 2026-11-23T20:15:00Z");
  }
  return *time;
}

Result<std::optional<Fields>> Fields::mapping(std::string_view key) {
  const Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  if (node->kind != Kind::mapping) return fault(key, wrong_kind(key, Kind::mapping, node->kind));
  return Fields(*file_, *node);
}

Result<std::vector<const Node*>> Fields::sequence(std::string_view key) {
  std::vector<const Node*> items;
  const Node* node = find(key);
  if (node == nullptr) return items;
  if (node->kind != Kind::sequence) return fault(key, wrong_kind(key, Kind::sequence, node->kind));
  for (const auto& item : node->items) items.push_back(&item);
  return items;
}

Result<void> Fields::finish() const {
  for (const auto& item : node_->items) {
    if (std::ranges::find(known_, item.key) != known_.end()) continue;
    const auto meant = nearest(item.key, known_);
    return file_->fault(item.key_place, fmt::format("'{}' is not known here", printable(item.key)),
                        meant ? fmt::format("did you mean '{}'?", *meant)
                              : fmt::format("known here: {}", join(known_, ", ")));
  }
  return {};
}

}  // namespace usufruct::document
