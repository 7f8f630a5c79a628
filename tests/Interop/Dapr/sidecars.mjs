// What the C# test tells the suites: the sidecars, and the port on which the app of the second one must listen.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';

// The package is CommonJS; import would see its default export only.
const dapr = createRequire(import.meta.url)('@dapr/dapr');

function setting(name) {
  const value = process.env[name];
  assert.ok(value, `${name} is not set`);
  return value;
}

export const {
  CommunicationProtocolEnum, DaprClient, DaprPubSubStatusEnum, DaprServer, DaprWorkflowClient, HttpMethod, LogLevel, StateConcurrencyEnum,
  WorkflowRuntime, WorkflowRuntimeStatus,
} = dapr;

export const app = {
  id: 'orders', port: setting('APP_PORT'), httpPort: setting('APP_DAPR_HTTP_PORT'), grpcPort: setting('APP_DAPR_GRPC_PORT'),
};

export const caller = { id: 'caller', httpPort: setting('CALLER_DAPR_HTTP_PORT'), grpcPort: setting('CALLER_DAPR_GRPC_PORT') };

const common = { daprHost: '127.0.0.1', maxBodySizeMb: 16, logger: { level: LogLevel.Error } };

/** A client of one of the two sidecars. */
export const client = (sidecar, protocol) => new DaprClient({
  ...common,
  daprPort: protocol === 'grpc' ? sidecar.grpcPort : sidecar.httpPort,
  communicationProtocol: protocol === 'grpc' ? CommunicationProtocolEnum.GRPC : CommunicationProtocolEnum.HTTP,
});

/** The app, not yet listening. */
export const server = () => new DaprServer({
  serverHost: '127.0.0.1', serverPort: app.port, communicationProtocol: CommunicationProtocolEnum.HTTP, maxBodySizeMb: 16,
  clientOptions: { ...common, daprPort: app.httpPort }, logger: { level: LogLevel.Error },
});

/** Asks again until the answer is there; only a hang reaches the limit. */
export async function until(what, ask) {
  const limit = Date.now() + 90_000;
  while (true) {
    const answer = await ask();
    if (answer) return answer;
    assert.ok(Date.now() < limit, `waited in vain for ${what}`);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}

/** The app is ready once its sidecar says so, and its subscriptions once the sidecar reports them. */
export async function ready(subscriptions = 0) {
  const headers = { 'dapr-api-token': setting('DAPR_API_TOKEN') };
  await until('the app', async () => (await fetch(`http://127.0.0.1:${app.httpPort}/v1.0/healthz`)).status === 204);
  await until('the subscriptions', async () => {
    const answer = await fetch(`http://127.0.0.1:${app.httpPort}/v1.0/metadata`, { headers });
    return ((await answer.json()).subscriptions ?? []).length === subscriptions;
  });
  await until('the app, from the other sidecar', async () =>
    (await fetch(`http://127.0.0.1:${caller.httpPort}/v1.0/invoke/${app.id}/method/dapr/subscribe`, { headers })).status === 200);
}

/** Things that arrive, to be awaited by name. */
export class Inbox {
  #items = new Map();

  add(name, item) {
    this.#items.set(name, [...this.of(name), item]);
  }

  of(name) {
    return this.#items.get(name) ?? [];
  }

  /** As many as that, in order of arrival. */
  async take(name, count) {
    await until(`${count} of ${name}, got ${JSON.stringify(this.of(name))}`, async () => this.of(name).length >= count);
    return this.of(name);
  }
}
