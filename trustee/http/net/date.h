#pragma once

#include <string>

#include "crypto/base/time.h"

namespace usufruct::http {

/// The `date` field (RFC 9110 §6.6.1), printed once a second.
class DateLine {
 public:
  const std::string& line(Time now);

 private:
  std::int64_t second_ = -1;
  std::string line_;
};

}  // namespace usufruct::http
