#include "trustee/terms/import/odrl/odrl_terms.h"

#include <unordered_set>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::string_view of_context =
    "Action Agreement Assertion Asset AssetCollection ConflictTerm Constraint Duty "
    "LeftOperand LogicalConstraint Offer Operator Party PartyCollection PartyScope Permission "
    "Policy Privacy Prohibition Request RightOperand Rule Set Ticket absolutePosition "
    "absoluteSize absoluteSpatialPosition absoluteTemporalPosition acceptTracking action "
    "aggregate and andSequence annotate anonymize archive assignee assigneeOf assigner "
    "assignerOf attribute attributedParty attributingParty compensate compensatedParty "
    "compensatingParty concurrentUse conflict consentedParty consentingParty consequence "
    "constraint contractedParty contractingParty count dataType dateTime delayPeriod delete "
    "deliveryChannel derive digitize display distribute duty elapsedTime ensureExclusivity eq "
    "event execute extract fileFormat function give grantUse gt gteq hasPart hasPolicy "
    "implies include includedIn index industry inform informedParty informingParty "
    "inheritFrom install invalid isA isAllOf isAnyOf isNoneOf isPartOf language leftOperand "
    "lt lteq media meteredTime modify move neq nextPolicy obligation obtainConsent operator "
    "or output partOf payAmount percentage perm permission play policyUsage present print "
    "product profile prohibit prohibition purpose read recipient refinement relation "
    "relativePosition relativeSize relativeSpatialPosition relativeTemporalPosition remedy "
    "reproduce resolution reviewPolicy rightOperand rightOperandReference sell source spatial "
    "spatialCoordinates status stream systemDevice target textToSpeech timeInterval "
    "trackedParty trackingParty transfer transform translate uninstall unit unitOfCount use "
    "version virtualLocation watermark xone";

/// Words of its vocabulary that the context leaves out, most of them given up.
constexpr std::string_view of_vocabulary =
    "All All2ndConnections AllConnections AllGroups AssetScope Group Individual adHocShare "
    "append appendTo attachPolicy attachSource commercialize copy core device export "
    "extractChar extractPage extractWord failure ignore inheritAllowed inheritRelation lease "
    "lend license operand pay payeeParty preview proximity scope secondaryUse share "
    "shareAlike support synchronize system timedCount undefined write writeTo";

using Words = std::unordered_set<std::string_view>;

Words words_of(std::string_view names) {
  const auto words = split(names, ' ');
  return {words.begin(), words.end()};
}

}  // namespace

bool is_odrl_term(std::string_view name) {
  static const Words others = words_of(of_vocabulary);
  return is_in_odrl_context(name) || others.contains(name);
}

bool is_in_odrl_context(std::string_view name) {
  static const Words all = words_of(of_context);
  return all.contains(name);
}

}  // namespace usufruct::terms::odrl
