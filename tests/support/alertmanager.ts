import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { ensurePackages } from '#tests/lab/packages.ts';
import { accepts } from '#tests/lab/ports.ts';
import { poll } from '#tests/lab/poll.ts';
import { freePort } from './product.ts';

const alertsSchema = z.array(
  z.object({ labels: z.record(z.string(), z.string()), endsAt: z.string(), generatorURL: z.string() }),
);

/** Debian's Prometheus Alertmanager on a port of 127.0.0.1. */
export interface Alertmanager {
  readonly url: string;
  /** The alerts that it holds to be firing, by its own API. */
  readonly firing: () => Promise<z.infer<typeof alertsSchema>>;
  readonly stop: () => Promise<void>;
}

/** Starts it; it hands on what it is told to `webhookUrl`, at once. */
export async function startAlertmanager(webhookUrl: string): Promise<Alertmanager> {
  await ensurePackages(['prometheus-alertmanager']);
  const folder = mkdtempSync(join(tmpdir(), 'latchwatch-alertmanager-'));
  const port = await freePort();
  writeFileSync(
    join(folder, 'alertmanager.yml'),
    [
      'route:',
      '  receiver: hook',
      '  group_by: [dedup_key]',
      '  group_wait: 0s',
      '  group_interval: 1s',
      'receivers:',
      '  - name: hook',
      '    webhook_configs:',
      `      - url: ${webhookUrl}`,
      '        send_resolved: true',
      '',
    ].join('\n'),
  );
  const child = spawn(
    '/usr/bin/prometheus-alertmanager',
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  await poll(() => accepts('127.0.0.1', port), { what: 'Alertmanager listens', deadlineMs: 60_000 });
  const url = `http://127.0.0.1:${String(port)}`;
  return {
    url,
    firing: async () => alertsSchema.parse(await (await fetch(`${url}/api/v2/alerts?active=true`)).json()),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
