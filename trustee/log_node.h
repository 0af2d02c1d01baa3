#pragma once

#include "ledger/intake.h"
#include "ledger/log.h"
#include "trustee/http/node.h"

namespace usufruct {

/// What a node serves of a log: its snapshots, its intake, and where records lie in its store.
/// Borrows all three.
http::NodeParts node_parts(const Store& store, Log& log, Intake& intake);

}  // namespace usufruct
