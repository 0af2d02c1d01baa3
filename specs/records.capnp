@0xd7a4c1f0b6e95312;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("usufruct::schema");
# The records of Usufruct. What each kind means, who may issue it and what exactly is signed:
# specs/records.md. The bytes of a record are the canonical Cap'n Proto encoding of `Record`
# (one segment, no framing), and nothing else parses.
#
# Times are milliseconds since 1970-01-01T00:00:00Z; 0 where a time is optional means "open".
# Ids and digests are SHA-256, 32 bytes. Shares of a whole are in parts per million (ppm) or per
# ten thousand. Texts are UTF-8 without control characters. Lists named as sets are sorted.
# Ordinals are for ever: fields and enumerants are only ever added.

using Json = import "/capnp/compat/json.capnp";

struct Record {
  issuer @0 :Text;             # did:key of the party that states this; signs it
  issuedAt @1 :Int64;          # the time the issuer claims
  validFrom @2 :Int64;         # what is stated holds in [validFrom, validTo)
  validTo @3 :Int64;
  refs @4 :List(Ref);          # every edge of the graph; strictly ascending by (role, id)
  documents @5 :List(Document);
  body :union {
    party @6 :Party;
    trust @7 :Trust;
    dataset @8 :Dataset;
    version @9 :Version;
    consent @10 :Consent;
    terms @11 :Terms;
    licence @12 :Licence;
    agreement @13 :Agreement;
    request @14 :Request;
    decision @15 :Decision;
    release @16 :Release;
    run @17 :Run;
    model @18 :Model;
    withdrawal @19 :Withdrawal;
    obligation @20 :Obligation;
    attestation @21 :Attestation;
    incident @22 :Incident;
    settlement @23 :Settlement;
    vocabulary @24 :Vocabulary;
  }
}

enum Role {
  of @0;             # version -> dataset
  previous @1;       # version -> version, request -> request: what this continues
  supersedes @2;     # terms, licence, consent, party, trust, vocabulary -> the one it replaces
  derivedFrom @3;    # dataset, version -> version
  heldBy @4;         # dataset -> trust
  trustee @5;        # trust -> party
  mandatorySeat @6;  # trust -> party, one of the trustees
  custodian @7;      # trust -> party: runs the release engine
  governs @8;        # terms -> dataset
  on @9;             # licence, decision, obligation -> what it is about
  covers @10;        # consent -> dataset
  subject @11;       # consent -> salted commitment to a data subject (not a record)
  for @12;           # request -> version
  under @13;         # release -> request; settlement -> agreement; request -> agreement; terms -> vocabulary
  from @14;          # release -> version; model -> run
  to @15;            # release, settlement -> party
  used @16;          # run -> release, model
  baseModel @17;     # model -> model
  revokes @18;       # withdrawal -> what is withdrawn
  causedBy @19;      # obligation -> withdrawal, incident
  owedBy @20;        # obligation -> party
  answers @21;       # obligation -> obligation
  about @22;         # attestation, incident -> anything
  party @23;         # agreement -> party; consent -> community whose authority gave it
  accepts @24;       # agreement -> terms, licence
  guardian @25;      # consent -> salted commitment to who spoke for the subject (not a record)
}

struct Ref {
  role @0 :Role;
  id @1 :Data $Json.hex;
  origin @2 :Text;             # the log that holds it; empty: this log
}

struct Document {              # content-addressed beside the ledger, erasable
  title @0 :Text;
  sha256 @1 :Data $Json.hex;
  sizeBytes @2 :UInt64;
  mediaType @3 :Text;
  restricted @4 :Bool;         # only for those the trust lets in
}

struct Party {
  name @0 :Text;
  type @1 :PartyType;
  classes @2 :List(Text);      # recipient classes, specs/vocabulary/recipients.yaml
  jurisdiction @3 :Text;       # ISO 3166
  receivingKey @4 :Text;       # age X25519 recipient, age1...
  recoveryKey @5 :Text;        # did:key that may supersede this party; may be empty
  contact @6 :Text;            # of an organisation, never of a data subject
  identifiers @7 :List(Text);  # URIs: ROR, LEI, ...
}
enum PartyType { organisation @0; person @1; community @2; software @3; }

struct Trust {
  name @0 :Text;
  purpose @1 :Text;
  threshold @2 :UInt8;         # k of the n trustees named in refs
  deadlineDays @3 :UInt16;     # a request lapses this long after it was recorded
  autoApprove @4 :AutoApprove;
  jurisdiction @5 :Text;
}
enum AutoApprove { never @0; permitted @1; }

struct Dataset {
  title @0 :Text;
  description @1 :Text;
  keywords @2 :List(Text);
  languages @3 :List(Text);          # BCP 47
  modality @4 :List(Text);           # tabular, text, image, audio, video, ...
  personalData @5 :PersonalData;
  originGeography @6 :List(Text);    # ISO 3166
  collectionMethods @7 :List(Text);  # D&TA DPS 1.0.0 generation-method codes or plain words
  collectionFrom @8 :Text;           # ISO 8601 date, month or year
  collectionTo @9 :Text;
  creators @10 :List(Text);
  sources @11 :List(Text);           # upstream: URI or citation
  homepage @12 :Text;
  licence @13 :Text;                 # SPDX expression of the upstream source as declared
  dataCategories @14 :List(Text);    # what the rows tell: specs/vocabulary/data-categories.yaml
}
enum PersonalData { unknown @0; none @1; pseudonymised @2; personal @3; special @4; }

struct Version {
  label @0 :Text;
  change @1 :Change;
  files @2 :List(File);              # ascending by path
  manifestRoot @3 :Data $Json.hex;   # specs/records.md, "Manifest"
  rowCount @4 :UInt64;
  columns @5 :List(Column);
  custody @6 :Custody;
  population @7 :PopulationTable;
}
struct PopulationTable {             # whom the rows may be of: k-map, population uniqueness
  sha256 @0 :Data $Json.hex;         # of a table of the quasi-identifiers, one row a person; may lack
  people @1 :UInt64;                 # how many there are; 0: nothing is known
}
enum Change { major @0; minor @1; patch @2; }
struct File {
  path @0 :Text;
  sizeBytes @1 :UInt64;
  sha256 @2 :Data $Json.hex;
  mediaType @3 :Text;
}
struct Column {
  name @0 :Text;
  role @1 :ColumnRole;
  hierarchySha256 @2 :Data $Json.hex;  # of a given hierarchy; empty: built
  weightMilli @3 :UInt32;            # what its loss counts, of a quasi-identifier; 0: as 1000
}
enum ColumnRole {
  identifier @0; quasiIdentifier @1; sensitive @2; insensitive @3; subject @4; pseudonym @5;
  askedK @6;                         # the k that the row's person asks for; never leaves
}
struct Custody {                     # how the data key was dealt: specs/sharing.md
  threshold @0 :UInt8;
  commitments @1 :List(Data);        # threshold points of ristretto255
  sealedSha256 @2 :Data $Json.hex;   # the encrypted data in the vault
}

struct Consent {
  status @0 :ConsentStatus;
  purposes @1 :List(Text);           # what the processing may be for
  actions @2 :List(Text);            # what may be done
  excludedPurposes @3 :List(Text);   # never for these, whatever contains them
  legalBasis @4 :Text;
  noticeSha256 @5 :Data $Json.hex;   # the notice the subject was shown
  jurisdiction @6 :Text;
  revocable @7 :Bool;
  # Words, language tags and addresses only: no text here may name a person (consent-texts).
  consentType @8 :Text;              # how it was expressed: scheme consent-type
  language @9 :Text;                 # of the notice, BCP 47
  recipients @10 :List(Text);        # who may receive; empty: not limited
  storageJurisdictions @11 :List(Text);     # where it may lie; empty: not limited
  processingJurisdictions @12 :List(Text);  # where it may be processed; empty: not limited
  dataCategories @13 :List(Text);    # what it is about; empty: all that the dataset holds
  collectionMethod @14 :Text;        # scheme collection-method
  guardianRelation @15 :Text;        # what the guardians are to the subject
  withdrawalMethod @16 :Text;        # scheme withdrawal-method, or an https address
  receiptSha256 @17 :Data $Json.hex; # the receipt the subject was given
  retentionDays @18 :UInt32;         # longest use of a release; 0: not limited
  ageOutAt @19 :Int64;               # a guardian's word ends here at the latest: begin of a month
  askedK @20 :UInt32;                # only where at least so many rows look alike; 0: the terms' k
}
enum ConsentStatus {
  given @0; refused @1; requested @2; deferred @3; renewed @4; invalidated @5; revoked @6;
}

struct Terms {
  rules @0 :List(Rule);
  floor @1 :Floor;
  retentionDays @2 :UInt32;          # how long a recipient may keep a release; 0: not stated
  price @3 :Int64;                   # minor units, per release
  currency @4 :Text;                 # ISO 4217
  afterWithdrawal @5 :AfterWithdrawal;
  title @6 :Text;
  vocabularySha256 @7 :Data $Json.hex;
  comparison @8 :TermsComparison;    # with the terms they supersede
  law @9 :Text;                      # of a trust: the jurisdiction whose law these restate
  labels @10 :List(Text);            # of a community: which of its labels these stand for
}
enum TermsComparison {
  first @0; equal @1; narrower @2; wider @3; incomparable @4; undecided @5;
}
struct Rule {
  id @0 :Text;
  effect @1 :Effect;
  clauses @2 :List(Clause);
  duties @3 :List(Duty);
}
enum Effect { permit @0; forbid @1; ask @2; }
struct Clause {                      # specs/terms.md says what each kind uses
  kind @0 :ClauseKind;
  values @1 :List(Text);             # a set
  low @2 :Int64;                     # an interval [low, high); see the kind for its unit
  high @3 :Int64;
}
enum ClauseKind {
  actor @0; actorClass @1; action @2; purpose @3; recipient @4; jurisdiction @5; time @6;
  recurring @7; duration @8; count @9; safeguard @10; attestation @11; price @12; flag @13;
}
struct Duty { action @0 :Text; detail @1 :Text; }
struct Floor {
  k @0 :UInt32;                      # every class of equal quasi-identifiers has at least k rows
  suppressionMaxPer10000 @1 :UInt32;
  lDistinct @2 :UInt32;              # distinct values of each sensitive column per class; 0: none
  # Of what follows 0 asks nothing. Definitions: specs/anonymity.md §3.
  lEntropyMilli @3 :UInt32;          # entropy l-diversity: exp(entropy) * 1000 at least
  lRecursive @4 :UInt32;             # recursive (c,l)-diversity: l, with c
  cRecursiveMilli @5 :UInt32;        # c * 1000
  tClosenessPpm @6 :UInt32;          # earth mover's distance * 10^6 at most
  deltaDisclosureMilli @7 :UInt32;   # |ln(p/q)| * 1000 below this
  betaLikenessMilli @8 :UInt32;      # (p-q)/q * 1000 at most
  betaEnhancedMilli @9 :UInt32;      # the same, and at most -ln q
  kMap @10 :UInt32;                  # matching people in the population table
  populationUniquesPpm @11 :UInt32;  # estimated unique people * 10^6 / rows at most
}
enum AfterWithdrawal { exclude @0; askAgain @1; }

struct Licence {
  expression @0 :Text;               # SPDX
  source @1 :LicenceSource;
  textSha256 @2 :Data $Json.hex;
}
enum LicenceSource { declared @0; audited @1; inferred @2; }

struct Agreement {
  title @0 :Text;
  purposes @1 :List(Text);
  durationDays @2 :UInt32;
  fee @3 :Int64;
  currency @4 :Text;
  forum @5 :Text;
}

struct Request {
  purposes @0 :List(Text);
  actions @1 :List(Text);
  recipients @2 :List(Text);         # recipient classes the result may reach; the issuer's if empty
  jurisdictions @3 :List(Text);      # where it is stored and processed
  durationDays @4 :UInt32;
  count @5 :UInt32;                  # how many releases
  attestations @6 :List(Text);
  flags @7 :List(Text);
  priceOffered @8 :Int64;
  currency @9 :Text;
  justification @10 :Text;
  project @11 :Text;
}

struct Decision {
  outcome @0 :Outcome;
  reasons @1 :List(Text);
  assessment @2 :Data $Json.hex;     # digest of the assessment that was judged: specs/quorum.md
  checkpointSize @3 :UInt64;         # the log as the trustee had seen it
  checkpointRoot @4 :Data $Json.hex;
}
enum Outcome { approve @0; deny @1; recuse @2; return @3; }

struct Release {
  packageSha256 @0 :Data $Json.hex;  # the age file
  packageBytes @1 :UInt64;
  contentSha256 @2 :Data $Json.hex;  # the table inside
  mediaType @3 :Text;
  asOf @4 :UInt64;                   # consents as of this many records
  consentRoot @5 :Data $Json.hex;    # specs/release.md, "Whose rows"
  recipe @6 :List(Recoding);
  rowsInput @7 :UInt64;
  rowsConsented @8 :UInt64;
  rowsSuppressed @9 :UInt64;
  rowsReleased @10 :UInt64;
  k @11 :UInt64;
  lDistinct @12 :UInt64;
  classes @13 :UInt64;
  highestRiskPpm @14 :UInt32;
  averageRiskPpm @15 :UInt32;
  qualityPpm @16 :UInt32;            # 1 - mean NCP
  provenOptimal @17 :Bool;
  engine @18 :Text;
  # The certificate: what was reached and how far from what could be. specs/release.md, "Claims".
  format @19 :Text;                  # of the table inside: csv, tsv, json_lines, parquet
  algorithm @20 :Text;
  codeVersion @21 :Text;
  lossBoundPpm @22 :UInt32;          # no recoding of this kind loses less
  gapPpm @23 :UInt32;                # 10^6 - lossBoundPpm - qualityPpm
  met @24 :List(Met);                # ascending by (model, column), each once
  marketerRiskPpm @25 :UInt32;
  journalistRiskPpm @26 :UInt32;     # 0: there is no population table
  sampleUniques @27 :UInt64;         # classes of one row
  populationUniquesPpm @28 :UInt32;  # 0: not estimated, or none
  precisionPpm @29 :UInt32;
  entropyPpm @30 :UInt32;            # non-uniform entropy quality; 0: not measured
  averageClassSizeMilli @31 :UInt64;
  discernibility @32 :UInt64;
  recodingSha256 @33 :Data $Json.hex;     # of the recoding's canonical text
  reportSha256 @34 :Data $Json.hex;       # of the report for people; may be empty
  composition @35 :List(Composition);     # beside the earlier releases of the dataset, oldest first
  reuses @36 :Data $Json.hex;             # earlier release whose recoding this is; may be empty
  fingerprintSha256 @37 :Data $Json.hex;  # commitment to the recipient's mark; may be empty
}
struct Recoding {
  column @0 :Text;
  role @1 :ColumnRole;
  levelMin @2 :UInt32;               # of what the column shows; a full-domain recoding has one level
  levels @3 :UInt32;
  hierarchySha256 @4 :Data $Json.hex;
  levelMax @5 :UInt32;
  lossPpm @6 :UInt32;                # mean NCP of the column's cells
}
enum PrivacyModel {
  kAnonymity @0; kMap @1; distinctDiversity @2; entropyDiversity @3; recursiveDiversity @4;
  tCloseness @5; deltaDisclosure @6; betaLikeness @7; enhancedBetaLikeness @8;
  populationUniqueness @9; personalisedK @10;
}
struct Met {                         # values in the units of Floor, rounded towards the worse
  model @0 :PrivacyModel;
  column @1 :Text;                   # the sensitive column; empty of the whole table
  demanded @2 :UInt64;
  achieved @3 :UInt64;
  l @4 :UInt32;                      # recursiveDiversity: l beside the c that is demanded; else 0
}
struct Composition {
  release @0 :Data $Json.hex;        # record id of an earlier release
  uniques @1 :UInt64;                # rows that the two leave alone of their kind, at most
  jointRiskPpm @2 :UInt32;           # highest risk of a row, seen in both
}

struct Run {
  type @0 :RunType;
  purpose @1 :Text;
  codeSha256 @2 :Data $Json.hex;
  parametersSha256 @3 :Data $Json.hex;
  environment @4 :Text;
  startedAt @5 :Int64;
  endedAt @6 :Int64;
  description @7 :Text;
}
enum RunType {
  train @0; finetune @1; evaluate @2; index @3; transform @4; merge @5; quantise @6; generate @7;
}

struct Model {
  name @0 :Text;
  label @1 :Text;
  architecture @2 :Text;
  modality @3 :List(Text);
  files @4 :List(File);
  manifestRoot @5 :Data $Json.hex;
  intendedUse @6 :Text;
}

struct Withdrawal {
  reason @0 :Text;
  effect @1 :WithdrawalEffect;
  deadlineDays @2 :UInt32;           # for those it reaches
}
enum WithdrawalEffect { stopFuture @0; erase @1; retrain @2; quarantine @3; notify @4; }

struct Obligation {
  action @0 :ObligationAction;
  due @1 :Int64;
  state @2 :ObligationState;
  note @3 :Text;
}
enum ObligationAction { stopUse @0; erase @1; retrain @2; review @3; notify @4; }
enum ObligationState { open @0; acknowledged @1; done @2; refused @3; exempt @4; }

struct Attestation {
  predicateType @0 :Text;
  statementSha256 @1 :Data $Json.hex;
  result @2 :Text;
  tool @3 :Text;
}

struct Incident {
  class @0 :Text;                    # breach, misuse, wrong-licence, re-identification, ...
  severity @1 :Severity;
  description @2 :Text;
  discoveredAt @3 :Int64;
}
enum Severity { low @0; medium @1; high @2; critical @3; }

struct Settlement {
  periodFrom @0 :Int64;
  periodTo @1 :Int64;
  currency @2 :Text;
  lines @3 :List(SettlementLine);
}
struct SettlementLine {
  source @0 :Data $Json.hex;         # record id of what was used
  basis @1 :Text;
  amount @2 :Int64;                  # minor units
}

struct Vocabulary {
  name @0 :Text;
  label @1 :Text;
  sha256 @2 :Data $Json.hex;         # of the text that the words make
  words @3 :List(Text);              # all there are, and what they are kinds of: specs/terms.md §2
}

# ---- what is logged --------------------------------------------------------------------------

struct Envelope {                    # canonical encoding, as above
  record @0 :Data;                   # the bytes of a Record
  signatures @1 :List(Sig);          # strictly ascending by signer
}
struct Sig {
  signer @0 :Data $Json.hex;         # Ed25519 public key
  signature @1 :Data $Json.hex;      # over "usufruct/record/v1\n" and the record bytes; or, where
                                     # there is a batch, over "usufruct/batch/v1\n", its size, root
  batchSize @2 :UInt32;              # how many records it signs at once; 0: this record alone
  batchIndex @3 :UInt32;             # which of them this record is
  batchPath @4 :Data $Json.hex;      # the hashes from there to the root: specs/records.md, "Batch"
}
