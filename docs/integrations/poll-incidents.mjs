#!/usr/bin/env node
/*
 * Turns Latchwatch's incidents into tickets, and tells Latchwatch how the tickets stand. Node 20 or newer, nothing
 * else. See poller.md.
 *
 *   LATCHWATCH_URL=https://watch.example.org LATCHWATCH_TOKEN=lw_… \
 *   TICKET_SYSTEM=zammad TICKET_URL=https://tickets.example.org TICKET_TOKEN=… \
 *   node poll-incidents.mjs [--once]
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { ticketSystems } from './ticket-systems.mjs';

const env = process.env;
const once = process.argv.includes('--once');
const intervalMs = Number(env.POLL_SECONDS ?? 15) * 1000;
const stateFile = env.STATE_FILE ?? './latchwatch-poller.json';
const systemName = env.TICKET_SYSTEM ?? 'zammad';
const longestBackOffMs = 5 * 60_000;

const say = (text) => console.log(`${new Date().toISOString()} ${text}`);

/** An answer that is no success. `retryMs`: when the other side wants to be asked again. */
class HttpError extends Error {
  constructor({ method, url, status, text, retryMs }) {
    super(`${method} ${url.pathname} answered ${status}: ${text.slice(0, 300)}`);
    this.status = status;
    this.retryMs = retryMs;
  }
}

/** Retry-After (RFC 9110 section 10.2.3) in milliseconds: seconds or a date. */
function retryAfterMs(headers) {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : null;
}

async function send({ method, url, headers, body }) {
  const response = await fetch(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  if (!response.ok && response.status !== 304) {
    throw new HttpError({ method, url, status: response.status, text, retryMs: retryAfterMs(response.headers) });
  }
  return { status: response.status, headers: response.headers, json: text === '' ? null : JSON.parse(text) };
}

const base = new URL('/api/v1/', env.LATCHWATCH_URL);
const watch = (method, path, { body, headers = {} } = {}) =>
  send({
    method,
    url: new URL(path, base),
    headers: { authorization: `Bearer ${env.LATCHWATCH_TOKEN}`, ...headers },
    body,
  });

const ticketUrl = (env.TICKET_URL ?? '').replace(/\/$/, '');
const tickets = ticketSystems[systemName]({
  url: ticketUrl,
  settings: JSON.parse(env.TICKET_SETTINGS ?? '{}'),
  call: async (method, path, body) => {
    const headers = { authorization: tickets.authorization(env.TICKET_TOKEN ?? '') };
    return (await send({ method, url: new URL(ticketUrl + path), headers, body })).json;
  },
});

/** What is remembered: where we are in the feed, and the tickets of incidents that are not over. */
let state = { cursor: null, etag: null, actor: null, tickets: {} };

/** Written whole or not at all: a crash in the middle leaves the old one. */
async function remember() {
  await writeFile(`${stateFile}.new`, JSON.stringify(state, null, 1));
  await rename(`${stateFile}.new`, stateFile);
}

/** One incident; null where it is deleted. */
async function readIncident(id) {
  try {
    return (await watch('GET', `incidents/${id}`)).json;
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

async function tellLatchwatch(incident, key, status) {
  const path = `incidents/${incident.id}/external-refs/${systemName}`;
  const { json } = await watch('PUT', path, { body: { key, url: tickets.urlOf(key), status } });
  // The name that our token goes by: what we did ourselves comes back as events.
  state.actor = json.external_refs.find(({ system }) => system === systemName)?.updated_by ?? state.actor;
  state.tickets[incident.id] = { key, status };
}

/**
 * The ticket of an incident. Where we do not know it, it is looked for before it is made: we may have been killed
 * between making it and writing it down.
 */
async function ticketOf(incident) {
  const known = incident.external_refs.find(({ system }) => system === systemName);
  if (known !== undefined) {
    state.tickets[incident.id] ??= { key: known.key, status: known.status };
    return known.key;
  }
  const found = await tickets.find(incident);
  const key = found ?? (await tickets.create(incident));
  say(`${incident.id} ${found === null ? 'made' : 'found'} ticket ${key}: ${incident.title}`);
  await tellLatchwatch(incident, key, 'open');
  return key;
}

async function closeTicket(incident, text) {
  const key = await ticketOf(incident);
  if (state.tickets[incident.id]?.status !== 'closed') await tickets.close(key, text);
  await tellLatchwatch(incident, key, 'closed');
  delete state.tickets[incident.id];
  say(`${incident.id} closed ticket ${key}`);
}

/** Brings the ticket of one incident up to date after an event. */
async function follow(event) {
  const incident = await readIncident(event.incident_id);
  if (incident === null) return;
  const by = event.actor === 'latchwatch' ? '' : ` by ${event.actor}`;
  switch (event.kind) {
    case 'opened': {
      const key = await ticketOf(incident);
      if (state.tickets[incident.id]?.status !== 'closed') return;
      await tickets.reopen(key, 'It is back.');
      await tellLatchwatch(incident, key, 'open');
      say(`${incident.id} opened ticket ${key} again`);
      return;
    }
    case 'resolved':
      await closeTicket(incident, `Over: ${event.data.resolution ?? 'probes see it gone'}.`);
      return;
    case 'commented':
      if (event.actor === state.actor) return;
      await tickets.comment(await ticketOf(incident), `Comment${by}: ${event.data.text}`);
      break;
    case 'ticket':
      // What we said ourselves comes back; a reminder is for the people who closed the ticket.
      if (event.data.reminder !== true || event.data.system !== systemName) return;
      await tickets.comment(await ticketOf(incident), `The incident is not over: ${incident.url}`);
      break;
    default:
      await tickets.comment(await ticketOf(incident), `${event.kind}${by}, severity ${event.severity}`);
  }
  say(`${incident.id} noted "${event.kind}" in ticket ${state.tickets[incident.id]?.key}`);
}

/** For the first run, and where the cursor is no good any more: everything that is open gets its ticket. */
async function synchronize() {
  // The end first: what happens while the list is read comes again as events, and finds its ticket.
  const end = (await watch('GET', 'incident-events?after=end')).json.next_cursor;
  let cursor = '';
  for (;;) {
    const { json } = await watch('GET', `incidents?state=open,acknowledged&limit=200${cursor}`);
    for (const incident of json.data) await ticketOf(incident);
    if (!json.has_more) break;
    cursor = `&cursor=${encodeURIComponent(json.next_cursor)}`;
  }
  for (const id of Object.keys(state.tickets)) {
    const incident = await readIncident(id);
    if (incident === null) delete state.tickets[id];
    else if (incident.state === 'resolved') await closeTicket(incident, 'Over.');
  }
  state = { ...state, cursor: end, etag: null };
  await remember();
  say('synchronized with the list of open incidents');
}

/** Reads the feed to its end. The cursor is kept after each event: one that fails comes again, none is skipped. */
async function readEvents() {
  for (;;) {
    const path = `incident-events?after=${encodeURIComponent(state.cursor)}&limit=200`;
    const answer = await watch('GET', path, state.etag === null ? {} : { headers: { 'if-none-match': state.etag } });
    if (answer.status === 304) return;
    for (const event of answer.json.data) {
      await follow(event);
      state = { ...state, cursor: event.cursor, etag: null };
      await remember();
    }
    const moved = answer.json.next_cursor !== state.cursor;
    state = { ...state, cursor: answer.json.next_cursor, etag: moved ? null : answer.headers.get('etag') };
    await remember();
    if (!answer.json.has_more) return;
  }
}

/** Tells Latchwatch what people did to the tickets. Closing one resolves nothing: only probes do. */
async function readTickets() {
  for (const [id, { key, status }] of Object.entries(state.tickets)) {
    const now = await tickets.status(key);
    const word = now.closed ? 'closed' : now.word;
    if (word === status) continue;
    await tellLatchwatch({ id }, key, word);
    if (now.closed) {
      await watch('POST', `incidents/${id}/comments`, {
        body: { text: `Ticket ${key} was closed in ${systemName}.` },
        // Killed and started again, we say it once.
        headers: { 'idempotency-key': `closed-${systemName}-${key}-${id}` },
      });
    }
    say(`${id} ticket ${key} is ${word} now`);
    await remember();
  }
}

async function round() {
  if (state.cursor === null) await synchronize();
  try {
    await readEvents();
  } catch (error) {
    if (error.status !== 410) throw error;
    say('the cursor has expired');
    state = { ...state, cursor: null, etag: null };
    await synchronize();
  }
  await readTickets();
}

async function run() {
  try {
    state = { ...state, ...JSON.parse(await readFile(stateFile, 'utf8')) };
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
  let failures = 0;
  for (;;) {
    let waitMs = intervalMs;
    try {
      await round();
      failures = 0;
      if (once) return;
    } catch (error) {
      // A token that opens nothing will not open more next time.
      if (error.status === 401 || error.status === 403) throw error;
      failures += 1;
      const backOffMs = Math.min(longestBackOffMs, 1000 * 2 ** failures) * (0.5 + Math.random() / 2);
      waitMs = error.retryMs ?? (once && failures > 5 ? null : backOffMs);
      say(`${error.message}; again in ${waitMs === null ? 'no' : Math.ceil(waitMs / 1000)} s`);
      if (waitMs === null) throw error;
    }
    await delay(waitMs);
  }
}

try {
  await run();
} catch (error) {
  say(`stopped: ${error.message}`);
  process.exitCode = 1;
}
