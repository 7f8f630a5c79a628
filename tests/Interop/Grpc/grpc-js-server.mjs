// grpc-js as server of the .NET client. Prints its port; ends when its input does.
import grpc from "@grpc/grpc-js";
import { protos } from "./protos.mjs";

let cancelled = 0;
let tell = () => {};

const server = new grpc.Server();
server.addService(protos.test.v1.Echo.service, {
  Say(call, answer) {
    const headers = new grpc.Metadata();
    headers.set("x-answer", `${call.metadata.get("x-ask")[0] ?? ""}`);
    call.sendMetadata(headers);
    answer(null, call.request);
  },
  Fail(call, answer) {
    const metadata = new grpc.Metadata();
    metadata.set("x-reason", "ERR_THING");
    metadata.set("grpc-status-details-bin", Buffer.from([1, 2, 255]));
    answer({ code: grpc.status[call.request.value], details: "no »thing« at 100 %\n", metadata });
  },
  Count(call) {
    for (let i = 1; i <= call.request.value; i++) call.write({ value: i });
    call.end();
  },
  Sum(call, answer) {
    let sum = 0;
    call.on("data", (message) => (sum += message.value));
    call.on("end", () => answer(null, { value: sum }));
  },
  Chat(call) {
    call.on("data", (message) => call.write({ value: `re: ${message.value}` }));
    call.on("end", () => call.end());
  },
  Hang(call) {
    call.write({ value: `${call.getDeadline()}` });
    call.on("cancelled", () => {
      cancelled++;
      tell();
    });
  },
  async Cancelled(call, answer) {
    if (cancelled === 0) await new Promise((resolve) => (tell = resolve));
    answer(null, { value: cancelled });
  },
  // Missing has no handler.
});
server.addService(protos.TaskHubSidecarService.service, { Hello: (call, answer) => answer(null, {}) });

server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`port ${port}`);
});
process.stdin.resume();
process.stdin.on("end", () => server.forceShutdown());
