#pragma once

#include <random>
#include <variant>

#include "ledger/record/record.h"
#include "ledger/record/wire.h"

namespace usufruct {

/// Fills the fields of any record or part of one with what chance gives: values that are zero or
/// empty, small, or large, since those are what the encoding treats differently.
class RandomFields {
 public:
  explicit RandomFields(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t count) { return random_() % count; }

  void operator()(const char*, std::string& value) {
    constexpr std::string_view texts[] = {
        "",
        "a",
        "1234567",
        "12345678",
        "Ökonomie für 人",
        "tab\tand line\nfeed",
        "https://example.org/a/rather/long/identifier?of=some&kind"};
    value = texts[below(std::size(texts))];
  }
  void operator()(const char*, Bytes& value) { value.assign(below(40), 0xa5); }
  template <wire::Fixed T>
  void operator()(const char*, T& value) {
    if (below(4) == 0) return;  // of zeros: still there
    for (auto& byte : value.bytes) byte = static_cast<std::uint8_t>(random_());
  }
  template <wire::Fixed T>
  void operator()(const char* name, std::optional<T>& value) {
    if (below(2) == 0) (*this)(name, value.emplace());
  }
  template <wire::Number T>
  void operator()(const char*, T& value) {
    if (below(2) == 0) return;
    if constexpr (std::is_enum_v<T>) {
      value = static_cast<T>(below(2));  // each of ours has two values at least
    } else {
      value = wire::number_from<T>(below(2) == 0 ? below(3) : random_());
    }
  }
  template <wire::Struct T>
  void operator()(const char*, T& value) {
    T::fields(*this, value);
  }
  template <class T>
  void operator()(const char* name, std::vector<T>& values) {
    values.resize(below(2) == 0 ? 0 : below(4));
    for (auto& value : values) (*this)(name, value);
  }
  void operator()(const char* name, Body& body) {
    std::visit([&](auto& value) { (*this)(name, value); }, body);
  }

  Record record(Body body) {
    Record record;
    record.body = std::move(body);
    Record::fields(*this, record);
    std::ranges::sort(record.refs);
    const auto repeated = std::ranges::unique(record.refs);
    record.refs.erase(repeated.begin(), repeated.end());
    return record;
  }

 private:
  std::mt19937_64 random_;
};

/// An empty body of each kind.
template <std::size_t... I>
std::vector<Body> bodies(std::index_sequence<I...>) {
  return {Body(std::in_place_index<I>)...};
}
inline std::vector<Body> one_empty_body_of_each_kind() {
  return bodies(std::make_index_sequence<kind_count>());
}

}  // namespace usufruct
