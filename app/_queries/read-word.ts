import type { Service, TlsMode } from '#lib/model/endpoint.ts';
import { services, tlsModes } from '#lib/model/endpoint.ts';
import type { Severity, Verdict } from '#lib/model/finding.ts';
import { severityNumber, verdicts } from '#lib/model/finding.ts';

/*
 * Columns that hold one of a few words, read back as that type. Another word is our own bug, or a row of a newer
 * version: it throws rather than being shown as something that it is not.
 */

function readWord<T extends string>(words: readonly T[], text: string): T {
  const word = words.find((known) => known === text);
  if (word === undefined) throw new Error(`unknown word in the database: ${text}`);
  return word;
}

export function readService(text: string): Service {
  return readWord(services, text);
}

export function readTlsMode(text: string): TlsMode {
  return readWord(tlsModes, text);
}

export function readVerdict(text: string): Verdict {
  return readWord(verdicts, text);
}

const severities = ['critical', 'error', 'warning', 'info'] as const satisfies readonly Severity[];

export function readSeverity(text: string): Severity {
  return readWord(severities, text);
}

/** The word of a person who asks for a severity; null: there is none of that name. */
export function readSeverityOrNull(text: string): Severity | null {
  return severities.find((severity) => severity === text) ?? null;
}

/** Severities at least as bad as `least`. */
export function severitiesFrom(least: Severity): readonly Severity[] {
  return severities.filter((severity) => severityNumber[severity] <= severityNumber[least]);
}

/** What the API and the console call the state of an incident; a suspicion has none, for it is not shown. */
export type IncidentState = 'open' | 'acknowledged' | 'resolved';
export const incidentStates = ['open', 'acknowledged', 'resolved'] as const satisfies readonly IncidentState[];

const engineStates = ['firing', 'acknowledged', 'recovering', 'resolved'] as const;
export type EngineState = (typeof engineStates)[number];

export function readEngineState(text: string): EngineState {
  return readWord(engineStates, text);
}

/** A recovering incident is what it was before: somebody may have acknowledged it. */
export function incidentState(state: EngineState, acknowledgedAt: Date | null): IncidentState {
  switch (state) {
    case 'firing':
      return 'open';
    case 'acknowledged':
      return 'acknowledged';
    case 'recovering':
      return acknowledgedAt === null ? 'open' : 'acknowledged';
    case 'resolved':
      return 'resolved';
  }
}
