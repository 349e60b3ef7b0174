import type { Params } from '../model/finding.ts';

/*
 * Fills the wording of findings. Parameters may come from strangers (subjects of certificates, answers of servers):
 * they are cut, and control characters, line ends and bidirectional overrides do not reach a page or a mail header.
 */

const longest = 160;

/** A parameter as text, at most `max` characters; `unknown` where it is missing. */
export function textParam(params: Params, key: string, max = longest): string {
  const value = params[key];
  if (value === undefined || value === null || value === '') return 'unknown';
  return showText(typeof value === 'object' ? value.join(', ') : String(value), max);
}

/** A list parameter as text: the first five entries, each at most `max` characters, and how many more. `nothing` where it is empty. */
export function listParam(params: Params, key: string, max = 100): string {
  const value = params[key];
  const list = typeof value === 'object' && value !== null ? value : [];
  if (list.length === 0) return 'nothing';
  const shown = list.slice(0, 5).map((entry) => showText(entry, max));
  return list.length > shown.length
    ? `${shown.join(', ')} and ${String(list.length - shown.length)} more`
    : shown.join(', ');
}

/** How many entries a list parameter has. */
export function countParam(params: Params, key: string): number {
  const value = params[key];
  return typeof value === 'object' && value !== null ? value.length : 0;
}

/** An instant in milliseconds since the epoch as `2026-11-27 04:10 UTC`. */
export function timeParam(params: Params, key: string): string {
  const value = params[key];
  return typeof value === 'number' ? showTime(value) : 'an unknown time';
}

/** As `timeParam`, of the number itself. */
export function showTime(value: number): string {
  if (!(Math.abs(value) <= 8.64e15)) return 'an unknown time';
  return `${new Date(value).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** `mail.example.org:993`, short enough for a title. */
export function hostParam(params: Params): string {
  return `${textParam(params, 'host', 50)}:${textParam(params, 'port')}`;
}

/** Text from anywhere, made fit to be shown in one line of at most `max` characters. */
export function showText(text: string, max: number): string {
  const visible = text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, '\ufffd');
  return visible.length > max ? `${visible.slice(0, max - 1)}…` : visible;
}
