import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { EndpointTarget } from '#lib/model/endpoint.ts';
import { mapBounded } from '#workers/net/map-bounded.ts';
import { createDial } from '#workers/net/dial.ts';
import { probeAddress } from '#workers/probes/session.ts';
import { createTrustStore, type TrustStore } from '#workers/probes/trust-store.ts';
import { mailAddress } from '#tests/lab/addresses.ts';
import { startLab, stopLab } from '#tests/lab/lab.ts';
import { ensurePackages } from '#tests/lab/packages.ts';
import { poll } from '#tests/lab/poll.ts';
import { runCommand } from '#tests/lab/run-command.ts';
import { pki } from '#tests/lab/server-certificates.ts';
import { describeFigure, describeMachine } from './measure.ts';

/*
 * What one look at an IMAP server costs us, beside prometheus-blackbox-exporter doing its TLS check of the same server
 * and `openssl s_client`. The server runs on the same machine; only the CPU time of the client is counted.
 */

const runs = 5;
const concurrencies = [1, 10, 100] as const;
const probesEach = 400;
const target: EndpointTarget = { service: 'imap', tlsMode: 'implicit', host: 'mail.ok.test', port: 993 };
const address = mailAddress(1, 1);
const exporterPort = 9_316;

interface Measured {
  readonly rate: number;
  /** Client CPU of one probe. */
  readonly cpuMs: number;
}

async function measure(count: number, cpuSeconds: () => number, work: () => Promise<void>): Promise<Measured> {
  const cpuBefore = cpuSeconds();
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  return { rate: count / seconds, cpuMs: ((cpuSeconds() - cpuBefore) * 1000) / count };
}

function ownCpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** proc(5): user and system time of a process in clock ticks, which Linux counts 100 a second of. */
function cpuSecondsOf(pid: number): number {
  const fields =
    readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
      .split(') ')[1]
      ?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

async function probeAll(trust: TrustStore, { count, parallel }: { readonly count: number; readonly parallel: number }) {
  const dial = createDial({ guard: (to) => ({ allowed: true, address: to }) });
  const clock = { now: () => Date.now() };
  await mapBounded(Array.from({ length: count }), parallel, async () => {
    const session = await probeAddress({ target, address, dial, clock, trust });
    if (session.failure !== null || session.tls?.pkix.trusted !== true) {
      throw new Error(`the probe failed: ${JSON.stringify(session.failure)}`);
    }
  });
}

async function startExporter(folder: string) {
  const config = join(folder, 'blackbox.yml');
  const lines = [
    'modules:',
    '  imaps:',
    '    prober: tcp',
    '    timeout: 20s',
    '    tcp:',
    '      tls: true',
    `      tls_config: { ca_file: ${pki.root.certificateFile}, server_name: ${target.host} }`,
    '      query_response:',
    '        - expect: "OK"',
    '        - send: "a1 CAPABILITY"',
    '        - expect: "a1 OK"',
    '        - send: "a2 LOGOUT"',
    '',
  ];
  writeFileSync(config, lines.join('\n'));
  const listen = `127.0.0.1:${String(exporterPort)}`;
  const args = [`--config.file=${config}`, `--web.listen-address=${listen}`, '--log.level=error'];
  const child = spawn('/usr/bin/prometheus-blackbox-exporter', args, { stdio: 'ignore' });
  await poll(async () => (await fetchText('/-/healthy')) !== null, {
    what: 'the exporter answers',
    deadlineMs: 20_000,
  });
  return child;
}

const agent = new Agent({ keepAlive: true, maxSockets: 200 });

/** Null: no answer. */
async function fetchText(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port: exporterPort, path, agent }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text)).on('error', () => resolve(null));
    }).on('error', () => resolve(null));
  });
}

async function exportAll({ count, parallel }: { readonly count: number; readonly parallel: number }) {
  await mapBounded(Array.from({ length: count }), parallel, async () => {
    const text = await fetchText(`/probe?module=imaps&target=${address}:${String(target.port)}`);
    if (text?.includes('\nprobe_success 1') !== true) throw new Error(`the exporter failed: ${text ?? 'no answer'}`);
  });
}

/** Sequential, as a script would; the shell's `times` tells the CPU of its children. */
async function clientLoop(count: number): Promise<Measured> {
  const command = `openssl s_client -connect ${address}:${String(target.port)} -servername ${target.host} -CAfile ${pki.root.certificateFile}`;
  const script = `for i in $(seq ${String(count)}); do ${command} </dev/null >/dev/null 2>&1; done; times`;
  const startedAt = performance.now();
  const printed = await runCommand('/bin/bash', ['-c', script]);
  const seconds = (performance.now() - startedAt) / 1000;
  const children = printed.trim().split('\n').at(-1) ?? '';
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  return { rate: count / seconds, cpuMs: (cpu * 1000) / count };
}

/** Runs the benchmark and prints its figures. @throws Error when a probe does not succeed. */
export async function benchProbe(print: (line: string) => void): Promise<void> {
  await ensurePackages(['prometheus-blackbox-exporter']);
  const lab = await startLab();
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-bench-'));
  const exporter = await startExporter(folder);
  try {
    const trust = await createTrustStore({ caFile: pki.root.certificateFile });
    if (!trust.ok) throw new Error(trust.error);
    for (const line of describeMachine({ command: 'npm run bench -- probe', seed: 'none: nothing is drawn' }))
      print(line);
    print(`the lab's Dovecot on the same machine, port 993, ECDSA P-256, ${String(probesEach)} probes a run`);
    const figures = new Map<string, Measured[]>();
    const note = (name: string, measured: Measured) => figures.set(name, [...(figures.get(name) ?? []), measured]);
    await probeAll(trust.value, { count: 100, parallel: 10 });
    await exportAll({ count: 100, parallel: 10 });
    for (let run = 0; run < runs; run += 1) {
      for (const parallel of concurrencies) {
        const share = { count: probesEach, parallel };
        const exporterCpu = () => cpuSecondsOf(exporter.pid ?? 0);
        note(
          `latchwatch, ${String(parallel)} at a time`,
          await measure(probesEach, ownCpuSeconds, () => probeAll(trust.value, share)),
        );
        note(
          `blackbox_exporter, ${String(parallel)} at a time`,
          await measure(probesEach, exporterCpu, () => exportAll(share)),
        );
      }
      note('openssl s_client, 1 at a time', await clientLoop(50));
    }
    for (const [name, measured] of figures) {
      print(
        describeFigure({ name: `${name}: client CPU`, unit: 'ms a probe', values: measured.map(({ cpuMs }) => cpuMs) }),
      );
      print(describeFigure({ name: `${name}: rate`, unit: 'probes/s', values: measured.map(({ rate }) => rate) }));
    }
  } finally {
    agent.destroy();
    const ended = once(exporter, 'exit');
    exporter.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
    if (lab.started) await stopLab();
  }
}
