import * as oidc from 'openid-client';
import { Browser } from './browser.mjs';
import { mesh } from './mesh.mjs';

export const redirectUri = 'http://127.0.0.1:33419/callback';

/** openid-client's configuration of the agent at the development IdP. Loopback has no TLS. */
export const discover = () => oidc.discovery(new URL(mesh.idp), 'ema-agent-idp', undefined, oidc.ClientSecretBasic(mesh.emaIdpSecret), {
  execute: [oidc.allowInsecureRequests],
});

/** Signs a person in at the IdP; resolves to openid-client's token response. */
export async function signInAtIdp([username, password], scope = 'openid profile email groups') {
  const config = await discover();
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri, scope, state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  });
  const landed = await new Browser(username, password).visit(url, redirectUri);
  return { config, tokens: await oidc.authorizationCodeGrant(config, landed, { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce }) };
}

export const idToken = async user => (await signInAtIdp(user)).tokens.id_token;
