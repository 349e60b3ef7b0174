import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { discoverReportSchema } from '#lib/model/discover-schema.ts';
import { addressOctets, mxOctets, optRecord, srvOctets, type RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { answerTo, startNameServer, type NameServer } from '#tests/workers/net/dns/scripted-name-server.ts';
import { startZoneServer } from '#tests/workers/net/dns/zone-server.ts';
import { discoverCommand } from '#workers/cli/commands/discover.ts';
import type { ExitStatus } from '#workers/cli/command.ts';
import { UsageError } from '#workers/cli/usage-error.ts';

const servers: NameServer[] = [];

interface Outcome {
  readonly status: ExitStatus;
  readonly out: string;
  readonly err: string;
}

async function run(
  args: readonly string[],
  server: NameServer | null,
  signal = new AbortController().signal,
): Promise<Outcome> {
  if (server !== null) servers.push(server);
  const out: string[] = [];
  const err: string[] = [];
  const resolver = server === null ? '' : `${server.server.address}:${server.server.port}`;
  const status = await discoverCommand.run({
    args,
    env: { LATCHWATCH_RESOLVER: resolver, LATCHWATCH_VANTAGE: 'test-bench' },
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal,
  });
  return { status, out: out.join('\n'), err: err.join('\n') };
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function committedSchema(): Promise<unknown> {
  return JSON.parse(await readFile('docs/schema/discover.schema.json', 'utf8'));
}

const records: readonly RecordToSend[] = [
  { name: 'example.org', type: 'MX', data: mxOctets(10, 'mail.example.org') },
  {
    name: '_imaps._tcp.example.org',
    type: 'SRV',
    data: srvOctets({ priority: 0, weight: 0, port: 993, target: 'mail.example.org' }),
  },
  { name: '_pop3s._tcp.example.org', type: 'SRV', data: srvOctets({ priority: 0, weight: 0, port: 0, target: '.' }) },
  { name: 'mail.example.org', type: 'A', data: addressOctets('192.0.2.1') },
];
const dead: RecordToSend = {
  name: '_imap._tcp.example.org',
  type: 'SRV',
  data: srvOctets({ priority: 10, weight: 0, port: 143, target: 'old.example.org' }),
};

describe('latchwatch discover', () => {
  it('prints a table, with the progress elsewhere', async () => {
    const { status, out, err } = await run(['Example.org'], await startZoneServer({ records }));
    expect(status).toBe(0);
    expect(out.split('\n')).toEqual([
      '5 endpoints of example.org',
      '',
      'SERVICE                   HOST              PORT  FOUND BY           ADDRESSES',
      'IMAP, implicit TLS        mail.example.org  993   SRV, priority 0    192.0.2.1',
      'Submission, implicit TLS  mail.example.org  465   guess              192.0.2.1',
      'Submission, STARTTLS      mail.example.org  587   guess              192.0.2.1',
      'SMTP on MX, STARTTLS      mail.example.org  25    MX, preference 10  192.0.2.1',
      'ManageSieve, STARTTLS     mail.example.org  4190  guess              192.0.2.1',
      '',
      'Declared as not offered: _pop3s',
    ]);
    expect(err).toContain('[7/');
    expect(err).toContain('MX example.org: 1 record');
  });

  it('prints JSON that its schema describes, and nothing else, on standard output', async () => {
    const { status, out, err } = await run(['example.org', '--json'], await startZoneServer({ records }));
    expect(status).toBe(0);
    const schema = z.fromJSONSchema(z.custom<z.core.JSONSchema.JSONSchema>().parse(await committedSchema()));
    const report: unknown = JSON.parse(out);
    expect(schema.safeParse(report).error).toBeUndefined();
    expect(schema.safeParse({ ...z.object({}).loose().parse(report), endpoints: 'many' }).success).toBe(false);
    expect(discoverReportSchema.parse(report)).toMatchObject({
      schema_version: 1,
      domain: 'example.org',
      vantage: 'test-bench',
      endpoints: [{ origin: 'srv' }, { origin: 'guess' }, { origin: 'guess' }, { origin: 'mx' }, { origin: 'guess' }],
    });
    expect(err).not.toBe('');
  });

  it('prints the schema that is kept in docs/schema', async () => {
    const { out } = await run(['--schema'], null);
    // To renew it: latchwatch discover --schema > docs/schema/discover.schema.json, then prettier.
    expect(await committedSchema()).toEqual(JSON.parse(out));
  });

  it('ends with 1 and names the host where a record leads to none with an address', async () => {
    const { status, out } = await run(['example.org'], await startZoneServer({ records: [...records, dead] }));
    expect(status).toBe(1);
    expect(out).toContain('old.example.org has no address');
    expect(out).toContain('none (nxdomain)');
  });

  it('ends with 1 where the domain does not exist', async () => {
    const { status, out } = await run(['bücher.example'], await startZoneServer({ records }));
    expect(status).toBe(1);
    expect(out).toMatch(/^bücher\.example \(xn--bcher-kva\.example\) does not exist/);
  });

  it('ends with 1 where there is no mail service', async () => {
    const nullMx: RecordToSend = { name: 'example.org', type: 'MX', data: mxOctets(0, '.') };
    const { status, out } = await run(['example.org'], await startZoneServer({ records: [nullMx] }));
    expect(status).toBe(1);
    expect(out).toContain('No mail service found for example.org');
    expect(out).toContain('takes no mail');
  });

  it('ends with 2 where DNS gave no usable answer, and says what it said without its control characters', async () => {
    const server = await startNameServer({
      udp: (query, reply) =>
        reply(
          answerTo(query, {
            rcode: 'SERVFAIL',
            additional: [optRecord([[15, [0, 22, ...Buffer.from('\u001b[31mlame\r\n')]]])],
          }),
        ),
    });
    const { status, out, err } = await run(['example.org'], server);
    expect(status).toBe(2);
    expect(out).toContain('could not be found out');
    expect(err).toContain('SERVFAIL, No Reachable Authority (EDE 22)');
    expect(err).not.toMatch(/[\u001b\r]/);
    expect(err).toContain('DNS gave no usable answer to 8 of the questions: MX example.org');
  });

  it('keeps the good news beside questions without answer', async () => {
    const { status, err } = await run(
      ['example.org'],
      await startZoneServer({ records, failing: ['SRV _pop3._tcp.example.org'] }),
    );
    expect(status).toBe(0);
    expect(err).toContain('1 of the questions: SRV _pop3._tcp.example.org');
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const server = await startNameServer({ udp: () => abort.abort() });
    const { status, out } = await run(['example.org'], server, abort.signal);
    expect([status, out]).toEqual([2, '']);
  });

  it.each([
    [[], 'which domain'],
    [['a.example', 'b.example'], 'one domain'],
    [['localhost'], 'not complete'],
    [['exa\u0007mple.org'], 'control characters'],
    [['192.0.2.1'], 'not an IP address'],
    [['--jsn', 'example.org'], '--jsn'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const refusal = await run(args, null).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UsageError);
    expect(String(refusal)).toContain(sentence);
  });
});
