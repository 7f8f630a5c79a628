// grpc-js as client of the .NET server.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import grpc from "@grpc/grpc-js";
import { protos } from "./protos.mjs";

const address = process.env.GRPC_ADDRESS;
const insecure = grpc.credentials.createInsecure();
const clients = [];
const client = (options = {}, Service = protos.test.v1.Echo) => {
  const made = new Service(address, insecure, options);
  clients.push(made);
  return made;
};
const echo = client();
after(() => clients.forEach((made) => made.close()));

const token = () => {
  const metadata = new grpc.Metadata();
  metadata.set("dapr-api-token", "right");
  return metadata;
};

/** Calls a unary method; resolves to everything that came back. */
const unary = (on, method, value, { metadata = token(), ...options } = {}) =>
  new Promise((resolve) => {
    const answer = {};
    on[method]({ value }, metadata, options, (error, response) => {
      answer.error = error;
      answer.value = response?.value;
    })
      .on("metadata", (headers) => (answer.headers = headers))
      .on("status", (status) => resolve({ ...answer, status }));
  });

const all = (stream) =>
  new Promise((resolve) => {
    const messages = [];
    stream.on("data", (message) => messages.push(message.value));
    stream.on("error", () => {});
    stream.on("status", (status) => resolve({ messages, status }));
  });

test("unary", async () => {
  const { value, status } = await unary(echo, "Say", "grüezi");
  assert.equal(status.code, grpc.status.OK, status.details);
  assert.equal(value, "grüezi");
});

test("a service without a package, an empty message", async () => {
  const hello = client({}, protos.TaskHubSidecarService);
  const response = await new Promise((resolve, reject) =>
    hello.Hello({}, token(), (error, answer) => (error ? reject(error) : resolve(answer))),
  );
  assert.deepEqual({ ...response }, {});
});

test("a status at once, with its text and its details", async () => {
  const { status } = await unary(echo, "Fail", "NotFound");
  assert.equal(status.code, grpc.status.NOT_FOUND);
  assert.equal(status.details, "no »thing« at 100 %\n");
  assert.equal(status.metadata.get("x-reason")[0], "ERR_THING");
  assert.deepEqual([...status.metadata.get("grpc-status-details-bin")[0]], [1, 2, 255]);
});

test("an exception is unknown, without what it said", async () => {
  const { status } = await unary(echo, "Fail", "boom");
  assert.equal(status.code, grpc.status.UNKNOWN);
  assert.doesNotMatch(status.details, /boom/);
});

test("an unknown method is unimplemented", async () => {
  const { status } = await unary(echo, "Missing", "");
  assert.equal(status.code, grpc.status.UNIMPLEMENTED);
});

test("a wrong token is unauthenticated", async () => {
  const { status } = await unary(echo, "Say", "x", { metadata: new grpc.Metadata() });
  assert.equal(status.code, grpc.status.UNAUTHENTICATED);
});

test("metadata goes both ways", async () => {
  const metadata = token();
  metadata.set("x-ask", "value");
  const { headers, status } = await unary(echo, "Say", "x", { metadata });
  assert.equal(headers.get("x-answer")[0], "value");
  assert.equal(status.metadata.get("x-trailer")[0], "end");
});

test("server streaming", async () => {
  for (const count of [0, 1, 5000]) {
    const { messages, status } = await all(echo.Count({ value: count }, token()));
    assert.equal(status.code, grpc.status.OK, status.details);
    assert.deepEqual(messages, Array.from({ length: count }, (_, i) => i + 1));
  }
});

test("client streaming", async () => {
  const sum = await new Promise((resolve, reject) => {
    const call = echo.Sum(token(), (error, answer) => (error ? reject(error) : resolve(answer.value)));
    for (let i = 1; i <= 1000; i++) call.write({ value: i });
    call.end();
  });
  assert.equal(sum, 500500);
});

test("bidirectional streaming, one message at a time", async () => {
  const call = echo.Chat(token());
  const answers = call[Symbol.asyncIterator]();
  for (const text of ["one", "two", "three"]) {
    call.write({ value: text });
    assert.equal((await answers.next()).value.value, `re: ${text}`);
  }
  call.end();
  assert.equal((await answers.next()).done, true);
});

test("a deadline", async () => {
  const { messages, status } = await all(echo.Hang({ value: "x" }, token(), { deadline: Date.now() + 300 }));
  assert.equal(status.code, grpc.status.DEADLINE_EXCEEDED);
  assert.ok(messages.length <= 1);
});

test("a cancelled stream is cancelled at the server", async () => {
  const call = echo.Hang({ value: "x" }, token());
  const ended = all(call);
  call.once("data", () => call.cancel());
  assert.equal((await ended).status.code, grpc.status.CANCELLED);
  const { value } = await unary(echo, "Cancelled", "");
  assert.ok(value >= 1);
});

test("compression is refused with a status", async () => {
  const { status } = await unary(client({ "grpc.default_compression_algorithm": 2 }), "Say", "x".repeat(1000));
  assert.equal(status.code, grpc.status.UNIMPLEMENTED);
  assert.match(status.details, /identity/);
});

test("messages up to the limit pass, and one over it is a status", async () => {
  const large = "x".repeat((4 << 20) - 16);
  const { value } = await unary(echo, "Say", large);
  assert.equal(value, large);
  const { status } = await unary(echo, "Say", "x".repeat(4 << 20));
  assert.equal(status.code, grpc.status.RESOURCE_EXHAUSTED);
});

test("five hundred calls at a time on one connection", async () => {
  const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => unary(echo, "Say", `${i}`)));
  assert.deepEqual(answers.map((answer) => answer.value), answers.map((_, i) => `${i}`));
});

test("a client that does not read holds the server back, and gets all when it does", async () => {
  const call = echo.Count({ value: 200000 }, token());
  call.pause();
  await unary(echo, "Say", "meanwhile");
  const ended = all(call);
  call.resume();
  const { messages, status } = await ended;
  assert.equal(status.code, grpc.status.OK);
  assert.equal(messages.length, 200000);
});
