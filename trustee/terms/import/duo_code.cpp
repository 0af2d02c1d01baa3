#include "trustee/terms/import/duo_code.h"

#include <algorithm>
#include <array>

#include "crypto/base/text.h"

namespace usufruct::terms {
namespace {

using Code = DuoCode;
using Row = DuoRow;

constexpr std::array rows = {
    Row{Code::nres, "DUO:0000004", "NRES", true},
    Row{Code::gru, "DUO:0000042", "GRU", true},
    Row{Code::hmb, "DUO:0000006", "HMB", true},
    Row{Code::ds, "DUO:0000007", "DS", true, Row::Value::must},
    Row{Code::poa, "DUO:0000011", "POA", true},
    Row{Code::rs, "DUO:0000012", "RS", false, Row::Value::must},
    Row{Code::nmds, "DUO:0000015", "NMDS"},
    Row{Code::gso, "DUO:0000016", "GSO"},
    Row{Code::npuncu, "DUO:0000018", "NPUNCU"},
    Row{Code::pub, "DUO:0000019", "PUB"},
    Row{Code::col, "DUO:0000020", "COL", false, Row::Value::may},
    Row{Code::irb, "DUO:0000021", "IRB"},
    Row{Code::gs, "DUO:0000022", "GS", false, Row::Value::must},
    Row{Code::mor, "DUO:0000024", "MOR", false, Row::Value::must},
    Row{Code::ts, "DUO:0000025", "TS", false, Row::Value::must},
    Row{Code::us, "DUO:0000026", "US", false, Row::Value::must},
    Row{Code::ps, "DUO:0000027", "PS", false, Row::Value::must},
    Row{Code::is, "DUO:0000028", "IS", false, Row::Value::must},
    Row{Code::rtn, "DUO:0000029", "RTN"},
    Row{Code::cc, "DUO:0000043", "CC"},
    Row{Code::npoa, "DUO:0000044", "NPOA"},
    Row{Code::npu, "DUO:0000045", "NPU"},
    Row{Code::ncu, "DUO:0000046", "NCU"},
};
constexpr std::array<std::string_view, 2> classes = {"DUO:0000001", "DUO:0000017"};

}  // namespace

const DuoRow* find_duo_code(std::string_view name) {
  const std::string lower = to_lower_ascii(name);
  const auto row = std::ranges::find_if(
      rows, [&](const Row& one) { return one.id == name || to_lower_ascii(one.name) == lower; });
  return row == rows.end() ? nullptr : &*row;
}

bool is_duo_class(std::string_view id) { return std::ranges::find(classes, id) != classes.end(); }

}  // namespace usufruct::terms
