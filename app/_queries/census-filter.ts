import { z } from 'zod';
import { wholeCensus, type CensusFilter } from '#lib/census/selection.ts';
import { services } from '#lib/model/endpoint.ts';
import type { SearchParameters } from './page-parameters.ts';

/** Clients that were not seen for longer are left out of what pages show first. */
export const shownDays = 90;

/** What the page of the census is asked for: a tag, and which clients. */
export interface CensusQuestion {
  readonly tag: string | null;
  readonly filter: CensusFilter;
}

const text = z.string().max(300).nullable().catch(null);
const word = z.enum(services).nullable().catch(null);

/** Reads the address of the page. What cannot be read is not asked. `tls` and `client` may be '': not told. */
export async function readCensusQuestion(parameters: SearchParameters): Promise<CensusQuestion> {
  const asked = await parameters;
  const read = (name: string): string | null => text.parse(asked[name] ?? null);
  return {
    tag: read('tag'),
    filter: {
      client: read('client'),
      version: read('version'),
      host: read('host'),
      service: word.parse(asked['service'] ?? null),
      tlsVersion: read('tls'),
      withinDays: asked['all'] === undefined ? shownDays : null,
    },
  };
}

/** The address of the page for a question; it holds no account. */
export function censusHref({ tag, filter }: CensusQuestion): string {
  const { client, version, host, service, tlsVersion, withinDays } = filter;
  const asked = { tag, client, version, host, service, tls: tlsVersion, all: withinDays === null ? '1' : null };
  const parameters = Object.entries(asked).flatMap(([name, value]) => (value === null ? [] : [[name, value]]));
  const query = new URLSearchParams(parameters).toString();
  return query === '' ? '/latches' : `/latches?${query}`;
}

/** The question with one part changed. */
export function narrowed(question: CensusQuestion, change: Partial<CensusFilter>): CensusQuestion {
  return { tag: question.tag, filter: { ...question.filter, ...change } };
}

/** All that were seen lately. */
export const lately: CensusFilter = { ...wholeCensus, withinDays: shownDays };
