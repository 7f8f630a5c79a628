// jose verifies every kind of token and key set that the mesh and its IdP hand out.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as jose from 'jose';
import * as oidc from 'openid-client';
import { signInAtIdp } from './id-token.mjs';
import { mesh, sam } from './mesh.mjs';

const idpKeys = jose.createRemoteJWKSet(new URL(`${mesh.idp}/jwks`));
const asKeys = jose.createRemoteJWKSet(new URL(`${mesh.as}/jwks`));

async function idJag() {
  const { config, tokens } = await signInAtIdp(sam);
  const grant = await oidc.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: mesh.as, resource: `${mesh.gateway}/mcp`, scope: 'logs.read incidents.trigger',
    subject_token: tokens.id_token, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  });
  return grant.access_token;
}

const redeem = assertion => fetch(`${mesh.as}/token`, {
  method: 'POST',
  headers: { authorization: `Basic ${btoa(`ema-agent:${mesh.emaSecret}`)}` },
  body: new URLSearchParams({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion }),
});

test('key sets hold public ES256 keys and nothing private', async () => {
  for (const base of [mesh.idp, mesh.as]) {
    const { keys } = await (await fetch(`${base}/jwks`)).json();
    assert.ok(keys.length > 0);
    for (const key of keys) {
      assert.equal('d' in key, false);
      assert.ok(key.kid);
      await jose.importJWK(key, key.alg);
    }
  }
});

test('ID token', async () => {
  const { tokens } = await signInAtIdp(sam);
  const { payload, protectedHeader } = await jose.jwtVerify(tokens.id_token, idpKeys, { issuer: mesh.idp, audience: 'ema-agent-idp' });
  assert.equal(protectedHeader.alg, 'ES256');
  assert.equal(payload.sub, 'u-sam');
});

test('ID-JAG', async () => {
  const { payload } = await jose.jwtVerify(await idJag(), idpKeys, { issuer: mesh.idp, audience: mesh.as, typ: 'oauth-id-jag+jwt' });
  assert.equal(payload.client_id, 'ema-agent');
  assert.equal(payload.resource, `${mesh.gateway}/mcp`);
  assert.ok(payload.jti);
});

test('mesh access token: one audience, the actor, the grant it came from', async () => {
  const grant = await idJag();
  const response = await redeem(grant);
  assert.equal(response.status, 200, await response.clone().text());
  const tokens = await response.json();
  assert.equal(tokens.refresh_token, undefined);
  const { payload } = await jose.jwtVerify(tokens.access_token, asKeys, { issuer: mesh.as, audience: `${mesh.gateway}/mcp`, typ: 'at+jwt' });
  assert.deepEqual(payload.grant, { iss: mesh.idp, jti: jose.decodeJwt(grant).jti });
  assert.deepEqual(payload.act, { sub: 'ema-agent' });
  assert.ok(payload.txn && payload.exp - payload.iat <= 600);
});

test('an ID-JAG is good for one redemption only', async () => {
  const grant = await idJag();
  assert.equal((await redeem(grant)).status, 200);
  const second = await redeem(grant);
  assert.equal(second.status, 400);
  assert.equal((await second.json()).error, 'invalid_grant');
});

test('alg none and a foreign key are refused by the mesh AS', async () => {
  const claims = jose.decodeJwt(await idJag());
  const none = `${jose.base64url.encode(JSON.stringify({ alg: 'none', typ: 'oauth-id-jag+jwt' }))}.${jose.base64url.encode(JSON.stringify(claims))}.`;
  const { privateKey } = await jose.generateKeyPair('ES256');
  const foreign = await new jose.SignJWT({ ...claims, jti: crypto.randomUUID() }).setProtectedHeader({ alg: 'ES256', typ: 'oauth-id-jag+jwt' }).sign(privateKey);
  for (const assertion of [none, foreign]) {
    const response = await redeem(assertion);
    assert.equal(response.status, 400);
    assert.equal((await response.json()).error, 'invalid_grant');
  }
});
