#include "trustee/http/stop_signals.h"

#include <pthread.h>

#include "crypto/base/check.h"

namespace usufruct::http {

StopSignals::StopSignals() {
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  CHECK_THAT(pthread_sigmask(SIG_BLOCK, &set_, &before_) == 0);
}

StopSignals::~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

int StopSignals::wait() {
  int signal = 0;
  CHECK_THAT(sigwait(&set_, &signal) == 0);
  pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  return signal;
}

}  // namespace usufruct::http
