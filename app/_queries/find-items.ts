import { domainToASCII } from 'node:url';
import type { FoundItem, FoundKind } from '#components/shell/found-item.ts';
import { visibleText } from '#components/ui/visible-text.ts';
import { wordOfSeverity } from '#components/ui/tone.ts';
import { allFindings } from '#lib/checks/registry.ts';
import { findServiceRow } from '#lib/model/endpoint.ts';
import type { Person } from '#app/_auth/find-person.ts';
import { database } from './database.ts';
import { placesFor } from './navigation.ts';
import { readService, readSeverity, readTlsMode } from './read-word.ts';
import { unicodeName } from './unicode-name.ts';

/** Of each kind. */
const shown = 6;
/** More letters than these are not looked at. */
const maxLetters = 100;

/** A piece of text as LIKE takes it literally. */
function literally(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`);
}

function item(kind: FoundKind, href: string, [text, detail]: readonly [text: string, detail: string]): FoundItem {
  return { kind, href, text: visibleText(text, 160), detail: visibleText(detail, 80) };
}

/** Names that begin with the letters before those that only have them; asks a second time only when there is room. */
async function beginningFirst<T extends { readonly id: string }>(
  ask: (match: { readonly startsWith: string } | { readonly contains: string }) => Promise<readonly T[]>,
  letters: string,
): Promise<readonly T[]> {
  const first = await ask({ startsWith: letters });
  if (first.length >= shown) return first;
  const more = await ask({ contains: letters });
  return [...first, ...more.filter(({ id }) => !first.some((one) => one.id === id))].slice(0, shown);
}

async function findDomains(letters: string): Promise<readonly FoundItem[]> {
  const rows = await beginningFirst(
    (name) => database().domain.findMany({ where: { name }, orderBy: { name: 'asc' }, take: shown }),
    letters,
  );
  return rows.map(({ name }) => {
    const unicode = unicodeName(name);
    return item('domain', `/domains/${encodeURIComponent(name)}`, [unicode ?? name, unicode === null ? '' : name]);
  });
}

async function findEndpoints(letters: string): Promise<readonly FoundItem[]> {
  const [, host = letters, digits] = /^(.*):(\d{0,5})$/.exec(letters) ?? [];
  const port = digits === undefined || digits === '' ? {} : { port: Number(digits) };
  const rows = await beginningFirst(
    (match) =>
      database().endpoint.findMany({
        where: { host: match, ...port },
        orderBy: [{ host: 'asc' }, { port: 'asc' }],
        take: shown,
      }),
    host,
  );
  return rows.map((row) =>
    item('endpoint', `/endpoints/${row.id}`, [
      `${row.host}:${row.port}`,
      findServiceRow(readService(row.service), readTlsMode(row.tlsMode))?.title ?? row.service,
    ]),
  );
}

async function findIncidents(letters: string, words: string): Promise<readonly FoundItem[]> {
  const rows = await database().incident.findMany({
    where: {
      state: { in: ['firing', 'acknowledged', 'recovering'] },
      OR: [{ host: { contains: letters } }, { title: { contains: words, mode: 'insensitive' } }],
    },
    orderBy: { updatedAt: 'desc' },
    take: shown,
    select: { id: true, title: true, severity: true },
  });
  return rows.map(({ id, title, severity }) =>
    item('incident', `/incidents/${id}`, [title, wordOfSeverity[readSeverity(severity)]]),
  );
}

function findCodes(words: readonly string[]): readonly FoundItem[] {
  return allFindings
    .filter(({ code, summary }) => {
      const text = `${code} ${summary}`.toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .slice(0, shown)
    .map(({ code, summary }) => item('code', `/findings/${code}`, [summary, code]));
}

function findPlaces(person: Person, words: readonly string[]): readonly FoundItem[] {
  const { pages, doings } = placesFor(person);
  const kinds: readonly (readonly [FoundKind, typeof pages])[] = [
    ['page', pages],
    ['doing', doings],
  ];
  return kinds.flatMap(([kind, places]) =>
    places
      .filter(({ text }) => words.every((word) => text.toLowerCase().includes(word)))
      .map(({ href, text }) => item(kind, href, [text, kind === 'page' ? href : ''])),
  );
}

/**
 * What has these letters, some of each kind. Without letters: all pages and what one can begin. A name may be typed in
 * Unicode; all letters of a name are compared as they are, `%` too.
 */
export async function findItems(typed: string, person: Person): Promise<readonly FoundItem[]> {
  const text = typed.slice(0, maxLetters).replaceAll('\0', '').trim().toLowerCase();
  const words = text.split(/\s+/).filter((word) => word !== '');
  const places = findPlaces(person, words);
  if (text === '') return places;
  const ascii = /^[\u0021-\u007e]*$/.test(text) ? text : domainToASCII(text);
  const letters = literally(ascii === '' ? text : ascii);
  const found = await Promise.all([
    findIncidents(letters, literally(text)),
    findDomains(letters),
    findEndpoints(letters),
  ]);
  return [...places.slice(0, 2 * shown), ...found.flat(), ...findCodes(words)];
}
