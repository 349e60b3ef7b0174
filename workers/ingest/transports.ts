import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorText } from '#lib/error-text.ts';
import type { Settings } from '#lib/settings.ts';
import type { ReportSource, ReportSources } from '#workers/store/census/report-sources.ts';
import { followFile } from './followed-file.ts';
import { createLogIntakes, type IntakePorts, type Taken } from './log-intake.ts';
import { startListener, type Listener, type ListenerOptions } from './log-listener.ts';
import { serveRelp } from './relp-connection.ts';
import { serveSyslog } from './syslog-connection.ts';

/** Files on this machine belong to the source that names this address. */
const ownAddress = '127.0.0.1';
const filePollMs = 1000;
const sourceRetryMs = 5000;

export type TransportSettings = Pick<
  Settings,
  'host' | 'dataFolder' | 'relpPort' | 'syslogPort' | 'logCertificate' | 'logKey' | 'logFiles'
>;

export interface TransportPorts extends IntakePorts {
  readonly findSource: ReportSources['byAddress'];
}

/** The ways in which logs come, besides HTTP. */
export interface Transports {
  /** Ports that are listened on; null: the setting names none. */
  readonly relpPort: number | null;
  readonly syslogPort: number | null;
  /** Ends them all after what they have under way. The queue must still run. */
  readonly stop: () => Promise<void>;
}

/** Starts RELP, syslog and followed files, each where the settings name it. @throws Error where a port cannot be had. */
export async function startTransports(settings: TransportSettings, ports: TransportPorts): Promise<Transports> {
  const { host, logCertificate, logKey } = settings;
  const tls =
    logCertificate === null || logKey === null
      ? null
      : { cert: readFileSync(logCertificate, 'utf8'), key: readFileSync(logKey, 'utf8') };
  const intakeOf = createLogIntakes(ports);
  const { findSource, log } = ports;
  const listen = (port: number | null, serve: ListenerOptions['serve']): Promise<Listener> | null =>
    port === null ? null : startListener({ host, port, tls, serve }, { findSource, intakeOf, log });
  const relp = await listen(settings.relpPort, serveRelp);
  const syslog = await listen(settings.syslogPort, serveSyslog);
  const stopping = new AbortController();
  const { signal } = stopping;
  const takeOwn = async (lines: readonly string[], batchId: string): Promise<Taken> => {
    const source = await ownSource(ports, signal);
    return source === null ? 'stopped' : intakeOf(source).take(lines, { name: { kind: 'given', batchId }, signal });
  };
  const followed = settings.logFiles.map((path) =>
    followFile(
      { path, positionFile: positionFileOf(path, settings.dataFolder), pollMs: filePollMs, signal },
      { take: takeOwn, log },
    ),
  );
  return {
    relpPort: relp?.port ?? null,
    syslogPort: syslog?.port ?? null,
    stop: async () => {
      stopping.abort();
      await Promise.all([relp?.stop(), syslog?.stop(), ...followed]);
    },
  };
}

function positionFileOf(path: string, dataFolder: string): string {
  const folder = join(dataFolder, 'followed');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${createHash('sha256').update(resolve(path)).digest('hex').slice(0, 16)}.json`);
}

/** Waits until there is one; null: the signal came first. */
async function ownSource({ findSource, log }: TransportPorts, signal: AbortSignal): Promise<ReportSource | null> {
  let complained = false;
  while (!signal.aborted) {
    try {
      const source = await findSource(ownAddress);
      if (source !== null) return source;
      if (!complained) log.warn('no source names the address of the followed log files', { address: ownAddress });
    } catch (error) {
      if (!complained) log.warn('the source of the followed log files cannot be read', { error: errorText(error) });
    }
    complained = true;
    await delay(sourceRetryMs, undefined, { signal }).catch(() => undefined);
  }
  return null;
}
