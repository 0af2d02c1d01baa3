#include "trustee/terms/import/odrl/odrl_terms.h"

#include <unordered_set>

#include "crypto/base/text.h"

namespace usufruct::terms::odrl {
namespace {

constexpr std::string_view names =
    "Action Agreement All All2ndConnections AllConnections AllGroups Assertion Asset "
    "AssetCollection AssetScope ConflictTerm Constraint Duty Group Individual LeftOperand "
    "LogicalConstraint Offer Operator Party PartyCollection PartyScope Permission Policy "
    "Privacy Prohibition Request RightOperand Rule Set Ticket absolutePosition absoluteSize "
    "absoluteSpatialPosition absoluteTemporalPosition acceptTracking action adHocShare "
    "aggregate and andSequence annotate anonymize append appendTo archive assignee "
    "assigneeOf assigner assignerOf attachPolicy attachSource attribute attributedParty "
    "attributingParty commercialize compensate compensatedParty compensatingParty "
    "concurrentUse conflict consentedParty consentingParty consequence constraint "
    "contractedParty contractingParty copy core count dataType dateTime delayPeriod delete "
    "deliveryChannel derive device digitize display distribute duty elapsedTime "
    "ensureExclusivity eq event execute export extract extractChar extractPage extractWord "
    "failure fileFormat function give grantUse gt gteq hasPart hasPolicy ignore implies "
    "include includedIn index industry inform informedParty informingParty inheritAllowed "
    "inheritFrom inheritRelation install invalid isA isAllOf isAnyOf isNoneOf isPartOf "
    "language lease leftOperand lend license lt lteq media meteredTime modify move neq "
    "nextPolicy obligation obtainConsent operand operator or output partOf pay payAmount "
    "payeeParty percentage perm permission play policyUsage present preview print product "
    "profile prohibit prohibition proximity purpose read recipient refinement relation "
    "relativePosition relativeSize relativeSpatialPosition relativeTemporalPosition remedy "
    "reproduce resolution reviewPolicy rightOperand rightOperandReference scope secondaryUse "
    "sell share shareAlike source spatial spatialCoordinates status stream support "
    "synchronize system systemDevice target textToSpeech timeInterval timedCount "
    "trackedParty trackingParty transfer transform translate undefined uninstall unit "
    "unitOfCount use version virtualLocation watermark write writeTo xone";

}  // namespace

bool is_odrl_term(std::string_view name) {
  static const std::unordered_set<std::string_view> all = [] {
    const auto words = split(names, ' ');
    return std::unordered_set<std::string_view>(words.begin(), words.end());
  }();
  return all.contains(name);
}

}  // namespace usufruct::terms::odrl
