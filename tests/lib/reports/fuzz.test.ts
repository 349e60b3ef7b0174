import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { createLogReader } from '#lib/reports/log-reader.ts';
import { readReportBody } from '#lib/reports/read-body.ts';

const now = Date.parse('2026-11-25T10:00:00Z');
const folder = new URL('corpus/', import.meta.url);
const lines = (name: string): readonly string[] => readFileSync(new URL(name, folder), 'utf8').trimEnd().split('\n');

const bodies = ['api.ndjson', 'dovecot-2.3-events.ndjson', 'dovecot-2.4-events.ndjson'].flatMap(lines);
const logs = ['dovecot-2.3-file.log', 'dovecot-2.3-syslog.log', 'postfix-3.7.log'].flatMap(lines);

/** A real line with some of its octets replaced, left out or put in. */
function damaged(from: readonly string[]): fc.Arbitrary<Buffer> {
  const cut = fc.record({ at: fc.nat(600), length: fc.nat(8), octets: fc.uint8Array({ maxLength: 8 }) });
  return fc.record({ line: fc.constantFrom(...from), cuts: fc.array(cut, { maxLength: 4 }) }).map(({ line, cuts }) => {
    let octets = Buffer.from(line);
    for (const { at, length, octets: put } of cuts) {
      octets = Buffer.concat([octets.subarray(0, at), put, octets.subarray(at + length)]);
    }
    return octets;
  });
}

describe('what strangers send', () => {
  it('never throws as a body, and nothing is both taken and refused', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }).map((octets) => Buffer.from(octets)),
      fc.json({ maxDepth: 20 }).map((text) => Buffer.from(text)),
      fc
        .array(damaged(bodies), { maxLength: 4 })
        .map((parts) => Buffer.concat(parts.flatMap((part) => [part, Buffer.from('\n')]))),
    );
    fc.assert(
      fc.property(body, (octets) => {
        const { reports, rejected } = readReportBody(octets, { contentType: '', now });
        const indexes = [...reports, ...rejected].map(({ index }) => index);
        expect(new Set(indexes).size).toBe(indexes.length);
        for (const { report } of reports) {
          expect(report.client?.name.length ?? 0).toBeLessThanOrEqual(64);
          expect(report.client?.version.length ?? 0).toBeLessThanOrEqual(32);
          const { latched, supported, failed } = report.latches ?? { latched: [], supported: [], failed: [] };
          const tags = [...latched, ...supported, ...failed];
          expect(tags.filter((tag) => !/^[a-z][a-z0-9_-]{0,63}$/.test(tag))).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('never throws as a line of a log', () => {
    const readLine = createLogReader({ host: 'mail.example.org' });
    const line = fc.oneof(
      fc.string({ maxLength: 400 }),
      damaged(logs).map((octets) => octets.toString()),
    );
    fc.assert(
      fc.property(line, (text) => {
        const outcome = readLine(text, { now, zoneOffsetMinutes: 0 });
        expect(['nothing', 'report', 'rejected']).toContain(outcome.kind);
      }),
      { numRuns: 3000 },
    );
  });

  it('cannot name another connection than the one that Dovecot names', () => {
    const readLine = createLogReader({ host: null });
    const value = fc.array(
      fc.constantFrom(
        ': user=<',
        'evil',
        '>',
        '<',
        ', ',
        'rip=9.9.9.9',
        'session=<evil>',
        'lip=9.9.9.9',
        '=',
        'latch=',
        'TLS',
        ': ',
        'x',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(value, (parts) => {
        const tail = ': user=<>, rip=192.0.2.9, lip=192.0.2.1, TLS, session=<real>';
        const outcome = readLine(`2026-11-25T09:00:00Z imap-login: Info: ID sent: name=${parts.join('')}${tail}`, {
          now,
          zoneOffsetMinutes: 0,
        });
        if (outcome.kind !== 'report') return;
        const { clientAddress, session, server, account, isLogin } = outcome.report;
        expect({ clientAddress, session, address: server.address, account, isLogin }).toEqual({
          clientAddress: '192.0.2.9',
          session: 'real',
          address: '192.0.2.1',
          account: { kind: 'none' },
          isLogin: false,
        });
      }),
      { numRuns: 3000 },
    );
  });
});
