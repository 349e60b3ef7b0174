import type { DeclarationRecord } from '#app/_queries/declarations.ts';
import { listDeclaredFacts } from '#lib/model/declaration-fields.ts';

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
