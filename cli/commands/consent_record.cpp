#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "cli/command.h"
#include "cli/recording.h"
#include "cli/subjects.h"
#include "cli/table.h"
#include "cli/vocabulary_record.h"
#include "cli/words.h"
#include "cli/working.h"
#include "crypto/base/text.h"
#include "crypto/did_key.h"
#include "ledger/record/names.h"
#include "trustee/consent_state.h"
#include "trustee/consents.h"
#include "trustee/terms/author.h"

namespace usufruct::cli {
namespace {

constexpr std::size_t batch_records = 1024;

struct RecordConsents {
  Recording recording;
  std::string dataset;
  std::string template_file;
  SubjectOptions subjects;
  std::string status;
  bool refused = false;
  std::string guardian;
  std::string authority;
};

struct RenewConsents {
  Recording recording;
  std::string dataset;
  SubjectOptions subjects;
  std::string until;
  std::string guardian;
  std::string authority;
};

/// What is recorded of each subject, and by whom.
struct Plan {
  RecordId dataset;
  terms::ConsentTemplate agreed;
  bool is_renewal = false;  ///< what is agreed is what was agreed before
  std::string guardian;     ///< of those whose line names none
  std::optional<RecordId> community;
  Secret<32> pepper;
};

/// A minor and a community's member stay that in what follows without saying so again; who gives a
/// consent says it.
void carry_over(const Record& before, Record& record, Consent& body) {
  const auto& earlier = *before.as<Consent>();
  if (gives_consent(body.status) || body.status == ConsentStatus::invalidated ||
      earlier.status == ConsentStatus::invalidated) {
    return;
  }
  if (body.age_out_at.ms == 0) body.age_out_at = earlier.age_out_at;
  const auto community = before.first(Role::party);
  if (community && !record.first(Role::party)) record.add(Role::party, *community);
}

Result<Consent> body_for(const Plan& plan, const SubjectLine& subject, const LoggedPtr& before) {
  if (!plan.is_renewal) return plan.agreed.consent;
  if (!before) {
    return denied(fmt::format("there is no consent of '{}' to renew", printable(subject.key, 80)),
                  "record what was given now", "consent-renewal");
  }
  Consent body = *before->record.as<Consent>();
  body.status = ConsentStatus::renewed;
  return body;
}

/// A guardian who gave a consent may renew it without being named again.
void add_guardians(const Plan& plan, const SubjectLine& subject, const LoggedPtr& before,
                   Record& record) {
  const std::string& guardian = subject.guardian.empty() ? plan.guardian : subject.guardian;
  if (!guardian.empty()) record.add(Role::guardian, commit_to_guardian(plan.pepper, guardian));
  if (!guardian.empty() || !plan.is_renewal || !before) return;
  for (const auto& same : before->record.all(Role::guardian)) record.add(Role::guardian, same);
}

Result<Record> consent_record(Context& context, const Plan& plan, const SubjectLine& subject,
                              const Graph& graph) {
  const RecordId commitment = commit_to_subject(plan.pepper, subject.key);
  const auto before = newest_consent(graph, plan.dataset, commitment, graph.size());
  Record record;
  Consent body = TRY(body_for(plan, subject, before));
  record.issued_at = context.now();
  record.valid_from = plan.agreed.valid_from;
  record.valid_to = plan.agreed.valid_to;
  record.add(Role::covers, plan.dataset);
  record.add(Role::subject, commitment);
  if (plan.community) record.add(Role::party, *plan.community);
  if (subject.age_out.ms != 0) body.age_out_at = subject.age_out;
  if (before) {
    record.add(Role::supersedes, before->id);
    carry_over(before->record, record, body);
  }
  if (gives_consent(body.status)) add_guardians(plan, subject, before, record);
  record.body = std::move(body);
  return record;
}

struct Recorded {
  std::uint64_t count = 0;
  std::uint64_t superseding = 0;
  std::uint64_t first_index = 0;
  double seconds = 0;
};

/// Signs and logs one consent for each subject: one signature a key for as many as go into a batch.
Result<Recorded> record_all(Context& context, const Recording& recording, const Plan& plan,
                            const std::string& authority,
                            const std::vector<SubjectLine>& subjects) {
  std::vector<std::string> also;
  if (!authority.empty()) also.push_back(authority);
  const auto keys = TRY(signing_keys(context, recording.as, also));
  const std::string issuer = print_did_key(keys.front()->verify_key());
  const Workspace& workspace = *TRY(context.workspace());
  LocalClient& client = *TRY(context.client());
  Working working(context.world(), context.output().is_quiet(), "recording consents");
  const auto started = std::chrono::steady_clock::now();
  Recorded recorded;
  for (std::size_t begin = 0; begin < subjects.size(); begin += batch_records) {
    const std::size_t end = std::min(begin + batch_records, subjects.size());
    std::vector<Record> batch;
    for (std::size_t i = begin; i < end; ++i) {
      batch.push_back(TRY(consent_record(context, plan, subjects[i], client.graph())));
      batch.back().issuer = issuer;
      recorded.superseding += batch.back().first(Role::supersedes) ? 1 : 0;
    }
    const auto consents = TRY(sign_batch(batch, keys));
    const auto answers = client.submit(consents);
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i]) {
        const auto left = std::span(consents).subspan(i);
        return std::unexpected(
            keep_to_submit_again(workspace, left, answers[i].error())
                .within(fmt::format("{} of {} are acknowledged", recorded.count, subjects.size())));
      }
      if (recorded.count++ == 0) recorded.first_index = answers[i]->index;
    }
    working.at(recorded.count, subjects.size());
  }
  const auto passed = std::chrono::steady_clock::now() - started;
  recorded.seconds = std::chrono::duration<double>(passed).count();
  return recorded;
}

Answer tell(const Recorded& recorded, ConsentStatus status) {
  Answer answer;
  const double rate =
      recorded.seconds > 0 ? static_cast<double>(recorded.count) / recorded.seconds : 0;
  answer.json.set("count", recorded.count)
      .set("status", name_of(status))
      .set("superseding", recorded.superseding)
      .set("first_index", recorded.first_index)
      .set("per_second", rate);
  answer.text =
      fmt::format("{} recorded as {}, index {}", count_of(recorded.count, "consent"),
                  name_of(status), recorded.first_index) +
      (recorded.count == 1 ? std::string("\n")
                           : fmt::format(" to {}\n", recorded.first_index + recorded.count - 1));
  answer.notes.push_back(fmt::format(
      "{:.0f} a second{}", rate,
      recorded.superseding == 0
          ? std::string()
          : fmt::format("; {} replace an earlier one", print_count(recorded.superseding))));
  return answer;
}

Answer would_record(std::size_t count) {
  Answer answer;
  answer.json.set("would_record", count);
  answer.text = fmt::format("would record {}\n", count_of(count, "consent"));
  return answer;
}

/// What happened: the word of --status or of --refused, else what the template says.
Result<std::optional<ConsentStatus>> status_of(const RecordConsents& options) {
  if (options.refused && !options.status.empty()) {
    return usage("--refused and --status are two answers", "give one of them");
  }
  if (options.refused) return ConsentStatus::refused;
  if (options.status.empty()) return std::nullopt;
  const auto status = TRY(known_name<ConsentStatus>(options.status, "--status"));
  if (status != ConsentStatus::renewed) return status;
  return usage("a renewal repeats what each subject agreed to before", "usufruct consent renew");
}

/// What is recorded of each: the template, or the bare fact of what happened.
Result<terms::ConsentTemplate> agreed_in(Context& context, const RecordConsents& options,
                                         const RecordId& dataset) {
  const auto status = TRY(status_of(options));
  if (options.template_file.empty()) {
    if (!status || gives_consent(*status)) {
      return usage("what did they agree to?",
                   "give --template FILE, or --status with what happened instead");
    }
    return terms::ConsentTemplate{.consent = {.status = *status}};
  }
  if (status == ConsentStatus::refused) {
    return usage("who refused agreed to nothing", "leave out --template");
  }
  const auto words = TRY(words_for(context, dataset));
  auto agreed = TRY(terms::parse_consent_template(TRY(read_text(context, options.template_file)),
                                                  options.template_file, *words.vocabulary));
  if (status) agreed.consent.status = *status;
  return agreed;
}

/// Opens what only the owner has, when everything else is in order.
Result<Plan> begin_plan(Context& context, const Recording& recording, const RecordId& dataset,
                        terms::ConsentTemplate agreed, std::string guardian,
                        const std::string& authority) {
  const KeyPair& owner = *TRY(context.key(recording.as));
  Plan plan;
  plan.dataset = dataset;
  plan.agreed = std::move(agreed);
  plan.guardian = std::move(guardian);
  plan.pepper = TRY(TRY(context.workspace())->vault().pepper(dataset, owner.receiving));
  if (!authority.empty()) plan.community = TRY(context.acting_party(authority))->id;
  return plan;
}

Result<Answer> record_consents(Context& context, const RecordConsents& options) {
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  auto agreed = TRY(agreed_in(context, options, dataset->id));
  const auto status = agreed.consent.status;
  CHECK_OK(context.check_owner(*dataset, options.recording.as, "consent-owner"));
  const auto version = TRY(context.version(options.dataset));
  const auto subjects =
      TRY(read_subjects(context, options.subjects, *version->record.as<Version>()));
  if (options.recording.dry_run) return would_record(subjects.size());
  const Plan plan = TRY(begin_plan(context, options.recording, dataset->id, std::move(agreed),
                                   options.guardian, options.authority));
  return tell(TRY(record_all(context, options.recording, plan, options.authority, subjects)),
              status);
}

Result<Answer> renew_consents(Context& context, const RenewConsents& options) {
  terms::ConsentTemplate agreed;
  if (!options.until.empty()) {
    const auto until = parse_time(options.until);
    if (!until) return usage(fmt::format("--until: {}", until.error().message), "2028-01-01");
    agreed.valid_to = *until;
  }
  const auto dataset = TRY(context.find(options.dataset, Kind::dataset));
  CHECK_OK(context.check_owner(*dataset, options.recording.as, "consent-owner"));
  const auto version = TRY(context.version(options.dataset));
  const auto subjects =
      TRY(read_subjects(context, options.subjects, *version->record.as<Version>()));
  if (options.recording.dry_run) return would_record(subjects.size());
  Plan plan = TRY(begin_plan(context, options.recording, dataset->id, agreed, options.guardian,
                             options.authority));
  plan.is_renewal = true;
  return tell(TRY(record_all(context, options.recording, plan, options.authority, subjects)),
              ConsentStatus::renewed);
}

void add_speakers(CLI::App& verb, std::string& guardian, std::string& authority) {
  verb.add_option("--guardian", guardian,
                  "your own key of who spoke for them; the ledger gets a commitment")
      ->type_name("KEY");
  verb.add_option("--authority", authority,
                  "key of the community that consents for its members; it signs too")
      ->type_name("NAME");
}

void add_owner(CLI::App& verb, Recording& recording) {
  verb.add_option("--as", recording.as, "the owner's key")->type_name("NAME")->required();
  verb.add_flag("--dry-run", recording.dry_run, "count, record nothing");
}

}  // namespace

void add_consent_record(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<RecordConsents>();
  auto& verb = commands.verb(
      noun, "record",
      {.line = "record one consent for each subject",
       .examples = {"usufruct consent record people --template consent.yaml --rows 1-500 --as ada",
                    "usufruct consent record people --template consent.yaml --subjects ids.txt "
                    "--as ada",
                    "usufruct consent record people --status requested --rows 501-600 --as ada"},
       .details =
           "A subject's newer consent takes the place of the one before. Keys are taken as "
           "they stand in the file,\nspaces too: whether the table has them cannot be "
           "seen, it lies sealed. The template's keys: specs/terms.md, Files.\n"
           "For children the first line of the file is `subject`, `guardian`, `age_out`, with tabs "
           "between: a guardian's\nconsent ends when the child comes of age. Keys and "
           "guardians come onto the ledger only as commitments; the\ntemplate holds words, no "
           "names, and an age-out only its month."},
      [options](Context& context) { return record_consents(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  verb.add_option("--template", options->template_file, "what they agreed to, in YAML")
      ->type_name("FILE");
  verb.add_flag("--refused", options->refused, "they were asked and said no");
  verb.add_option("--status", options->status,
                  "given, requested, deferred, refused, invalidated or revoked")
      ->type_name("WORD");
  add_subjects(verb, options->subjects);
  add_speakers(verb, options->guardian, options->authority);
  add_owner(verb, options->recording);
}

void add_consent_renew(Commands& commands, CLI::App& noun) {
  const auto options = std::make_shared<RenewConsents>();
  auto& verb = commands.verb(
      noun, "renew",
      {.line = "record that subjects gave again what they gave before",
       .examples = {"usufruct consent renew people --rows 1-500 --until 2029-01-01 --as ada"},
       .details = "Each renewal says what that subject's consent said. A guardian or community "
                  "renews what it gave;\nafter the age-out the subject is asked itself."},
      [options](Context& context) { return renew_consents(context, *options); });
  verb.add_option("DATASET", options->dataset, "label or id")->required();
  verb.add_option("--until", options->until, "when it ends; open without it")->type_name("DATE");
  add_subjects(verb, options->subjects);
  add_speakers(verb, options->guardian, options->authority);
  add_owner(verb, options->recording);
}

}  // namespace usufruct::cli
