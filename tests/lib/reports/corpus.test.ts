import { readFileSync } from 'node:fs';
import { createLogReader } from '#lib/reports/log-reader.ts';
import { readReportBody } from '#lib/reports/read-body.ts';

/*
 * What each format was read into, next to it. Lines of Dovecot 2.3 and Postfix are real, some of them changed to break
 * them; those of Dovecot 2.4 are made after its documentation.
 */

const folder = new URL('corpus/', import.meta.url);
const now = Date.parse('2026-11-25T10:00:00Z');

function read(name: string): Buffer {
  return readFileSync(new URL(name, folder));
}

function expected(name: string): unknown {
  return JSON.parse(read(`${name}.json`).toString());
}

describe('the corpus of bodies', () => {
  it.each(['api.ndjson', 'dovecot-2.3-events.ndjson', 'dovecot-2.4-events.ndjson'])('%s is read as noted', (name) => {
    expect(readReportBody(read(name), { contentType: 'application/x-ndjson', now })).toEqual(expected(name));
  });

  it.each(['dovecot-2.3-events.ndjson', 'dovecot-2.4-events.ndjson'])('%s is the same as an array', (name) => {
    const array = Buffer.from(`[${read(name).toString().trim().split('\n').join(',\n')}]\n`);
    expect(readReportBody(array, { contentType: 'application/json', now })).toEqual(expected(name));
  });
});

describe('the corpus of logs', () => {
  it.each(['dovecot-2.3-file.log', 'dovecot-2.3-syslog.log', 'postfix-3.7.log'])('%s is read as noted', (name) => {
    const readLine = createLogReader({ host: null });
    const lines = read(name).toString().trimEnd().split('\n');
    expect(lines.map((line) => readLine(line, { now, zoneOffsetMinutes: 60 }))).toEqual(expected(name));
  });
});
