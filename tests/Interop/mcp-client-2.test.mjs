// @modelcontextprotocol/client 2.x, the stable line for MCP 2026-07-28.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, CrossAppAccessProvider, StreamableHTTPClientTransport, UnauthorizedError, discoverAndRequestJwtAuthGrant } from '@modelcontextprotocol/client';
import { dana, mesh, sam } from './mesh.mjs';
import { UserProvider } from './provider.mjs';
import { idToken } from './id-token.mjs';

async function signIn(user, path = '/mcp') {
  const provider = new UserProvider(user);
  const url = new URL(path, mesh.gateway);
  const first = new StreamableHTTPClientTransport(url, { authProvider: provider });
  await assert.rejects(new Client({ name: 'interop', version: '1.0.0' }).connect(first), UnauthorizedError);
  assert.equal(provider.landed.searchParams.get('state'), provider.lastState);
  await first.finishAuth(provider.landed.searchParams);
  const client = new Client({ name: 'interop', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(url, { authProvider: provider }));
  return client;
}

test('2.x client signs in by authorization code and lists only what the role allows', async t => {
  const client = await signIn(dana);
  t.after(() => client.close());
  const { tools } = await client.listTools();
  const names = tools.map(tool => tool.name).sort();
  assert.deepEqual(names, ['analytics.query', 'cost.query', 'incidents.get', 'logs.read']);
});

test('2.x client negotiates revision 2026-07-28', async t => {
  const client = await signIn(dana);
  t.after(() => client.close());
  assert.equal(client.getNegotiatedProtocolVersion?.() ?? client.getProtocolVersion?.(), '2026-07-28');
});

test('2.x client calls a tool and gets its result', async t => {
  const client = await signIn(dana);
  t.after(() => client.close());
  const result = await client.callTool({ name: 'logs.read', arguments: { limit: 3 } });
  assert.notEqual(result.isError, true, JSON.stringify(result.content));
  assert.ok(result.content.length > 0);
});

test('2.x client gets the reason when the policy denies', async t => {
  const client = await signIn(dana);
  t.after(() => client.close());
  await assert.rejects(
    client.callTool({ name: 'incidents.trigger', arguments: { title: 'x', severity: 'low', service: 'checkout', description: 'x' } }),
    error => { assert.equal(error.code, 4030); assert.match(error.message, /incidents\.trigger/); return true; });
});

test('2.x client uses one server under its own path with unprefixed names', async t => {
  const client = await signIn(sam, '/mcp/logs');
  t.after(() => client.close());
  const { tools } = await client.listTools();
  assert.deepEqual(tools.map(tool => tool.name).sort(), ['debug.write', 'read']);
});

test('2.x client reads resources and prompts of federated servers', async t => {
  const client = await signIn(sam);
  t.after(() => client.close());
  const { resources } = await client.listResources();
  assert.ok(resources.length > 0, 'no resource is listed');
  const schema = resources.find(resource => /schema/.test(resource.uri));
  const { contents } = await client.readResource({ uri: schema.uri });
  assert.ok(contents[0].text.length > 0);
});

function crossAppAccess(token) {
  return new CrossAppAccessProvider({
    clientId: 'ema-agent',
    clientSecret: mesh.emaSecret,
    expectedIssuer: mesh.as,
    assertion: async context => (await discoverAndRequestJwtAuthGrant({
      idpUrl: mesh.idp,
      audience: context.authorizationServerUrl.replace(/\/$/, ''),
      resource: context.resourceUrl,
      idToken: token,
      clientId: 'ema-agent-idp',
      clientSecret: mesh.emaIdpSecret,
      scope: context.scope,
      fetchFn: context.fetchFn,
    })).jwtAuthGrant,
  });
}

test('2.x CrossAppAccessProvider: Enterprise-Managed Authorization without any redirect to the mesh AS', async t => {
  const client = new Client({ name: 'ema', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', mesh.gateway), { authProvider: crossAppAccess(await idToken(sam)) }));
  t.after(() => client.close());
  assert.ok(client.getServerCapabilities());
});
