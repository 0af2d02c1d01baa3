#include "trustee/http/record_face.h"

#include <doctest/doctest.h>

#include <thread>

#include "ledger/record/envelope_json.h"
#include "tests/support/raw_client.h"
#include "tests/support/served_log.h"
#include "trustee/http/client.h"
#include "trustee/http/record_batch.h"

namespace usufruct {
namespace {

using http::Fetched;

std::unique_ptr<http::Client> client_of(ServedLog& served) {
  return *http::Client::open(served.server().url());
}

Fetched must(Result<Fetched> fetched) {
  REQUIRE_MESSAGE(fetched, (fetched ? "" : fetched.error().message));
  return *std::move(fetched);
}

}  // namespace

TEST_CASE("record face: the receipt in an answer verifies offline") {
  ServedLog served(10);
  const auto client = client_of(served);
  for (std::uint64_t n = 10; n < 20; ++n) {
    const Bytes envelope = test_record(n).envelope();
    const auto got = must(client->post("/v1/records", "application/octet-stream", envelope));
    REQUIRE(got.status == 200);
    const auto receipt = parse_receipt_unverified(as_text(got.body));
    REQUIRE(receipt);
    const auto proven = verify_envelope_receipt(*receipt, envelope, test_verifier());
    REQUIRE(proven);
    CHECK(proven->index.value == n);
    CHECK(!verify_envelope_receipt(*receipt, test_record(n + 1).envelope(), test_verifier()));
  }
}

TEST_CASE("record face: each of a batch gets its own answer, in its place") {
  ServedLog served(0);
  std::vector<Bytes> envelopes;
  for (std::uint64_t n = 0; n < 300; ++n) envelopes.push_back(test_record(n).envelope());
  envelopes[7][envelopes[7].size() - 4] ^= 1;
  envelopes[9] = to_bytes("no envelope");
  envelopes[11] = Bytes(65'535);
  const auto got = must(client_of(served)->post("/v1/records", http::envelopes_type,
                                                http::encode_envelopes(envelopes)));
  CHECK(got.status == 200);
  CHECK(got.headers.find("content-type") == http::answers_type);
  const auto answers = http::decode_answers(got.body);
  REQUIRE(answers);
  REQUIRE(answers->size() == 300);
  CHECK((*answers)[7].status == 422);
  CHECK((*answers)[9].status == 400);
  CHECK((*answers)[11].status == 400);
  for (const std::size_t i : {0U, 1U, 8U, 10U, 299U}) {
    CAPTURE(i);
    CHECK((*answers)[i].status == 200);
    const auto receipt = parse_receipt_unverified((*answers)[i].text);
    REQUIRE(receipt);
    CHECK(verify_envelope_receipt(*receipt, envelopes[i], test_verifier()));
  }
  CHECK(served.log().state().size == 297);
}

TEST_CASE("record face: answers cut short or over-long are malformed") {
  Bytes answers;
  http::append_answer(answers, {200, "receipt"});
  http::append_answer(answers, {422, std::string(70'000, 'x')});
  REQUIRE(http::decode_answers(answers));
  CHECK((*http::decode_answers(answers))[1].text.size() == 70'000);
  for (const std::size_t size : {1U, 5U, 6U, 12U, 14U, 19U, 70'018U}) {
    CHECK(!http::decode_answers(View(answers).first(size)));
  }
  CHECK(http::decode_answers({})->empty());
}

TEST_CASE("record face: a record and its receipt are found by its id") {
  ServedLog served(0);
  const auto client = client_of(served);
  const auto before = test_record(1);
  const std::string path = "/v1/records/" + print_id(before.id());
  CHECK(must(client->get(path)).status == 404);
  must(client->post("/v1/records", "", before.envelope()));
  for (std::uint64_t n = 2; n < 400; ++n) REQUIRE(served.log().append(test_record(n)));
  const auto got = must(client->get(path));
  CHECK(got.status == 200);
  CHECK(got.body == before.envelope());
  const auto receipt = parse_receipt_unverified(as_text(must(client->get(path + "/receipt")).body));
  REQUIRE(receipt);
  const auto proven = verify_envelope_receipt(*receipt, before.envelope(), test_verifier());
  REQUIRE(proven);
  CHECK(proven->checkpoint.size.value == 399);
  // One that came after the places were first asked for.
  const auto last = test_record(399);
  CHECK(must(client->get("/v1/records/" + print_id(last.id()))).body == last.envelope());
}

TEST_CASE("record face: a full queue is 503 with a time to come back") {
  http::Workers workers(1, 10);
  http::Router router(http::Cors::everyone);
  http::RecordFace face([](auto, auto) -> Result<void> { return unavailable("too much waits"); },
                        workers);
  face.add_to(router);
  const SystemClock clock;
  http::Metrics metrics;
  http::AccessLog log({});
  const auto server = http::Server::start(
      {}, [&](http::Request request, http::Reply reply) { router(request, std::move(reply)); },
      clock, metrics, log);
  const auto client = http::Client::open((*server)->url());
  const Bytes envelope = test_record(1).envelope();
  const std::vector<Bytes> one{envelope};
  const Bytes many = http::encode_envelopes(one);
  for (const auto type : {std::string_view("application/octet-stream"), http::envelopes_type}) {
    const auto got = must((*client)->post(
        "/v1/records", type, type == http::envelopes_type ? View(many) : View(envelope)));
    CHECK(got.status == 503);
    CHECK(got.headers.find("retry-after") == "1");
    CHECK(as_text(got.body).find("\"code\":\"unavailable\"") != std::string_view::npos);
  }
}

TEST_CASE("record face: a client that leaves before its receipt finds it again") {
  ServedLog served(5);
  const auto record = test_record(77);
  {
    RawClient gone(served.server().port());
    gone.send("POST /v1/records HTTP/1.1\r\nHost: t\r\nContent-Length: " +
              std::to_string(record.envelope().size()) + "\r\n\r\n" +
              std::string(as_text(record.envelope())));
  }
  const auto client = client_of(served);
  for (int i = 0; i < 200 && served.log().state().size < 6; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const auto got = must(client->post("/v1/records", "", record.envelope()));
  CHECK(got.status == 200);
  CHECK(parse_receipt_unverified(as_text(got.body))->index.value == 5);
}

TEST_CASE("record face: answers that come after everything stopped harm nobody") {
  std::vector<std::function<void(std::vector<Result<Receipt>>)>> late;
  http::Workers workers(1, 10);
  {
    http::Metrics metrics;
    const SystemClock clock;
    http::AccessLog log({});
    http::NodeParts parts;
    parts.submit = [&](auto, auto done) -> Result<void> {
      late.push_back(std::move(done));
      return {};
    };
    const http::Node node(std::move(parts), workers, metrics);
    const auto server = http::Server::start({}, node.handler(), clock, metrics, log);
    RawClient client((*server)->port());
    const std::vector<Bytes> one{test_record(1).envelope()};
    const Bytes body = http::encode_envelopes(one);
    client.send("POST /v1/records HTTP/1.1\r\nHost: t\r\nContent-Type: " +
                std::string(http::envelopes_type) + "\r\nContent-Length: " +
                std::to_string(body.size()) + "\r\n\r\n" + std::string(as_text(body)));
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
  REQUIRE(late.size() == 1);
  std::vector<Result<Receipt>> answers;
  answers.push_back(unavailable("too late"));
  late.front()(std::move(answers));
}

TEST_CASE("record face: stopping finishes a record that is under way") {
  ServedLog served(5);
  const auto record = test_record(78);
  RawClient client(served.server().port());
  client.ask("GET /healthz HTTP/1.1\r\nHost: t\r\n\r\n", "ok\n");
  client.send("POST /v1/records HTTP/1.1\r\nHost: t\r\nContent-Length: " +
              std::to_string(record.envelope().size()) + "\r\n\r\n" +
              std::string(as_text(record.envelope())));
  std::thread stopping([&] { served.server().stop(std::chrono::seconds(10)); });
  const std::string said = client.read_until();
  client.close();
  stopping.join();
  CHECK(said.starts_with("HTTP/1.1 200 "));
  CHECK(served.log().state().size == 6);
}

TEST_CASE("envelope json: is the same bytes again, and refuses all else") {
  const Bytes envelope = test_record(3).envelope();
  const auto json = envelope_to_json(envelope);
  REQUIRE(json);
  CHECK(envelope_from_json(*json) == envelope);
  for (std::string_view wrong :
       {"", "null", "[]", "{}", "{\"record\":{}}", "{\"record\":{},\"signatures\":{}}",
        "{\"record\":{},\"signatures\":[{\"signer\":\"00\",\"signature\":\"00\"}]}",
        "{\"record\":{},\"signatures\":[],\"record\":{}}"}) {
    CAPTURE(wrong);
    CHECK(!envelope_from_json(wrong));
  }
  std::string longer = *json;
  longer.insert(longer.find("\"signer\"") + 10, "00");
  CHECK(!envelope_from_json(longer));
  CHECK(!envelope_to_json(to_bytes("no envelope")));
}

}  // namespace usufruct
