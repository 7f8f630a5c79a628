// openid-client, a certified relying party, against the development IdP and the mesh AS.
import assert from 'node:assert/strict';
import test from 'node:test';
import * as oidc from 'openid-client';
import { Browser } from './browser.mjs';
import { signInAtIdp } from './id-token.mjs';
import { dana, mesh, sam } from './mesh.mjs';

test('openid-client signs in at the IdP and validates the ID token', async () => {
  const { tokens } = await signInAtIdp(sam);
  const claims = tokens.claims();
  assert.equal(claims.iss, mesh.idp);
  assert.equal(claims.sub, 'u-sam');
  assert.deepEqual(claims.groups, ['site-reliability']);
});

test('openid-client refreshes at the IdP and the old refresh token is dead', async () => {
  const { config, tokens } = await signInAtIdp(sam, 'openid offline_access');
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.refresh_token, tokens.refresh_token);
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), error => error.error === 'invalid_grant');
});

test('openid-client reads userinfo at the IdP', async () => {
  const { config, tokens } = await signInAtIdp(dana, 'openid profile email');
  const info = await oidc.fetchUserInfo(config, tokens.access_token, 'u-dana');
  assert.equal(info.email, 'dana@shop.example');
});

test('openid-client exchanges the ID token for an ID-JAG at the IdP', async () => {
  const { config, tokens } = await signInAtIdp(sam);
  const grant = await oidc.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: mesh.as, resource: `${mesh.gateway}/mcp`, scope: 'logs.read',
    subject_token: tokens.id_token, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  });
  assert.equal(grant.issued_token_type, 'urn:ietf:params:oauth:token-type:id-jag');
  assert.equal(grant.token_type.toLowerCase(), 'n_a');
});

test('the IdP refuses an ID-JAG for a resource that is not on the administrator\'s list', async () => {
  const { config, tokens } = await signInAtIdp(sam);
  await assert.rejects(oidc.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    requested_token_type: 'urn:ietf:params:oauth:token-type:id-jag',
    audience: mesh.as, resource: 'https://elsewhere.example/mcp', scope: 'logs.read',
    subject_token: tokens.id_token, subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  }), error => error.error === 'invalid_target');
});

test('openid-client signs in at the mesh AS and refreshes with rotation', async () => {
  const config = await oidc.discovery(new URL(mesh.as), 'sample-agent', undefined, oidc.None(), {
    algorithm: 'oauth2', execute: [oidc.allowInsecureRequests],
  });
  assert.ok(config.serverMetadata().grant_types_supported.includes('urn:ietf:params:oauth:grant-type:jwt-bearer'));
  const redirectUri = 'http://127.0.0.1:33420/callback';
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope: 'logs.read', state, resource: `${mesh.gateway}/mcp`,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  const landed = await new Browser(...dana).visit(url, redirectUri);
  const tokens = await oidc.authorizationCodeGrant(config, landed, { pkceCodeVerifier: verifier, expectedState: state });
  assert.equal(tokens.scope, 'logs.read');
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.access_token, tokens.access_token);
  await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), error => error.error === 'invalid_grant');
});
