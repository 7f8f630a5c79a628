// A person at a browser, without the screen: follows redirects, keeps cookies, fills in the login form that the identity provider shows.

const unescape = text => text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_, name) =>
  ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" })[name]);

export class Browser {
  #cookies = new Map();

  constructor(username, password) {
    this.username = username;
    this.password = password;
  }

  /** Visits a URL and signs in where asked; resolves to the URL on `redirectUri` that the visit ended at. */
  async visit(url, redirectUri) {
    const end = new URL(redirectUri);
    let request = { url: new URL(url), method: 'GET', body: undefined };
    for (let step = 0, filledIn = false; step < 20; step++) {
      const response = await fetch(request.url, {
        method: request.method,
        body: request.body,
        redirect: 'manual',
        headers: { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      for (const cookie of response.headers.getSetCookie()) {
        const [pair] = cookie.split(';');
        this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
      }

      const location = response.headers.get('location');
      if (location) {
        const next = new URL(location, request.url);
        if (next.origin === end.origin && next.pathname === end.pathname) return next;
        request = { url: next, method: 'GET', body: undefined };
        continue;
      }

      const page = await response.text();
      const form = /<form[^>]*\baction="([^"]*)"/i.exec(page);
      if (!form || filledIn || !response.ok)
        throw new Error(`${request.url.pathname} answered ${response.status}: ${page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 300)}`);
      request = { url: new URL(unescape(form[1]), request.url), method: 'POST', body: new URLSearchParams(this.#fields(page)) };
      filledIn = true;
    }
    throw new Error('the sign-in did not end within 20 steps');
  }

  #fields(page) {
    const fields = {};
    for (const [input] of page.matchAll(/<input[^>]*>/gi)) {
      const attribute = name => unescape(new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(input)?.[1] ?? '');
      if (!attribute('name')) continue;
      const type = attribute('type');
      fields[attribute('name')] = type === 'password' ? this.password : type === 'hidden' ? attribute('value') : this.username;
    }
    return fields;
  }
}
