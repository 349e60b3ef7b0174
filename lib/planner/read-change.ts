import { z } from 'zod';
import { parseHostName } from '../model/domain-name.ts';
import { maxTagOctets } from '../deep/tags.ts';
import { err, ok, type Result } from '../model/result.ts';
import { changeVersions, type PlannedChange } from './change.ts';
import { readGivenPem } from './given-pem.ts';
import { parseTlsaText } from './tlsa-text.ts';
import { tlsaText } from '../dane/record.ts';

/** More than this is no single change. */
const maxHosts = 100;
const maxPorts = 20;
const maxRecords = 20;
const maxTags = 32;

/** A schema for text that a parser of ours reads: its sentence becomes the message. */
function text<T>(parse: (value: string) => Result<T>) {
  return z.string('must be a text').transform((value, context): T => {
    const parsed = parse(value);
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.error, input: value });
    return z.NEVER;
  });
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}

const host = text((value) => {
  const name = parseHostName(value);
  return name.ok ? ok(name.value.ascii) : name;
});
/** Draft section 5.1: a letter, then letters, digits, `-` and `_`. */
const tag = text((value) => {
  const lower = value.trim().toLowerCase();
  return /^[a-z][a-z0-9_-]*$/.test(lower) && lower.length <= maxTagOctets
    ? ok(lower)
    : err('must be a security tag, for example tls-cert');
});
const version = z.enum(changeVersions, `must be one of ${changeVersions.join(', ')}`);
const versions = z.array(version, 'must be a list of versions').max(changeVersions.length).transform(unique);
const hosts = z
  .array(host, 'must be a list of host names')
  .min(1, 'must name a host')
  .max(maxHosts, `must be at most ${String(maxHosts)}`)
  .transform(unique);
const port = z.int('must be a port number').min(1, 'must be a port number').max(65_535, 'must be a port number');
const ports = z.array(port, 'must be a list of ports').max(maxPorts, `must be at most ${String(maxPorts)}`);
const places = { hosts, ports: ports.default([]).transform(unique) };
const proves = {
  proves: z.array(tag, 'must be a list of tags').max(maxTags).transform(unique).nullable().default(null),
  versions: versions.nullable().default(null),
};
const record = text((value) => {
  const parsed = parseTlsaText(value);
  return parsed.ok ? ok(tlsaText(parsed.value)) : parsed;
});

const schema = z.discriminatedUnion(
  'op',
  [
    z.object({
      op: z.literal('disable_tls'),
      ...places,
      versions: versions.refine(({ length }) => length > 0, 'must name a version'),
    }),
    z.object({ op: z.literal('stop_advertising'), hosts, tag }),
    z.object({ op: z.literal('advertise'), hosts, tag }),
    z.object({
      op: z.literal('new_certificate'),
      ...places,
      pem: text((value) => {
        const given = readGivenPem(value);
        if (!given.ok) return given;
        return given.value.kind === 'certificates' ? ok(given.value.pem) : err('There is no certificate in it.');
      }),
    }),
    z.object({
      op: z.literal('new_key'),
      ...places,
      pem: text((value) => {
        const given = readGivenPem(value);
        return given.ok ? ok(given.value.pem) : given;
      })
        .nullable()
        .default(null),
    }),
    z.object({
      op: z.literal('change_tlsa'),
      ...places,
      records: z
        .array(record, 'must be a list of records')
        .min(1, 'must have a record: to publish none is drop_tlsa')
        .max(maxRecords, `must be at most ${String(maxRecords)}`)
        .transform(unique),
    }),
    z.object({ op: z.literal('drop_tlsa'), ...places }),
    z.object({ op: z.literal('unsign_zone'), zone: host }),
    z.object({ op: z.literal('rename_host'), host, to: host }),
    z.object({ op: z.literal('move_host'), host, ...proves }),
    z.object({ op: z.literal('drop_starttls'), ...places }),
    z.object({ op: z.literal('drop_port'), hosts, ports: ports.min(1, 'must name a port').transform(unique) }),
    z.object({ op: z.literal('filter_in_front'), ...places, ...proves }),
  ],
  'must have an op that is known',
);

/** The schema of a change as JSON (members in snake case, those of other names ignored). Private keys are refused. */
export const plannedChange: z.ZodType<PlannedChange> = schema;

/** What is wrong with a change; `pointer` is a JSON pointer (RFC 6901), '' for the whole. */
export interface ChangeMistake {
  readonly pointer: string;
  readonly detail: string;
}

/** Reads a change that came as JSON. */
export function readChange(json: unknown): Result<PlannedChange, readonly ChangeMistake[]> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  return err(
    parsed.error.issues.map(({ path, message }) => ({
      pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      detail: message,
    })),
  );
}
