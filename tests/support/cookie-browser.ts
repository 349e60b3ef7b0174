/** Answers for one origin in this process; null: ask the network. */
export type Site = (request: Request) => Promise<Response> | null;

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly text: string;
}

export interface CookieBrowser {
  /** Goes to an address and follows redirects; `stopAt` keeps one from being followed. */
  readonly open: (url: string, stopAt?: (url: URL) => boolean) => Promise<Page>;
  readonly post: (url: string, form: Readonly<Record<string, string>>, stopAt?: (url: URL) => boolean) => Promise<Page>;
  readonly cookie: (host: string, name: string) => string | undefined;
  /** The Set-Cookie headers that came so far. */
  readonly received: readonly string[];
}

const maxHops = 20;

/** As much of a browser as a sign-in needs: redirects and a cookie jar. Cookies belong to hosts, not to ports. */
export function openCookieBrowser(site: Site, address: string): CookieBrowser {
  const jars = new Map<string, Map<string, string>>();
  const received: string[] = [];
  const jarOf = (host: string): Map<string, string> => {
    const jar = jars.get(host) ?? new Map<string, string>();
    jars.set(host, jar);
    return jar;
  };

  function keep(url: URL, response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      received.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '' || /;\s*max-age=0(;|$)/i.test(line)) jarOf(url.hostname).delete(name);
      else jarOf(url.hostname).set(name, value);
    }
  }

  async function ask(url: URL, body: URLSearchParams | null): Promise<Response> {
    const cookie = [...jarOf(url.hostname)].map(([name, value]) => `${name}=${value}`).join('; ');
    const request = new Request(url, {
      method: body === null ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { 'x-forwarded-for': address, 'user-agent': 'test browser', ...(cookie === '' ? {} : { cookie }) },
      ...(body === null ? {} : { body }),
    });
    const response = await (site(request) ?? fetch(request));
    keep(url, response);
    return response;
  }

  async function go(start: string, form: URLSearchParams | null, stopAt: (url: URL) => boolean): Promise<Page> {
    let url = new URL(start);
    let body = form;
    for (let hop = 0; hop < maxHops; hop += 1) {
      const response = await ask(url, body);
      const location = response.headers.get('location');
      const text = await response.text();
      if (location === null) return { url, status: response.status, text };
      url = new URL(location, url);
      body = null;
      if (stopAt(url)) return { url, status: response.status, text };
    }
    throw new Error(`more than ${String(maxHops)} redirects, the last to ${url.href}`);
  }

  const never = (): boolean => false;
  return {
    open: (url, stopAt = never) => go(url, null, stopAt),
    post: (url, form, stopAt = never) => go(url, new URLSearchParams(form), stopAt),
    cookie: (host, name) => jarOf(host).get(name),
    received,
  };
}
