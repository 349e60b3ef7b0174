import { z } from 'zod';
import type { FindingDefinition } from '#lib/checks/check.ts';
import { findCheck } from '#lib/checks/find-check.ts';
import { describeFinding } from '#lib/checks/registry.ts';
import { findPackDifference } from '#lib/draft/pack-difference.ts';
import { referenceLink } from '#lib/draft/reference-link.ts';
import { statementsOfRefs } from '#lib/draft/statements.ts';
import { exampleParams, exampleSubject } from '#lib/reproduce/example-subject.ts';
import { reproduce } from '#lib/reproduce/reproduce.ts';
import { readWebSettings } from '#app/_auth/web-settings.ts';
import { facts, link, listed, named } from './answer-schema.ts';

export const findingCodeAnswer = named(
  'FindingCode',
  'A kind of finding, worded for an example.',
  z.object({
    rule: z.string(),
    check: z.string().nullable(),
    object_kind: z.string(),
    summary: z.string(),
    meaning: z.string(),
    fix: z.string(),
    packs: facts.nullable().describe('Null: the draft of 2015 and current practice judge it alike.'),
    statements: listed(facts).describe('Statements of the draft that it stands for.'),
    references: listed(facts),
    commands: listed(z.string()).describe('How to see it for yourself.'),
    url: link,
  }),
);

/** A code with all that is known of it, worded for an example. */
export function findingCodeJson({ code, summary, refs }: FindingDefinition) {
  const subject = exampleSubject(code);
  const example = { code, subject, params: exampleParams(subject) };
  const { meaning, fix } = describeFinding(example);
  return {
    rule: code,
    check: findCheck(code)?.id ?? null,
    object_kind: subject.kind,
    summary,
    meaning,
    fix,
    /** Null: the draft of 2015 and current practice judge it alike. */
    packs: findPackDifference(code),
    statements: statementsOfRefs(refs).map(({ row, sections, level, statement, today }) => ({
      ...{ row, sections, level, statement, today },
    })),
    references: refs.flatMap((ref) => referenceLink(ref) ?? []),
    commands: reproduce(example),
    url: new URL(`/findings/${code}`, readWebSettings().publicUrl).href,
  };
}
