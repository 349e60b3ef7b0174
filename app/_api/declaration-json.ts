import { z } from 'zod';
import type { DeclarationRecord } from '#app/_queries/declarations.ts';
import { declarationNames, listDeclaredFacts } from '#lib/model/declaration-fields.ts';
import { named, when } from './answer-schema.ts';

const flag = z.boolean().nullable();
const text = z.string().nullable();

/** Members of a declaration; null is undeclared, which is not the same as false. */
export const declaredMembers = z.object({
  [declarationNames.expectsDeep]: flag,
  [declarationNames.acceptsClientCertificates]: flag,
  [declarationNames.legacySubmission]: flag,
  [declarationNames.frontOf]: text,
  [declarationNames.vantage]: text,
  [declarationNames.address]: text,
  [declarationNames.serverName]: text,
  [declarationNames.tryClientCommand]: flag,
  [declarationNames.tryInjection]: flag,
});

export const declarationAnswer = named(
  'Declaration',
  'What an operator said of an endpoint; null is undeclared.',
  declaredMembers.extend({
    declared_at: when.nullable(),
    declared_by: z.string().nullable(),
    stranded: z.boolean(),
  }),
);

/** What is declared of an endpoint as the API gives it; null is undeclared. */
export function declarationJson({ declaration, declared, stranded }: DeclarationRecord) {
  return {
    ...Object.fromEntries(listDeclaredFacts(declaration).map(({ field, value }) => [field, value])),
    declared_at: declared?.at ?? null,
    declared_by: declared?.by ?? null,
    /** True: no worker of the declared vantage is alive, so nobody looks. */
    stranded,
  };
}
