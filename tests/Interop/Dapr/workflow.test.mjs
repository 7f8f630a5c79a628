// WorkflowRuntime and DaprWorkflowClient of @dapr/dapr, with the embedded sidecar's workflow engine behind them.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import test, { after, before } from 'node:test';
import { app, DaprWorkflowClient, until, WorkflowRuntime, WorkflowRuntimeStatus } from './sidecars.mjs';

const { COMPLETED, FAILED, PENDING, RUNNING, SUSPENDED, TERMINATED } = WorkflowRuntimeStatus;
const seconds = 120;
const calls = [];
const options = { daprHost: '127.0.0.1', daprPort: app.grpcPort };

const activities = {
  async greet(context, name) {
    calls.push({ instance: context.getWorkflowInstanceId(), id: context.getWorkflowActivityId(), name });
    return `hello ${name}`;
  },
  async square(_, n) { return n * n; },
  async large(_, kib) { return 'x'.repeat(kib << 10); },
  async fail(_, text) { throw new RangeError(text); },
};

const workflows = {
  sequence: async function* (context, names) {
    const greetings = [];
    for (const name of names) greetings.push(yield context.callActivity('greet', name));
    context.setCustomStatus(`${greetings.length} greeted`);
    return greetings;
  },
  plain: async (context, input) => ({ input, id: context.getWorkflowInstanceId() }),
  fan: async function* (context, count) {
    const squares = yield context.whenAll(Array.from({ length: count }, (_, i) => context.callActivity('square', i + 1)));
    return squares.reduce((a, b) => a + b, 0);
  },
  parent: async function* (context, names) {
    const own = yield context.callChildWorkflow('sequence', names, `${context.getWorkflowInstanceId()}-child`);
    const unnamed = yield context.callChildWorkflow('plain', 7);
    return { own, unnamed };
  },
  careful: async function* (context, text) {
    const errors = [];
    for (const call of [() => context.callActivity('fail', text), () => context.callChildWorkflow('careless', text)]) {
      try {
        yield call();
      } catch (error) {
        errors.push(error.message);
      }
    }
    return errors;
  },
  careless: async function* (context, text) { yield context.callActivity('fail', text); },
  unknownActivity: async function* (context) { yield context.callActivity('nowhere'); },
  guardian: async function* (context, child) { return yield context.callChildWorkflow('listener', null, child); },
  listener: async function* (context) {
    const first = yield context.waitForExternalEvent('News');
    const second = yield context.waitForExternalEvent('news');
    return [first, second];
  },
  sleeper: async function* (context, time) {
    const start = context.getCurrentUtcDateTime();
    yield context.createTimer(time);
    return context.getCurrentUtcDateTime() - start;
  },
  deadline: async function* (context, time) {
    const approval = context.waitForExternalEvent('approval');
    const winner = yield context.whenAny([approval, context.createTimer(time)]);
    return winner === approval ? approval.getResult() : 'too late';
  },
  counter: async function* (context, { n, seen }) {
    seen.push(yield context.waitForExternalEvent('tick'));
    if (n > 1) return context.continueAsNew({ n: n - 1, seen }, true);
    return seen;
  },
  rounds: async function* (context, n) {
    yield context.callActivity('square', n);
    if (n > 1) return context.continueAsNew(n - 1, false);
    return 'done';
  },
  large: async function* (context, kib) { return (yield context.callActivity('large', kib)).length; },
};

async function startWorker() {
  const worker = new WorkflowRuntime({ ...options });
  for (const [name, workflow] of Object.entries(workflows)) worker.registerWorkflowWithName(name, workflow);
  for (const [name, activity] of Object.entries(activities)) worker.registerActivityWithName(name, activity);
  await worker.start();
  return worker;
}

let client;
let worker;

before(async () => {
  client = new DaprWorkflowClient({ ...options });
  worker = await startWorker();
});

after(async () => {
  await worker.stop();
  await client.stop();
});

const end = id => client.waitForWorkflowCompletion(id, true, seconds);
const output = state => state.serializedOutput && JSON.parse(state.serializedOutput);
const reaches = (id, status) => until(`status ${WorkflowRuntimeStatus[status]} of ${id}`, async () =>
  (await client.getWorkflowState(id, false))?.runtimeStatus === status);

async function run(workflow, input) {
  const state = await end(await client.scheduleNewWorkflow(workflow, input));
  assert.equal(state.runtimeStatus, COMPLETED, JSON.stringify(state));
  return output(state);
}

test('sequence: one step after the other, each once', async () => {
  const id = await client.scheduleNewWorkflow('sequence', ['Ada', 'Bob', 'Cleo'], 'seq-1');
  assert.equal(id, 'seq-1');
  const state = await end(id);
  assert.equal(state.runtimeStatus, COMPLETED);
  assert.equal(state.name, 'sequence');
  assert.equal(state.instanceId, id);
  assert.deepEqual(JSON.parse(state.serializedInput), ['Ada', 'Bob', 'Cleo']);
  assert.deepEqual(output(state), ['hello Ada', 'hello Bob', 'hello Cleo']);
  assert.equal(state.customStatus, '3 greeted');
  assert.ok(state.createdAt <= state.lastUpdatedAt);
  assert.deepEqual(calls.filter(call => call.instance === id).map(call => call.name), ['Ada', 'Bob', 'Cleo']);

  const without = await client.getWorkflowState(id, false);
  assert.equal(without.runtimeStatus, COMPLETED);
  assert.ok(!without.serializedInput && !without.serializedOutput);
});

test('a workflow without steps, and one that is not there', async () => {
  const id = randomUUID();
  await client.scheduleNewWorkflow('plain', { a: 'ü' }, id);
  assert.deepEqual(output(await end(id)), { input: { a: 'ü' }, id });
  assert.equal(await client.getWorkflowState(randomUUID(), true), undefined);
});

test('fan-out and fan-in', async () => {
  assert.equal(await run('fan', 50), 42925);
});

test('many instances at a time', async () => {
  // Not more: this worker drops what exceeds 110 pieces of work.
  const ids = await Promise.all(Array.from({ length: 10 }, () => client.scheduleNewWorkflow('fan', 5)));
  assert.deepEqual((await Promise.all(ids.map(end))).map(output), ids.map(() => 55));
});

test('child workflows, with a given id and with a made one', async () => {
  const id = await client.scheduleNewWorkflow('parent', ['Ada'], randomUUID());
  const result = output(await end(id));
  assert.deepEqual(result.own, ['hello Ada']);
  assert.equal(result.unnamed.input, 7);
  assert.deepEqual(output(await client.getWorkflowState(`${id}-child`, true)), ['hello Ada']);
  assert.equal((await client.getWorkflowState(result.unnamed.id, true)).name, 'plain');
});

test('failures can be caught, and end a workflow that does not', async () => {
  const [activity, child] = await run('careful', 'no way');
  assert.match(activity, /no way/);
  assert.match(child, /no way/);

  const state = await end(await client.scheduleNewWorkflow('careless', 'no way'));
  assert.equal(state.runtimeStatus, FAILED);
  assert.match(state.workflowFailureDetails.getErrorMessage(), /no way/);

  for (const [workflow, name] of [['unknownActivity', /nowhere/], ['unknownWorkflow', /unknownWorkflow/]]) {
    const failed = await end(await client.scheduleNewWorkflow(workflow));
    assert.equal(failed.runtimeStatus, FAILED);
    assert.match(failed.workflowFailureDetails.getErrorMessage(), name);
  }
});

test('external events: in order, whatever the case of the name, also before they are awaited', async () => {
  const id = await client.scheduleNewWorkflow('listener');
  await client.raiseEvent(id, 'NEWS', { n: 1 });
  await client.raiseEvent(id, 'News', null);
  assert.deepEqual(output(await end(id)), [{ n: 1 }, null]);
  await assert.rejects(client.raiseEvent(randomUUID(), 'news', 1), /no such instance/);
});

test('timers fire not before their time', async () => {
  assert.ok(await run('sleeper', 1) >= 1000);
});

test('a start in the future is pending until then', async () => {
  const at = new Date(Date.now() + 3000);
  const id = await client.scheduleNewWorkflow('plain', 1, undefined, at);
  assert.equal((await client.getWorkflowState(id, false)).runtimeStatus, PENDING);
  assert.equal((await end(id)).runtimeStatus, COMPLETED);
  assert.ok(new Date() >= at);
});

test('whenAny: the event in time, or the timeout', async () => {
  const id = await client.scheduleNewWorkflow('deadline', 3600);
  assert.equal((await client.waitForWorkflowStart(id, false, seconds)).runtimeStatus, RUNNING);
  await client.raiseEvent(id, 'approval', 'granted');
  assert.equal(output(await end(id)), 'granted');
  assert.equal(await run('deadline', 0.2), 'too late');
});

test('suspend holds the workflow, resume lets it go on with what came meanwhile', async () => {
  const id = await client.scheduleNewWorkflow('listener');
  await client.waitForWorkflowStart(id, false, seconds);
  await client.suspendWorkflow(id);
  await reaches(id, SUSPENDED);
  await client.raiseEvent(id, 'news', 1);
  await client.raiseEvent(id, 'news', 2);
  // Others complete while this one does not.
  assert.equal(await run('fan', 3), 14);
  assert.equal((await client.getWorkflowState(id, false)).runtimeStatus, SUSPENDED);
  await client.resumeWorkflow(id);
  assert.deepEqual(output(await end(id)), [1, 2]);
});

test('terminate ends with the given output, and by this client not its children', async () => {
  const child = randomUUID();
  const id = await client.scheduleNewWorkflow('guardian', child);
  await reaches(child, RUNNING);
  await client.terminateWorkflow(id, { why: 'enough' });
  const state = await end(id);
  assert.equal(state.runtimeStatus, TERMINATED);
  assert.deepEqual(output(state), { why: 'enough' });
  // It leaves "recursive" unset. The child goes on, and its end changes nothing for its parent.
  for (const n of [1, 2]) await client.raiseEvent(child, 'news', n);
  assert.deepEqual(output(await end(child)), [1, 2]);
  assert.equal((await client.getWorkflowState(id, false)).runtimeStatus, TERMINATED);
});

test('continue-as-new: a new history each round, with the events not yet consumed', async () => {
  assert.equal(await run('rounds', 10), 'done');
  const id = await client.scheduleNewWorkflow('counter', { n: 4, seen: [] });
  for (const n of [1, 2, 3, 4]) await client.raiseEvent(id, 'tick', n);
  assert.deepEqual(output(await end(id)), [1, 2, 3, 4]);
});

test('large results', async () => {
  assert.equal(await run('large', 1024), 1 << 20);
});

test('purge: only what has ended, and then it is gone', async () => {
  const id = await client.scheduleNewWorkflow('listener');
  await client.waitForWorkflowStart(id, false, seconds);
  await assert.rejects(client.purgeWorkflow(id));
  assert.equal((await client.getWorkflowState(id, false)).runtimeStatus, RUNNING);
  await client.terminateWorkflow(id);
  await end(id);
  assert.equal(await client.purgeWorkflow(id), true);
  assert.equal(await client.getWorkflowState(id, true), undefined);
});

test('a worker that stops hands its workflows to the next', async () => {
  const id = await client.scheduleNewWorkflow('listener');
  await client.waitForWorkflowStart(id, false, seconds);
  await worker.stop();
  await client.raiseEvent(id, 'news', 'while nobody works');
  worker = await startWorker();
  await client.raiseEvent(id, 'news', 'after');
  assert.deepEqual(output(await end(id)), ['while nobody works', 'after']);
});
