import { z } from 'zod';
import type { PlanFields } from '#components/plan-form.tsx';
import type { Result } from '#lib/model/result.ts';
import { changeOps, type ChangeOp, type PlannedChange } from '#lib/planner/change.ts';
import { readChange, type ChangeMistake } from '#lib/planner/read-change.ts';

/** What a form of a change says, sent or in the address of the page. */
export interface Scenario {
  /** Null: none is chosen. */
  readonly op: ChangeOp | null;
  readonly fields: PlanFields;
  /** Null: nothing but the kind of change is there. */
  readonly change: Result<PlannedChange, readonly ChangeMistake[]> | null;
}

const text = z.string().max(20_000).catch('');
const words = z
  .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string()).max(20))
  .catch([]);
const kind = z.enum(changeOps).nullable().catch(null);

/** Reads a form; `pem` is only ever sent. What comes twice where it should not is ignored. */
export function readScenario(given: Readonly<Record<string, unknown>>): Scenario {
  const op = kind.parse(given['op'] ?? null);
  const fields: PlanFields = {
    hosts: text.parse(given['hosts']),
    ports: text.parse(given['ports']),
    versions: words.parse(given['versions']),
    tag: text.parse(given['tag']),
    records: text.parse(given['records']),
    zone: text.parse(given['zone']),
    host: text.parse(given['host']),
    to: text.parse(given['to']),
    proves: text.parse(given['proves']),
  };
  const isAsked = [fields.hosts, fields.zone, fields.host].some((value) => value.trim() !== '');
  if (op === null || !isAsked) return { op, fields, change: null };
  const pem = text.parse(given['pem']).trim();
  const hasProofs = op === 'move_host' || op === 'filter_in_front';
  return {
    op,
    fields,
    change: readChange({
      op,
      hosts: split(fields.hosts),
      ports: split(fields.ports).map((port) => (/^\d{1,5}$/.test(port) ? Number(port) : port)),
      versions: hasProofs && fields.versions.length === 0 ? null : fields.versions,
      tag: fields.tag,
      records: fields.records
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      zone: fields.zone,
      host: fields.host,
      to: fields.to,
      proves: fields.proves.trim() === '' ? null : split(fields.proves),
      pem: pem === '' ? null : pem,
    }),
  };
}

function split(list: string): readonly string[] {
  return list.split(/[\s,]+/).filter((word) => word !== '');
}

/** What is wrong with a scenario, one sentence each. */
export function mistakeSentences(mistakes: readonly ChangeMistake[]): readonly string[] {
  return mistakes.map(({ pointer, detail }) => {
    const sentence = `${pointer.split('/')[1] ?? ''} ${detail}`.trim();
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1).replace(/\.$/, '')}.`;
  });
}
