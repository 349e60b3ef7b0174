import type { Severity, Verdict } from '#lib/model/finding.ts';

/** The worst first. */
export const tones = ['crit', 'fail', 'warn', 'info', 'ok', 'unknown'] as const;

/** How bad something is, as a colour and a shape. */
export type Tone = (typeof tones)[number];

export const toneOfSeverity: Readonly<Record<Severity, Tone>> = {
  critical: 'crit',
  error: 'fail',
  warning: 'warn',
  info: 'info',
};

/** What was not decided is unknown, never fine. */
export const toneOfVerdict: Readonly<Record<Verdict, Tone>> = {
  pass: 'ok',
  info: 'info',
  warn: 'warn',
  fail: 'fail',
  crit: 'crit',
  inconclusive: 'unknown',
  'n-a': 'unknown',
  superseded: 'unknown',
};

export const wordOfVerdict: Readonly<Record<Verdict, string>> = {
  pass: 'Fine',
  info: 'Note',
  warn: 'Warning',
  fail: 'Error',
  crit: 'Critical',
  inconclusive: 'Could not look',
  'n-a': 'Does not apply',
  superseded: 'Superseded',
};

export const wordOfSeverity: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Note',
};
