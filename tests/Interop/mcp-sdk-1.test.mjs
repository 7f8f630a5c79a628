// @modelcontextprotocol/sdk 1.x: the legacy era, initialize and sessions.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { dana, mesh, sam } from './mesh.mjs';
import { UserProvider } from './provider.mjs';

async function signIn(user, path = '/mcp') {
  const provider = new UserProvider(user);
  const url = new URL(path, mesh.gateway);
  const first = new StreamableHTTPClientTransport(url, { authProvider: provider });
  await assert.rejects(new Client({ name: 'interop', version: '1.0.0' }).connect(first), UnauthorizedError);
  assert.equal(provider.landed.searchParams.get('state'), provider.lastState);
  await first.finishAuth(provider.landed.searchParams.get('code'));
  const client = new Client({ name: 'interop', version: '1.0.0' });
  const transport = new StreamableHTTPClientTransport(url, { authProvider: provider });
  await client.connect(transport);
  return { client, transport };
}

test('1.x SDK signs in, initializes and is given a session', async t => {
  const { client, transport } = await signIn(dana);
  t.after(() => client.close());
  assert.equal(transport.protocolVersion, '2025-11-25');
  assert.match(transport.sessionId, /^[\x21-\x7e]+$/);
  assert.equal(client.getServerVersion().name.length > 0, true);
});

test('1.x SDK lists and calls tools within the session', async t => {
  const { client } = await signIn(dana);
  t.after(() => client.close());
  const { tools } = await client.listTools();
  assert.ok(tools.some(tool => tool.name === 'logs.read'));
  const result = await client.callTool({ name: 'logs.read', arguments: { limit: 2 } });
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
});

test('1.x SDK pings and gets the denial with its reason', async t => {
  const { client } = await signIn(dana);
  t.after(() => client.close());
  await client.ping();
  await assert.rejects(
    client.callTool({ name: 'incidents.trigger', arguments: { title: 'x', severity: 'low', service: 'checkout', description: 'x' } }),
    error => error.code === 4030);
});

test('1.x SDK ends its session and is told so afterwards', async () => {
  const { client, transport } = await signIn(sam);
  await transport.terminateSession();
  assert.equal(transport.sessionId, undefined);
  await client.close();
});
