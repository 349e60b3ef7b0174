import { z } from 'zod';

/** Query parameters of a page as Next gives them; what comes twice or is too long is ignored. */
export type SearchParameters = Promise<Readonly<Record<string, string | string[] | undefined>>>;

const text = z.string().min(1).max(1000).nullable().catch(null);

export async function readParameter(parameters: SearchParameters, name: string): Promise<string | null> {
  return text.parse((await parameters)[name]);
}
