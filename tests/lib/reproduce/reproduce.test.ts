import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { findCheck } from '#lib/checks/find-check.ts';
import { allFindings } from '#lib/checks/registry.ts';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { serviceTable } from '#lib/model/endpoint.ts';
import type { Subject } from '#lib/model/finding.ts';
import { exampleSubject } from '#lib/reproduce/example-subject.ts';
import { domainRecipes, endpointRecipes, zoneRecipes } from '#lib/reproduce/recipes.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';

const codes = allFindings.map(({ code }) => code);
const endpoint: EndpointTarget = { service: 'imap', tlsMode: 'starttls', host: 'mail.example.org', port: 143 };

describe('every code', () => {
  it.each(codes)('%s has a way of its own to be seen', (code) => {
    const check = findCheck(code);
    const recipes = { ...endpointRecipes, ...domainRecipes, ...zoneRecipes };
    expect(recipes[code] ?? recipes[check?.id ?? '']).toBeDefined();
    const commands = reproduce({ code, subject: exampleSubject(code), params: {} });
    expect(commands.length).toBeGreaterThan(0);
    expect(spawnSync('sh', ['-n', '-c', commands.join('\n')]).status).toBe(0);
  });

  it('belongs to a check or a code that there is', () => {
    const known = new Set([...codes, ...codes.map((code) => findCheck(code)?.id)]);
    const recipes = { ...endpointRecipes, ...domainRecipes, ...zoneRecipes };
    expect(Object.keys(recipes).filter((key) => !known.has(key))).toEqual([]);
  });
});

describe('commands', () => {
  it('name the address, the host and the way TLS begins', () => {
    const at = (address: string | null) =>
      reproduce({ code: 'certificate-expiry', subject: { kind: 'endpoint', endpoint, address }, params: {} })[0];
    expect(at('192.0.2.1')).toBe(
      'openssl s_client -connect 192.0.2.1:143 -starttls imap -servername mail.example.org -showcerts ' +
        '-verify_return_error -verify_hostname mail.example.org </dev/null',
    );
    expect(at('2001:db8::1')).toContain("-connect '[2001:db8::1]:143'");
    expect(at(null)).toContain('-connect mail.example.org:143');
  });

  it('ask for the DEEP status in the protocol of the service', () => {
    const deep = (service: EndpointTarget['service']) =>
      reproduce({
        code: 'deep-not-offered',
        subject: { kind: 'endpoint', endpoint: { ...endpoint, service }, address: null },
        params: {},
      }).join('\n');
    expect(deep('imap')).toContain('b ID ("name" "latchwatch")');
    expect(deep('pop3')).toContain('CAPA');
    expect(deep('submission')).toContain('EHLO latchwatch.invalid');
  });

  it('are none for a code that this version does not know', () => {
    expect(reproduce({ code: 'from-the-future', subject: { kind: 'zone', zone: 'example.org' }, params: {} })).toEqual(
      [],
    );
  });

  it('fetch nothing but https', () => {
    const subject: Subject = { kind: 'endpoint', endpoint, address: null };
    const code = codes.find((known) => findCheck(known)?.id === 'status-url');
    if (code === undefined) throw new Error('no code of status-url');
    const fetched = (url: string) => reproduce({ code, subject, params: { faults: [`${url}: no answer`] } }).join('\n');
    expect(fetched('https://status.example.org/$(id)')).toContain("--url 'https://status.example.org/$(id)'");
    expect(fetched('file:///etc/passwd')).not.toContain('passwd');
    expect(fetched('-o /etc/passwd')).not.toContain('passwd');
  });
});

describe('texts from strangers', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'reproduce-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const evil = fc.oneof(
    fc.constantFrom(
      "'; touch hit; '",
      '$(touch hit)',
      '`touch hit`',
      'a\ntouch hit\n',
      '-o hit',
      '; touch hit #',
      '"; touch hit; "',
      '\u001b]0;title\u0007x',
      '> hit',
      '| touch hit',
      '\u202emoc.live',
    ),
    fc.string({ unit: 'binary', maxLength: 30 }),
  );
  const programs = [
    'openssl',
    'dig',
    'delv',
    'nc',
    'curl',
    'nmap',
    'testssl.sh',
    'chronyc',
    'date',
    'ip',
    'grep',
    'awk',
    'sleep',
  ];
  /** Stands for every program, so that nothing but the shell's own work is done. */
  const stub = programs
    .filter((name) => name !== 'testssl.sh')
    .map((name) => `${name}() { :; }`)
    .join('; ');

  it('stay data in a real shell, in one line that can be read', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...codes),
        fc.constantFrom(...serviceTable),
        fc.record({ host: evil, address: fc.option(evil), url: evil }),
        (code, row, { host, address, url }) => {
          const { kind } = exampleSubject(code);
          const subject: Subject =
            kind === 'endpoint'
              ? { kind, endpoint: { service: row.service, tlsMode: row.tlsMode, host, port: row.port }, address }
              : kind === 'domain'
                ? { kind, domain: host }
                : kind === 'zone'
                  ? { kind, zone: host }
                  : { kind, vantage: host };
          const commands = reproduce({ code, subject, params: { faults: [`https://${url}: no answer`] } });
          for (const command of commands) expect(command).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
          const script = `${stub}\n${commands.join('\n')}`;
          const done = spawnSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
          expect(done.stderr.replaceAll(/.*testssl\.sh.*not found\n/g, '')).toBe('');
          expect(existsSync(join(folder, 'hit'))).toBe(false);
        },
      ),
      { numRuns: 150 },
    );
  });
});
