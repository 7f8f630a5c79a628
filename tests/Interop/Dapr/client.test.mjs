// DaprClient of @dapr/dapr, over the protocol that DAPR_CLIENT names, against the embedded sidecar.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { after, before } from 'node:test';
import { app, caller, client, HttpMethod, Inbox, ready, server, StateConcurrencyEnum, until } from './sidecars.mjs';

const protocol = process.env.DAPR_CLIENT;
const grpc = protocol === 'grpc';
const dapr = client(caller, protocol);
const orders = server();
const received = new Inbox();
const store = 'statestore';

// Over HTTP the client returns an error of these calls, over gRPC it throws.
async function refusal(call) {
  try {
    return (await call())?.error;
  } catch (error) {
    return error.error ?? error;
  }
}

before(async () => {
  for (const topic of ['plain', 'bulk'])
    await orders.pubsub.subscribe('pubsub', topic, async data => received.add(topic, data));
  await orders.invoker.listen('echo', async ({ body }) => JSON.parse(body), { method: HttpMethod.POST });
  await orders.invoker.listen('query', async ({ query, headers }) => ({ query, caller: headers['dapr-caller-app-id'] }));
  for (const method of [HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH])
    await orders.invoker.listen('verb', async () => ({ verb: method }), { method });
  await orders.start();
  await ready(2);
  await dapr.start();
});

after(async () => {
  await orders.stop();
  await orders.client.stop();
  await dapr.stop();
});

test('state: what was saved is read, whatever its type, until it is deleted', async () => {
  const values = { object: { a: [1, 'zwei', null, true], b: { c: 'ü€😀' } }, array: [1, 2], text: 'hello', number: 17, flag: true, half: 1.5 };
  const entries = Object.entries(values);
  assert.deepEqual(await dapr.state.save(store, entries.map(([key, value]) => ({ key, value }))), {});
  for (const [key, value] of entries) assert.deepEqual(await dapr.state.get(store, key), value);

  assert.deepEqual(await dapr.state.delete(store, 'object'), {});
  assert.equal(await dapr.state.get(store, 'object'), '');
  assert.deepEqual(await dapr.state.delete(store, 'object'), {});
  assert.equal(await dapr.state.get(store, 'never'), '');
});

test('state: bulk reads of present and missing keys', async () => {
  const keys = Array.from({ length: 50 }, (_, i) => `bulk-${i}`);
  await dapr.state.save(store, keys.map((key, i) => ({ key, value: { i } })));
  const items = new Map((await dapr.state.getBulk(store, [...keys, 'missing'], { parallelism: 7 })).map(item => [item.key, item]));
  assert.equal(items.size, 51);
  keys.forEach((key, i) => {
    assert.deepEqual(items.get(key).data, { i });
    assert.ok(items.get(key).etag);
  });
  assert.equal(items.get('missing').data || '', '');
  assert.equal(items.get('missing').etag || '', '');
});

test('state: an ETag is kept, a stale one is refused', async () => {
  const etagOf = async key => (await dapr.state.getBulk(store, [key]))[0].etag;
  await dapr.state.save(store, [{ key: 'tagged', value: 'one' }]);
  const first = await etagOf('tagged');
  assert.deepEqual(await dapr.state.save(store, [{ key: 'tagged', value: 'two', etag: first }]), {});
  assert.notEqual(await etagOf('tagged'), first);

  for (const call of [
    () => dapr.state.save(store, [{ key: 'tagged', value: 'three', etag: first }]),
    () => dapr.state.save(store, [
      { key: 'tagged', value: 'three', options: { concurrency: StateConcurrencyEnum.CONCURRENCY_FIRST_WRITE } }]),
    () => dapr.state.delete(store, 'tagged', { etag: first }),
  ]) {
    const error = await refusal(call);
    assert.match(String(error?.message), /possible etag mismatch/);
    if (grpc) assert.equal(error.code, 10); // Aborted
    else assert.equal(JSON.parse(error.message).status, 409);
  }

  assert.equal(await dapr.state.get(store, 'tagged'), 'two');
  assert.deepEqual(await dapr.state.delete(store, 'tagged', { etag: await etagOf('tagged') }), {});
  assert.equal(await dapr.state.get(store, 'tagged'), '');
});

test('state: a transaction is done whole or not at all', async () => {
  await dapr.state.save(store, [{ key: 'gone', value: 'x' }, { key: 'kept', value: 'old' }]);
  await dapr.state.transaction(store, [
    { operation: 'upsert', request: { key: 'made', value: 'new' } },
    { operation: 'delete', request: { key: 'gone' } },
  ]);
  assert.equal(await dapr.state.get(store, 'made'), 'new');
  assert.equal(await dapr.state.get(store, 'gone'), '');

  const stale = (await dapr.state.getBulk(store, ['kept']))[0].etag;
  await dapr.state.save(store, [{ key: 'kept', value: 'newer' }]);
  const error = await refusal(() => dapr.state.transaction(store, [
    { operation: 'delete', request: { key: 'made' } },
    { operation: 'upsert', request: { key: 'kept', value: 'newest', etag: stale } },
  ]));
  assert.match(String(error?.message), /etag mismatch/);
  assert.equal(await dapr.state.get(store, 'made'), 'new');
  assert.equal(await dapr.state.get(store, 'kept'), 'newer');
});

test('state: a time to live ends, others live on', async () => {
  await dapr.state.save(store, [{ key: 'short', value: 'x', metadata: { ttlInSeconds: '1' } }, { key: 'long', value: 'y' }]);
  await until('the end of the entry', async () => await dapr.state.get(store, 'short') === '');
  assert.equal(await dapr.state.get(store, 'long'), 'y');
});

test('state: an unknown store and a bad key are refused by name', async () => {
  assert.match(String((await refusal(() => dapr.state.save('nostore', [{ key: 'a', value: 1 }])))?.message), /nostore/);
  assert.match(String((await refusal(() => dapr.state.get('nostore', 'a')))?.message), /nostore/);
  assert.match(String((await refusal(() => dapr.state.save(store, [{ key: 'a||b', value: 1 }])))?.message), /a\|\|b/);
});

test('state: each app has its own keys', async () => {
  await dapr.state.save(store, [{ key: 'own', value: 'mine' }]);
  assert.equal(await orders.client.state.get(store, 'own'), '');
});

test('publish: every kind of data arrives as what it was', async () => {
  const cloudEvent = { id: 'ce-1', source: 'elsewhere', specversion: '1.0', type: 'made.elsewhere', data: { from: 'afar' } };
  assert.deepEqual(await dapr.pubsub.publish('pubsub', 'plain', { order: 17 }), {});
  assert.deepEqual(await dapr.pubsub.publish('pubsub', 'plain', 'only text'), {});
  assert.deepEqual(await dapr.pubsub.publish('pubsub', 'plain', '{"json":"as text"}', { contentType: 'application/octet-stream' }), {});
  assert.deepEqual(await dapr.pubsub.publish('pubsub', 'plain', cloudEvent), {});
  assert.deepEqual(await dapr.pubsub.publish('pubsub', 'plain', { raw: true }, { metadata: { rawPayload: 'true' } }), {});
  const all = await received.take('plain', 5);
  for (const expected of [{ order: 17 }, 'only text', { json: 'as text' }, { from: 'afar' }, { raw: true }])
    assert.equal(all.filter(item => JSON.stringify(item) === JSON.stringify(expected)).length, 1, JSON.stringify({ expected, all }));
});

test('publish: an unknown pubsub is refused by name', async () => {
  assert.match(String((await refusal(() => dapr.pubsub.publish('nopubsub', 'plain', 'x')))?.message), /nopubsub/);
});

test('publishBulk: all entries arrive', async () => {
  const result = await dapr.pubsub.publishBulk('pubsub', 'bulk', [
    'text', { object: 1 }, { entryID: 'mine', event: 'given', contentType: 'text/plain' },
    ...Array.from({ length: 200 }, (_, i) => ({ i })),
  ]);
  assert.deepEqual(result.failedMessages, []);
  const all = await received.take('bulk', 203);
  assert.deepEqual(
    new Set(all.map(item => JSON.stringify(item))),
    new Set(['text', { object: 1 }, 'given', ...Array.from({ length: 200 }, (_, i) => ({ i }))].map(item => JSON.stringify(item))));
});

test('publishBulk: what is refused is reported for every entry', async () => {
  for (const [pubsub, messages] of [
    ['nopubsub', ['a', 'b']],
    ['pubsub', [{ entryID: 'same', event: 'a' }, { entryID: 'same', event: 'b' }]],
  ]) {
    const { failedMessages } = await dapr.pubsub.publishBulk(pubsub, 'bulk', messages);
    assert.deepEqual(failedMessages.map(failed => failed.message.event), ['a', 'b']);
    assert.ok(failedMessages.every(failed => failed.error));
  }
});

test('secrets: one and all', async () => {
  assert.deepEqual(await dapr.secret.get('secrets', 'db-password'), { 'db-password': 's3cr3t€' });
  assert.deepEqual(await dapr.secret.get('secrets', 'mail:user'), { 'mail:user': 'postman' });
  assert.deepEqual({ ...await dapr.secret.getBulk('secrets') }, {
    'db-password': { 'db-password': 's3cr3t€' }, 'mail:user': { 'mail:user': 'postman' },
  });
  assert.match(String((await refusal(() => dapr.secret.get('secrets', 'nothing')))?.message), /nothing/);
  assert.match(String((await refusal(() => dapr.secret.get('nosecrets', 'x')))?.message), /nosecrets/);
});

test('metadata: who, which components, and what an app sets', async () => {
  const before = await dapr.metadata.get();
  assert.equal(before.id, caller.id);
  const components = new Map(before.components.map(component => [component.name, component]));
  assert.deepEqual([...components.keys()].sort(), ['pubsub', 'secrets', 'statestore']);
  assert.equal(components.get('statestore').type, 'state.sqlite');
  assert.equal(components.get('statestore').version, 'v1');
  for (const capability of ['ETAG', 'TRANSACTIONAL', 'TTL', 'ACTOR'])
    assert.ok(components.get('statestore').capabilities.includes(capability), capability);

  assert.equal(await dapr.metadata.set('colour', 'blue'), true);
  assert.equal((await dapr.metadata.get()).extended.colour, 'blue');
});

test('health', async () => {
  assert.equal(await dapr.health.isHealthy(), true);
  assert.equal((await fetch(`http://127.0.0.1:${caller.httpPort}/v1.0/healthz/outbound`)).status, 204);
});

test('invoke: verbs, query and caller reach the other app', async () => {
  for (const verb of [HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.PATCH])
    assert.deepEqual(await dapr.invoker.invoke(app.id, 'verb', verb, { x: 1 }), { verb });
  assert.deepEqual(await dapr.invoker.invoke(app.id, 'echo', HttpMethod.POST, { text: 'grüezi' }), { text: 'grüezi' });
  const answer = await dapr.invoker.invoke(app.id, grpc ? 'query' : 'query?a=1&b=%20c', HttpMethod.GET, grpc ? {} : undefined);
  assert.deepEqual(answer, { query: grpc ? '/query' : '/query?a=1&b=%20c', caller: caller.id });
});

test('invoke: bodies of several MiB come back whole', async () => {
  for (const mib of [1, 5, 10]) {
    const sent = { noise: randomBytes(mib << 19).toString('hex') };
    const back = await dapr.invoker.invoke(app.id, 'echo', HttpMethod.POST, sent);
    assert.equal(back.noise.length, mib << 20);
    assert.ok(back.noise === sent.noise);
  }
});

test('invoke: an unknown method and an unknown app are errors', async () => {
  const method = await refusal(() => dapr.invoker.invoke(app.id, 'nothing', HttpMethod.POST, {}));
  if (grpc) assert.equal(method.code, 5); // NotFound
  else assert.equal(JSON.parse(method.message).status, 404);
  assert.match(String((await refusal(() => dapr.invoker.invoke('nobody', 'echo', HttpMethod.POST, {})))?.message), /nobody/);
});

test('sidecar: shut down by its client', async () => {
  await dapr.sidecar.shutdown();
  await until('the end of the sidecar', async () =>
    fetch(`http://127.0.0.1:${caller.httpPort}/v1.0/healthz`).then(() => false, () => true));
});
