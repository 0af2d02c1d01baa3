#pragma once

#include <cstdint>
#include <string_view>

/// The codes of the Data Use Ontology (release v2021-02-23).
namespace usufruct::terms {

enum class DuoCode : std::uint8_t {
  nres,
  gru,
  hmb,
  ds,
  poa,
  rs,
  nmds,
  gso,
  npuncu,
  pub,
  col,
  irb,
  gs,
  mor,
  ts,
  us,
  ps,
  is,
  rtn,
  cc,
  npoa,
  npu,
  ncu,
};

struct DuoRow {
  DuoCode code;
  std::string_view id;    ///< `DUO:0000006`
  std::string_view name;  ///< `HMB`
  bool is_permission = false;
  enum class Value : std::uint8_t { none, may, must } value = Value::none;  ///< what it is about
};

/// By its id, or by its name in any case; null for what is no code.
const DuoRow* find_duo_code(std::string_view name);
/// Whether an id is of a class of codes, "data use permission" or "data use modifier", and no code.
bool is_duo_class(std::string_view id);

}  // namespace usufruct::terms
