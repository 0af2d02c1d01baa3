#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/base/chance.h"
#include "crypto/base/time.h"

namespace usufruct::cli {

/// Which of the three streams a person sits at.
struct Terminals {
  bool in = false;
  bool out = false;
  bool err = false;
};

/// Everything a command reaches that is not a file: main() builds the real one, a test its own.
struct World {
  const Clock& clock;
  Chance& chance;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  Terminals terminals;
  std::function<std::optional<std::string>(std::string_view)> environment;
};

}  // namespace usufruct::cli
