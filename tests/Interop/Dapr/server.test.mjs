// DaprServer of @dapr/dapr as the app of the embedded sidecar: what it subscribes to, and how it answers.
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { app, caller, client, DaprPubSubStatusEnum, HttpMethod, Inbox, ready, server } from './sidecars.mjs';

const { SUCCESS, RETRY, DROP } = DaprPubSubStatusEnum;
const dapr = client(caller, 'http');
const orders = server();
const received = new Inbox();
const publish = async (topic, data, options) => assert.deepEqual(await dapr.pubsub.publish('pubsub', topic, data, options), {});
const keep = (name, status) => async (data, headers) => {
  received.add(name, data);
  received.add(`${name} headers`, headers);
  return typeof status === 'function' ? status(data) : status;
};

// The status asked for, or RETRY as often as the message says and SUCCESS then.
function obey(name, { status, retries }) {
  if (status) return status;
  return received.of(name).filter(data => data.retries === retries).length <= retries ? RETRY : SUCCESS;
}

before(async () => {
  const { pubsub } = orders;
  await pubsub.subscribe('pubsub', 'default', keep('default'));
  await pubsub.subscribe('pubsub', 'named', keep('named', SUCCESS), '/here');
  await pubsub.subscribe('pubsub', 'statuses', keep('statuses', data => obey('statuses', data)));
  await pubsub.subscribeWithOptions('pubsub', 'doomed', { callback: keep('doomed', data => data.status), deadLetterTopic: 'graveyard' });
  await pubsub.subscribe('pubsub', 'graveyard', keep('graveyard'));
  const route = {
    default: 'rest', rules: [{ match: 'event.type == "order.made"', path: 'made' }, { match: `event.type == 'order.sent'`, path: 'sent' }],
  };
  await pubsub.subscribeWithOptions('pubsub', 'routed', { route });
  for (const path of ['rest', 'made', 'sent']) pubsub.subscribeToRoute('pubsub', 'routed', path, keep(path));
  await pubsub.subscribe('pubsub', 'raw', keep('raw'), undefined, { rawPayload: true });
  await pubsub.subscribeBulk('pubsub', 'bulk', keep('bulk', data => obey('bulk', data)), { maxMessagesCount: 20, maxAwaitDurationMs: 50 });
  pubsub.server.getServerImpl().registerPubsubSubscription(
    'pubsub', 'bulk-doomed', { deadLetterTopic: 'graveyard', bulkSubscribe: { enabled: true } });
  pubsub.subscribeToRoute('pubsub', 'bulk-doomed', undefined, keep('bulk-doomed', data => data.status));
  await pubsub.subscribeBulk('pubsub', 'bulk-raw', keep('bulk-raw'), { metadata: { rawPayload: true } });
  await orders.invoker.listen('sum', async ({ body }) => ({ sum: JSON.parse(body).reduce((a, b) => a + b, 0) }), { method: HttpMethod.POST });
  await orders.invoker.listen('nothing-to-say', async () => undefined);
  await orders.invoker.listen('headers', async ({ headers }) => headers);
  await orders.start();
  await ready(10);
  await dapr.start();
});

after(async () => {
  await orders.stop();
  await orders.client.stop();
  await dapr.stop();
});

test('subscriptions: the sidecar reports what the server asked for', async () => {
  const { subscriptions } = await dapr.invoker.client.execute(`http://127.0.0.1:${app.httpPort}/v1.0/metadata`);
  const topics = new Map(subscriptions.map(subscription => [subscription.topic, subscription]));
  assert.equal(topics.get('doomed').deadLetterTopic, 'graveyard');
  assert.deepEqual(topics.get('routed').rules.map(rule => rule.path), ['/pubsub--routed--made', '/pubsub--routed--sent', '/pubsub--routed--rest']);
  assert.ok(subscriptions.every(subscription => subscription.type === 'PROGRAMMATIC'));
});

test('a message arrives on its default and on its named route, with the name of the pubsub', async () => {
  await publish('default', { n: 1 });
  await publish('named', 'text');
  assert.deepEqual(await received.take('default', 1), [{ n: 1 }]);
  assert.deepEqual(await received.take('named', 1), ['text']);
  const [headers] = received.of('default headers');
  assert.equal(headers.pubsubname, 'pubsub');
  assert.match(headers['content-type'], /^application\/cloudevents\+json/);
  assert.equal(headers['dapr-api-token'], process.env.APP_API_TOKEN);
  assert.ok(headers.traceparent);
});

test('SUCCESS and DROP end a message, RETRY brings it again', async () => {
  for (const message of [{ status: SUCCESS }, { status: DROP }, { retries: 3 }]) await publish('statuses', message);
  await received.take('statuses', 6);
  // What comes after them shows that nothing of the former is delivered any more.
  await publish('statuses', { retries: 0 });
  const all = await received.take('statuses', 7);
  const count = pattern => all.filter(message => JSON.stringify(message) === JSON.stringify(pattern)).length;
  assert.deepEqual([{ status: SUCCESS }, { status: DROP }, { retries: 3 }, { retries: 0 }].map(count), [1, 1, 4, 1]);
});

test('a dropped message goes to the dead-letter topic, others do not', async () => {
  await publish('doomed', { n: 1, status: SUCCESS });
  await publish('doomed', { n: 2, status: DROP });
  await publish('doomed', { n: 3, status: DROP });
  const dead = await received.take('graveyard', 2);
  assert.deepEqual(dead.map(message => message.n).sort(), [2, 3]);
  assert.equal(received.of('doomed').length, 3);
});

test('a message that is retried in vain goes to the dead-letter topic, alone or in bulk', async () => {
  await publish('doomed', { n: 4, status: RETRY });
  await publish('bulk-doomed', { n: 5, status: RETRY });
  await publish('bulk-doomed', { n: 6, status: SUCCESS });
  const dead = await received.take('graveyard', 4);
  assert.deepEqual(dead.map(message => message.n).sort(), [2, 3, 4, 5]);
  // What the policy of DaprPair allows, and the first time.
  assert.equal(received.of('doomed').filter(message => message.n === 4).length, 5);
  assert.equal(received.of('bulk-doomed').filter(message => message.n === 5).length, 5);
});

test('routing rules choose by the type of the event', async () => {
  for (const type of ['order.made', 'order.sent', 'order.lost'])
    await publish('routed', { id: type, source: 'test', specversion: '1.0', type, data: { type } });
  await publish('routed', { type: 'none' });
  assert.deepEqual(await received.take('made', 1), [{ type: 'order.made' }]);
  assert.deepEqual(await received.take('sent', 1), [{ type: 'order.sent' }]);
  assert.deepEqual((await received.take('rest', 2)).map(data => data.type).sort(), ['none', 'order.lost']);
});

test('raw payload: the bytes arrive without an envelope of ours', async () => {
  await publish('raw', { raw: 1 }, { metadata: { rawPayload: 'true' } });
  await publish('raw', 'not JSON', { metadata: { rawPayload: 'true' } });
  assert.deepEqual(await received.take('raw', 2), [{ raw: 1 }, 'not JSON']);
});

test('bulk subscribe: every entry has its own status', async () => {
  const entries = [...Array.from({ length: 60 }, (_, n) => ({ n, status: SUCCESS })), { status: DROP }, { retries: 2 }];
  assert.deepEqual((await dapr.pubsub.publishBulk('pubsub', 'bulk', entries)).failedMessages, []);
  await received.take('bulk', 64);
  await publish('bulk', { retries: 0 });
  const all = await received.take('bulk', 65);
  for (const entry of [...entries, { retries: 0 }]) {
    const seen = all.filter(message => JSON.stringify(message) === JSON.stringify(entry)).length;
    assert.equal(seen, (entry.retries ?? 0) + 1, JSON.stringify(entry));
  }
});

test('bulk subscribe: raw payload', async () => {
  await publish('bulk-raw', { raw: 2 }, { metadata: { rawPayload: 'true' } });
  await publish('bulk-raw', 'bytes', { metadata: { rawPayload: 'true' } });
  assert.deepEqual(await received.take('bulk-raw', 2), [{ raw: 2 }, 'bytes']);
});

test('invoke handlers: bodies, empty answers, headers; by its own sidecar and by another', async () => {
  for (const by of [dapr, orders.client]) {
    assert.deepEqual(await by.invoker.invoke(app.id, 'sum', HttpMethod.POST, [1, 2, 39]), { sum: 42 });
    assert.deepEqual(await by.invoker.invoke(app.id, 'nothing-to-say', HttpMethod.GET), { closed: true });
    const headers = await by.invoker.invoke(app.id, 'headers', HttpMethod.GET, undefined, { headers: { 'x-mine': 'yes' } });
    assert.equal(headers['x-mine'], 'yes');
    assert.equal(headers['dapr-api-token'], process.env.APP_API_TOKEN);
    assert.equal(headers['dapr-caller-app-id'], by === dapr ? caller.id : undefined);
  }
});
