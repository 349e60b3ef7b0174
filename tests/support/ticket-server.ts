import { z } from 'zod';
import { startWebServer, type WebServer } from './web-server.ts';

/*
 * The parts of the REST interfaces of Zammad, Jira and ServiceNow that a connector needs, over HTTP, with tickets in
 * memory: none of the three can be run here.
 */

export interface TestTicket {
  readonly key: string;
  /** What the connector finds it by: title, label or correlation. */
  readonly mark: string;
  readonly fields: Readonly<Record<string, unknown>>;
  state: string;
  readonly notes: string[];
}

export interface TicketServer {
  readonly url: string;
  readonly tickets: readonly TestTicket[];
  readonly server: WebServer;
}

const object = z.record(z.string(), z.unknown());
const article = z.object({ body: z.string() });

/** Starts it on a free port of 127.0.0.1. `fail` may answer a request with this status instead. */
export async function startTicketServer(fail: () => number | null = () => null): Promise<TicketServer> {
  const tickets: TestTicket[] = [];
  const make = (ticket: Pick<TestTicket, 'key' | 'mark' | 'fields' | 'state'>): TestTicket => {
    const made = { ...ticket, notes: [] };
    tickets.push(made);
    return made;
  };
  const find = (key: string | undefined) => tickets.find((ticket) => ticket.key === key);
  const numbered = (prefix: string, first: number) => `${prefix}${String(first + tickets.length)}`;

  const zammad = (method: string, url: URL, body: Readonly<Record<string, unknown>>): unknown => {
    const note = article.safeParse(body['article']);
    if (url.pathname === '/api/v1/tickets/search') {
      const wanted = /"(.+)"/.exec(url.searchParams.get('query') ?? '')?.[1] ?? '';
      return tickets.filter(({ mark }) => mark.includes(wanted)).map(({ key }) => ({ id: Number(key) }));
    }
    if (method === 'POST') {
      const made = make({ key: numbered('', 4711), mark: String(body['title']), fields: body, state: 'new' });
      return { id: Number(made.key) };
    }
    const ticket = find(url.pathname.split('/')[4]);
    if (ticket === undefined) return undefined;
    if (method === 'PUT' && note.success) ticket.notes.push(note.data.body);
    if (method === 'PUT' && typeof body['state'] === 'string') ticket.state = body['state'];
    return { id: Number(ticket.key), state: ticket.state };
  };
  const jira = (method: string, url: URL, body: Readonly<Record<string, unknown>>): unknown => {
    const [, , , , kind, key, part] = url.pathname.split('/');
    if (kind === 'search') {
      const wanted = /"(.+)"/.exec(url.searchParams.get('jql') ?? '')?.[1] ?? '';
      return { issues: tickets.filter(({ mark }) => mark === wanted) };
    }
    if (key === undefined) {
      const fields = object.parse(body['fields']);
      const label = z.array(z.string()).parse(fields['labels'])[1] ?? '';
      return make({ key: numbered('OPS-', 1), mark: label, fields, state: 'To Do' });
    }
    const ticket = find(key);
    if (ticket === undefined) return undefined;
    if (part === 'comment') ticket.notes.push(String(body['body']));
    if (part === 'transitions' && method === 'POST') {
      ticket.state = z.object({ id: z.string() }).parse(body['transition']).id === '31' ? 'Done' : 'To Do';
    }
    const transitions = [
      { id: '11', to: { statusCategory: { key: 'new' } } },
      { id: '31', to: { statusCategory: { key: 'done' } } },
    ];
    const category = ticket.state === 'Done' ? 'done' : 'new';
    return { transitions, fields: { status: { name: ticket.state, statusCategory: { key: category } } } };
  };
  const servicenow = (method: string, url: URL, body: Readonly<Record<string, unknown>>): unknown => {
    const key = url.pathname.split('/')[5];
    if (key === undefined && method === 'GET') {
      const wanted = (url.searchParams.get('sysparm_query') ?? '').replace('correlation_id=', '');
      return { result: tickets.filter(({ mark }) => mark === wanted).map((ticket) => ({ sys_id: ticket.key })) };
    }
    if (key === undefined) {
      const sysId = tickets.length.toString(16).padStart(32, 'a');
      return {
        result: { sys_id: make({ key: sysId, mark: String(body['correlation_id']), fields: body, state: '1' }).key },
      };
    }
    const ticket = find(key);
    if (ticket === undefined) return undefined;
    const note = body['work_notes'] ?? body['close_notes'];
    if (typeof note === 'string') ticket.notes.push(note);
    if (typeof body['state'] === 'string') ticket.state = body['state'];
    return { result: { sys_id: key, state: ticket.state } };
  };

  const server = await startWebServer((request, response) => {
    const url = new URL(`http://${request.path}`);
    const body = request.body === '' ? {} : object.parse(JSON.parse(request.body));
    const failure = fail();
    const system = url.pathname.startsWith('/rest/')
      ? jira
      : url.pathname.startsWith('/api/now/')
        ? servicenow
        : zammad;
    const answer = failure === null ? system(request.method, url, body) : undefined;
    response.writeHead(failure ?? (answer === undefined ? 404 : 200), { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  }, null);
  return { url: `http://127.0.0.1:${server.port}`, tickets, server };
}
