import { err, ok, type Result } from '../model/result.ts';
import type { Message, ResourceRecord } from './message.ts';
import type { Name } from './name.ts';
import { parseSingleName } from './rdata/single-name.ts';
import { classIn, recordTypes } from './types.ts';

/** Longer chains are refused: no honest one is, and each hop is a place to loop. */
const maxAliases = 8;

export interface AliasChain {
  /** The CNAME records followed, in order. */
  readonly hops: readonly ResourceRecord[];
  /** Their targets. */
  readonly aliases: readonly Name[];
  /** Records of the asked type at the end of the chain. */
  readonly records: readonly ResourceRecord[];
}

/** Follows CNAME records within one answer (RFC 1034 section 4.3.2), in whatever order they stand. */
export function followAliases(
  message: Message,
  question: { readonly name: Name; readonly type: number },
): Result<AliasChain> {
  const hops: ResourceRecord[] = [];
  const aliases: Name[] = [];
  let name = question.name;
  for (;;) {
    const here = message.answer.filter((record) => record.class === classIn && record.name.equals(name));
    const records = here.filter((record) => record.type === question.type);
    const alias = here.find((record) => record.type === recordTypes.CNAME);
    if (records.length > 0 || alias === undefined) return ok({ hops, aliases, records });
    const target = parseSingleName(alias.rdata);
    if (!target.ok) return err(`the alias of ${name.toString()} cannot be read: ${target.error}`);
    const seen = [question.name, ...aliases];
    if (seen.some((other) => other.equals(target.value))) return err(`the alias ${name.toString()} leads in a circle`);
    if (aliases.length === maxAliases) return err(`more than ${maxAliases} aliases follow each other`);
    hops.push(alias);
    aliases.push(target.value);
    name = target.value;
  }
}
