import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseName } from '#lib/dns/name.ts';
import { recordTypes } from '#lib/dns/types.ts';
import { parseTrustAnchors, type TrustAnchor } from '#lib/dnssec/anchors.ts';
import type { DnsQuestion } from '#lib/dnssec/steps.ts';
import { createAskServer } from '#workers/net/dns/ask-server.ts';
import { createIterate } from '#workers/net/dns/iterate.ts';
import { createCachedResolve } from '#workers/net/dns/cache.ts';
import { createValidator } from '#workers/net/dns/validator.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { ensurePackages } from '#tests/lab/packages.ts';
import { poll } from '#tests/lab/poll.ts';
import { runCommand } from '#tests/lab/run-command.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * 10,000 names of one signed zone on loopback: how many are validated a second, and where the time goes. The name
 * server runs on the same machine and has its share of it.
 */

const names = 10_000;
const parallel = 64;
const runs = 5;
const server = { address: '127.53.9.1', port: 5359 };
const guard = (address: string) => ({ allowed: true, address }) as const;

interface World {
  readonly anchors: readonly TrustAnchor[];
  readonly questions: readonly DnsQuestion[];
  readonly nsd: ChildProcess;
  readonly folder: string;
}

async function signZone(
  folder: string,
  { zone, records }: { readonly zone: string; readonly records: readonly string[] },
) {
  const file = `${zone === '.' ? 'root' : zone}.zone`;
  const soa = `${zone} 3600 IN SOA ns.bench. hostmaster.bench. 1 3600 600 1209600 3600`;
  writeFileSync(join(folder, file), [soa, `${zone} 3600 IN NS ns.bench.`, ...records, ''].join('\n'));
  const key = (await runCommand('ldns-keygen', ['-k', '-a', 'ECDSAP256SHA256', zone], { cwd: folder })).trim();
  await runCommand('ldns-signzone', ['-o', zone, '-f', `${file}.signed`, file, key], { cwd: folder });
  const read = (suffix: string) => readFileSync(join(folder, `${key}.${suffix}`), 'utf8').trim();
  return { file: `${file}.signed`, ds: read('ds'), key: read('key') };
}

async function buildWorld(): Promise<World> {
  await ensurePackages(['nsd', 'ldnsutils']);
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const owners = Array.from({ length: names }, (_, index) => `mail${String(index)}.bench`);
  const address = `ns.bench. 3600 IN A ${server.address}`;
  const leaf = await signZone(folder, {
    zone: 'bench.',
    records: [address, ...owners.map((owner, index) => `${owner}. 3600 IN A 192.0.2.${String(index % 256)}`)],
  });
  const root = await signZone(folder, { zone: '.', records: ['bench. 3600 IN NS ns.bench.', address, leaf.ds] });
  const zones = [
    ['.', root.file],
    ['bench', leaf.file],
  ].flatMap(([name = '', file = '']) => ['zone:', `  name: ${name}`, `  zonefile: "${file}"`]);
  const paths = ['zonelistfile', 'xfrdfile', 'pidfile'].map((key) => `  ${key}: "${join(folder, key)}"`);
  const head = [
    `  ip-address: ${server.address}`,
    `  port: ${String(server.port)}`,
    '  username: ""',
    '  database: ""',
  ];
  const conf = [
    ...['server:', ...head, '  server-count: 1', '  rrl-ratelimit: 0', `  zonesdir: "${folder}"`],
    ...[...paths, 'remote-control:', '  control-enable: no', ...zones, ''],
  ];
  writeFileSync(join(folder, 'nsd.conf'), conf.join('\n'));
  const nsd = spawn('/usr/sbin/nsd', ['-d', '-c', join(folder, 'nsd.conf')], { stdio: 'ignore' });
  const anchors = parseTrustAnchors(root.key, 'the benchmark');
  if (!anchors.ok) throw new Error(anchors.error);
  const questions = owners.map((owner): DnsQuestion => {
    const name = parseName(owner);
    if (!name.ok) throw new Error(name.error);
    return { name: name.value, type: recordTypes.A };
  });
  return { anchors: anchors.value, questions, nsd, folder };
}

/** Fresh caches each time, as in a process that has just started. */
function openValidator(anchors: readonly TrustAnchor[]) {
  const askServer = createAskServer({ guard, limit: null });
  const rootName = parseName('ns.bench');
  if (!rootName.ok) throw new Error(rootName.error);
  const iterate = createIterate({
    hints: [{ host: rootName.value, addresses: [server] }],
    askServer,
    port: server.port,
    hasIpv6Route: () => Promise.resolve(false),
  });
  const validator = createValidator({
    resolve: createCachedResolve(iterate.ask),
    capability: () => Promise.resolve({ dnssec: 'passes', said: '' }),
    anchors,
    clock: { now: () => Date.now() },
  });
  return { askServer, iterate, validator };
}

async function timed(work: () => Promise<void>) {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return { rate: names / seconds, cpuMs: (cpu.user + cpu.system) / 1000 / names };
}

/** Runs the benchmark and prints its figures. @throws Error when one of the names is not found secure. */
export async function benchDns(print: (line: string) => void): Promise<void> {
  const world = await buildWorld();
  try {
    const probe = openValidator(world.anchors);
    const [first] = world.questions;
    if (first === undefined) throw new Error('no names');
    await poll(
      async () =>
        (await probe.validator.validate(first, { deadline: performance.now() + 500, fresh: true })).validation.result
          .state === 'secure',
      { what: 'nsd answers', deadlineMs: 30_000 },
    );
    const secure: { rate: number; cpuMs: number }[] = [];
    const asked: { rate: number; cpuMs: number }[] = [];
    let memory = 0;
    const sampling = setInterval(() => (memory = Math.max(memory, process.memoryUsage().rss)), 20);
    for (let run = 0; run < runs; run += 1) {
      const { validator, askServer } = openValidator(world.anchors);
      secure.push(
        await timed(async () => {
          // Only the verdict is kept, as a run keeps it for one zone at a time.
          const results = await mapBounded(world.questions, parallel, async (question) => {
            const { validation } = await validator.validate(question, { deadline: performance.now() + 10_000 });
            return validation.result;
          });
          const other = results.find(({ state }) => state !== 'secure');
          if (other !== undefined) throw new Error(`not secure: ${JSON.stringify(other)}`);
        }),
      );
      asked.push(
        await timed(async () => {
          const flags = { server, recursionDesired: false, checkingDisabled: false };
          await mapBounded(world.questions, parallel, (question) =>
            askServer({ ...question, ...flags, deadline: performance.now() + 10_000 }),
          );
        }),
      );
    }
    clearInterval(sampling);
    for (const line of describeMachine({ command: 'npm run bench -- dns', seed: 'none: names are counted' }))
      print(line);
    print(
      `${String(names)} names of one zone signed with ECDSA P-256, ${String(parallel)} at a time, nsd on the same machine`,
    );
    const rates = (of: readonly { readonly rate: number }[]) => of.map(({ rate }) => rate);
    const costs = (of: readonly { readonly cpuMs: number }[]) => of.map(({ cpuMs }) => cpuMs * 1000);
    print(describeFigure({ name: 'validated from the trust anchor', unit: 'names/s', values: rates(secure) }));
    print(describeFigure({ name: 'asked only, nothing validated', unit: 'names/s', values: rates(asked) }));
    print(describeFigure({ name: 'our CPU for a validated name', unit: 'us', values: costs(secure) }));
    print(describeFigure({ name: 'our CPU for an asked name', unit: 'us', values: costs(asked) }));
    print(`largest resident memory: ${(memory / 1024 ** 2).toFixed(0)} MiB`);
  } finally {
    const ended = once(world.nsd, 'exit');
    world.nsd.kill('SIGTERM');
    await ended;
    rmSync(world.folder, { recursive: true, force: true });
  }
}
