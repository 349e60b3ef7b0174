import { readScenario, type Scenario } from './plan-scenario.ts';

const maxCharacters = 4000;

/** The scenario that another one is compared with: the address of its page after the question mark, in `against`. */
export function readAgainst(
  given: Readonly<Record<string, unknown>>,
): { readonly query: string; readonly scenario: Scenario } | null {
  const text = given['against'];
  if (typeof text !== 'string' || text === '' || text.length > maxCharacters) return null;
  const parameters = new URLSearchParams(text);
  // One scenario is compared with one other.
  parameters.delete('against');
  parameters.delete('after');
  const fields = Object.fromEntries(
    [...new Set(parameters.keys())].map((name) => {
      const values = parameters.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
  return { query: parameters.toString(), scenario: readScenario(fields) };
}

/** The page of a scenario, compared with another one; `against` null: alone. */
export function scenarioHref(query: string, against: string | null): string {
  return `/plan?${query}${against === null ? '' : `&${new URLSearchParams({ against }).toString()}`}`;
}
