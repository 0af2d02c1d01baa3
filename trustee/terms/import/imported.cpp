#include "trustee/terms/import/imported.h"

#include <array>

namespace usufruct::terms {

std::string_view name_of(Fidelity fidelity) {
  constexpr std::array<std::string_view, 3> names = {"mapped", "approximated", "refused"};
  return names[static_cast<std::size_t>(fidelity)];
}

}  // namespace usufruct::terms
