import { Browser } from './browser.mjs';

/** What an MCP host keeps for its client: works with the 1.x and the 2.x SDK, which ask for the same members. */
export class UserProvider {
  #tokens;
  #verifier;
  #discovery;
  redirectUrl = 'http://127.0.0.1:33418/callback';
  clientMetadata = { client_name: 'interop', redirect_uris: [this.redirectUrl], grant_types: ['authorization_code', 'refresh_token'] };

  constructor([username, password]) {
    this.browser = new Browser(username, password);
  }

  state() { return (this.lastState = crypto.randomUUID()); }
  clientInformation(context) { return { client_id: 'sample-agent', ...(context?.issuer ? { issuer: context.issuer } : {}) }; }
  saveClientInformation() {}
  tokens() { return this.#tokens; }
  saveTokens(tokens) { this.#tokens = tokens; }
  saveCodeVerifier(verifier) { this.#verifier = verifier; }
  codeVerifier() { return this.#verifier; }
  saveDiscoveryState(state) { this.#discovery = state; }
  discoveryState() { return this.#discovery; }
  async redirectToAuthorization(url) { this.landed = await this.browser.visit(url, this.redirectUrl); }
}
