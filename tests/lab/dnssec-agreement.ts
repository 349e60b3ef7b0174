import type { DnssecReason, DnssecState } from '#lib/model/dnssec.ts';
import type { DnssecQuestion, DnssecZone } from './dnssec-zone.ts';
import { dnssecZones } from './dnssec-zones.ts';
import { askResolver, type ResolverName, type ResolverOpinion } from './resolver-opinion.ts';

/** Our verdict. */
export interface OwnVerdict {
  readonly state: DnssecState;
  readonly reason: DnssecReason | null;
  /** NOERROR, NXDOMAIN ...; null where no answer came. */
  readonly rcode: string | null;
}

export type OwnValidator = (question: { readonly name: string; readonly type: string }) => Promise<OwnVerdict>;

export interface AgreementRow {
  readonly zone: DnssecZone;
  readonly question: DnssecQuestion;
  readonly own: OwnVerdict;
  readonly unbound: ResolverOpinion;
  readonly bind: ResolverOpinion;
}

/** Questions on their way at once; each is a process for each resolver. */
const atOnce = 4;

/** Puts every question of the table to both resolvers and to ourselves. The lab has to be up. */
export async function compareAll(own: OwnValidator): Promise<readonly AgreementRow[]> {
  const waiting = dnssecZones.flatMap((zone) => zone.questions.map((question) => ({ zone, question })));
  const rows = new Map<DnssecQuestion, AgreementRow>();
  // From the end of the table: those that wait for servers that say nothing come first.
  const questions = waiting.toReversed().values();
  const work = async (): Promise<void> => {
    for (const { zone, question } of questions) rows.set(question, await compare(zone, question, own));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return waiting.flatMap(({ question }) => rows.get(question) ?? []);
}

async function compare(zone: DnssecZone, question: DnssecQuestion, validate: OwnValidator): Promise<AgreementRow> {
  const [own, unbound, bind] = await Promise.all([
    validate(question),
    askUntilAnswered('unbound', question),
    askUntilAnswered('bind', question),
  ]);
  return { zone, question, own, unbound, bind };
}

const maxAsked = 4;

/** A resolver that met the dead one of two servers too often gives up; asked again, it knows better. */
async function askUntilAnswered(resolver: ResolverName, question: DnssecQuestion): Promise<ResolverOpinion> {
  const expected = expectedOf(resolver, question);
  for (let asked = 1; ; asked += 1) {
    const opinion = await askResolver(resolver, question);
    if (opinion.state !== 'indeterminate' || expected === 'indeterminate' || asked === maxAsked) return opinion;
  }
}

/** What the table says that a resolver makes of a question: as the standards have it, but for known differences. */
function expectedOf(resolver: ResolverName, { state, difference }: DnssecQuestion): DnssecState {
  return difference?.[resolver] ?? state;
}

/** All that is not as the table has it, as sentences; none where everybody agrees or the difference is explained. */
export function disagreements(row: AgreementRow): readonly string[] {
  const { question, own } = row;
  const resolverNames = ['unbound', 'bind'] as const;
  const seen = [
    own.state === question.state && own.reason === question.reason
      ? []
      : [`we say ${verdictText(own)} instead of ${verdictText(question)}`],
    resolverNames
      .filter((name) => row[name].state !== expectedOf(name, question))
      .map((name) => `${name} says ${row[name].state} instead of ${expectedOf(name, question)}`),
    // Of a bogus answer a resolver tells SERVFAIL, and we what came.
    resolverNames
      .filter((name) => isAnswered(own) && isAnswered(row[name]) && own.rcode !== row[name].rcode)
      .map((name) => `${name} says ${row[name].rcode} where we say ${own.rcode}`),
  ];
  return seen.flat();
}

/** The comparison as a page for people. */
export function agreementPage(rows: readonly AgreementRow[]): string {
  const zones = new Set(rows.map((row) => row.zone.name)).size;
  const explained = rows.filter((row) => row.question.difference !== null);
  const open = rows.filter((row) => disagreements(row).length > 0);
  const agreeing = rows.filter((row) => !explained.includes(row) && !open.includes(row)).length;
  return [
    '# Our DNSSEC verdicts, and those of unbound and BIND',
    '',
    '<!-- Written by: npm run --silent lab agreement > docs/dnssec-agreement.md -->',
    '',
    `${rows.length} questions about ${zones} zones of the [lab](../tests/lab/README.md): ${agreeing} agree, ${explained.length} differ for a reason given below, ${open.length} differ without one. AD of a resolver is \`secure\`, SERVFAIL that an answer comes for without validation (CD) is \`bogus\`, SERVFAIL otherwise \`indeterminate\`, everything else \`insecure\`. The last column is what unbound gives as its reason (RFC 8914); BIND 9.18 gives none.`,
    '',
    ...(open.length === 0 ? [] : ['## Not explained', '', ...open.map(openLine), '']),
    '## All',
    '',
    '| zone | what is wrong | question | we | unbound | BIND | reasons of unbound |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(tableLine),
    '',
    '## Explained',
    '',
    ...explained.map(
      ({ question }) => `- \`${question.name} ${question.type}\`: ${question.difference?.explained ?? ''}`,
    ),
    '',
  ].join('\n');
}

function openLine(row: AgreementRow): string {
  return `- \`${row.question.name} ${row.question.type}\`: ${disagreements(row).join('; ')}`;
}

function tableLine({ zone, question, own, unbound, bind }: AgreementRow): string {
  const owner = question.name === zone.name ? '@' : question.name.replace(`.${zone.name}`, '');
  const cells = [
    zone.name.replace('.dnssec.test', ''),
    zone.fault ?? '',
    `\`${owner} ${question.type}\``,
    verdictText(own),
    unbound.state,
    bind.state,
    [...new Set(unbound.extendedErrors.map((text) => text.replace(/:.*/s, '')))].join(', '),
  ];
  return `| ${cells.join(' | ')} |`;
}

function verdictText({ state, reason }: Pick<OwnVerdict, 'state' | 'reason'>): string {
  return reason === null ? state : `${state}: ${reason}`;
}

function isAnswered({ state, rcode }: { readonly state: DnssecState; readonly rcode: string | null }): boolean {
  return rcode !== null && (state === 'secure' || state === 'insecure');
}
