import { z } from 'zod';

/** Query parameters of a page as Next gives them; what comes twice or is too long is ignored. */
export type SearchParameters = Promise<Readonly<Record<string, string | string[] | undefined>>>;

const text = z.string().min(1).max(1000).nullable().catch(null);

export async function readParameter(parameters: SearchParameters, name: string): Promise<string | null> {
  return text.parse((await parameters)[name]);
}

/** The same for several of them. */
export async function readParameters(parameters: SearchParameters): Promise<(name: string) => string | null> {
  const given = await parameters;
  return (name) => text.parse(given[name]);
}
