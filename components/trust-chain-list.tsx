import type { ReactNode } from 'react';
import type { DenialProof, Dnssec, DsResult, KeyResult, Validation } from '#lib/model/dnssec.ts';
import { algorithmText, digestText, isRevoked, judgeDnssec, keyRole, reasonText } from './dnssec-words.ts';
import { SignatureList } from './signature-list.tsx';
import { isDenial } from './trust-chain-words.ts';
import type { AnswerGroup, TrustGraph, ZoneNode } from './trust-graph.ts';
import { ForeignText } from './ui/foreign-text.tsx';
import { ToneLabel } from './ui/tone-label.tsx';

interface Context {
  readonly now: number;
  readonly stale: boolean;
}

const maxRows = 64;
const maxRecords = 16;

function Item({
  name,
  state,
  context,
  children,
}: {
  readonly name: string;
  readonly state: Dnssec;
  readonly context: Context;
  readonly children: ReactNode;
}) {
  const { tone, word } = judgeDnssec(state, context);
  const reason = reasonText(state);
  return (
    <li className="min-w-0">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <span className="min-w-0 font-mono text-sm font-semibold">
          <ForeignText text={name} maxLength={300} />
        </span>
        <ToneLabel tone={tone}>{word}</ToneLabel>
      </div>
      {reason === null ? null : (
        <p className="text-sm">
          <ForeignText text={reason} maxLength={600} />
        </p>
      )}
      {children}
    </li>
  );
}

function Nested({ children }: { readonly children: ReactNode }) {
  return <ul className="mt-2 space-y-3 border-l border-line pl-3 sm:pl-5">{children}</ul>;
}

const dsWords: Readonly<Record<DsResult['status'], string>> = {
  match: 'fits a key of the zone',
  'no-key': 'the zone has no key with this tag',
  'digest-mismatch': 'fits no key of the zone',
  'unsupported-algorithm': 'its algorithm is not supported',
  'unsupported-digest': 'its digest type is not supported',
  ignored: 'ignored, because a better digest stands beside it',
};

function dsText({ keyTag, algorithm, digestType, status }: DsResult): string {
  const digest = `, ${digestType === 0 ? '' : 'digest '}${digestText(digestType)}`;
  return `DS ${keyTag}, algorithm ${algorithmText(algorithm)}${digest}: ${dsWords[status]}`;
}

function keyText({ keyTag, algorithm, flags, protocol, anchored, signsKeys }: KeyResult): string {
  const notes = [
    ...(anchored ? ['named by the parent or the trust anchor'] : []),
    ...(signsKeys ? ['signs the key set'] : []),
    ...(isRevoked(flags) ? ['revoked'] : []),
    ...(protocol === 3 ? [] : [`protocol ${protocol}, which must be 3`]),
  ];
  const said = notes.length === 0 ? '' : `: ${notes.join(', ')}`;
  return `DNSKEY ${keyTag}, ${keyRole(flags)} (flags ${flags}), algorithm ${algorithmText(algorithm)}${said}`;
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  const shown = lines.slice(0, maxRows);
  return (
    <>
      {shown.map((line, index) => (
        <li key={index} className="text-sm">
          {line}
        </li>
      ))}
      {lines.length > shown.length ? <li className="text-sm">and {lines.length - shown.length} more</li> : null}
    </>
  );
}

const denialWords: Readonly<Record<DenialProof['kind'], string>> = {
  nxdomain: 'the name does not exist',
  nodata: 'there is no record of this type',
  'wildcard-nodata': 'the wildcard has no record of this type',
  'no-ds': 'there is no DS record',
  'opt-out': 'nothing is promised about it (opt-out)',
  'wildcard-answer': 'there is no closer match than the wildcard',
  'no-cut': 'no zone begins here',
};

function Denial({ denial, context }: { readonly denial: DenialProof; readonly context: Context }) {
  const iterations = denial.iterations === null ? '' : `, ${denial.iterations} extra iterations`;
  return (
    <div className="mt-1">
      <p className="text-sm">
        Proof by {denial.mechanism.toUpperCase()}
        {iterations}: {denialWords[denial.kind]}
      </p>
      <ul className="font-mono text-xs text-muted">
        {denial.records.slice(0, maxRecords).map(({ role, owner, next, types }, index) => (
          <li key={index}>
            {role}: <ForeignText text={`${owner} to ${next} (${types.join(' ')})`} maxLength={400} />
          </li>
        ))}
      </ul>
      <SignatureList signatures={denial.signatures} {...context} />
    </div>
  );
}

function Answer({ answer, context }: { readonly answer: Validation; readonly context: Context }) {
  const { name, type, result, records, rcode, hops, wildcard, denial, signatures, ttlSeconds } = answer;
  return (
    <Item name={`${name} ${type}`} state={result} context={context}>
      {isDenial(answer) || rcode === null ? (
        <p className="text-sm text-muted">{rcode === null ? 'No answer came.' : `Does not exist (${rcode}).`}</p>
      ) : (
        <ul className="font-mono text-xs text-muted">
          {records.slice(0, maxRecords).map((record, index) => (
            <li key={index}>
              <ForeignText text={record} maxLength={400} />
            </li>
          ))}
          {records.length > maxRecords ? <li>and {records.length - maxRecords} more records</li> : null}
        </ul>
      )}
      {ttlSeconds === null ? null : <p className="text-sm text-muted">TTL {ttlSeconds} s</p>}
      {wildcard === null ? null : (
        <p className="text-sm">
          Made from the wildcard <ForeignText text={wildcard} maxLength={253} />
        </p>
      )}
      {hops.map((hop, index) => (
        <div key={index} className="mt-1">
          <p className="text-sm">
            {hop.kind.toUpperCase()} from <ForeignText text={hop.from} maxLength={253} /> to{' '}
            <ForeignText text={hop.to} maxLength={253} />: {judgeDnssec(hop.state, context).word.toLowerCase()}
          </p>
          <SignatureList signatures={hop.signatures} {...context} />
        </div>
      ))}
      <SignatureList signatures={signatures} {...context} />
      {denial === null ? null : <Denial denial={denial} context={context} />}
    </Item>
  );
}

function Answers({ groups, context }: { readonly groups: readonly AnswerGroup[]; readonly context: Context }) {
  return groups.flatMap((group) =>
    group.answers.map((answer, index) => (
      <Answer key={`${group.type} ${group.state.state} ${index}`} answer={answer} context={context} />
    )),
  );
}

function Zone({ node, context }: { readonly node: ZoneNode; readonly context: Context }) {
  const { link, groups, children } = node;
  return (
    <Item name={link.zone === '.' ? '. (root)' : link.zone} state={link.state} context={context}>
      <ul className="mt-1 space-y-0.5">
        <Lines lines={link.ds.map(dsText)} />
      </ul>
      <SignatureList signatures={link.dsSignatures} {...context} />
      {link.denial === null ? null : <Denial denial={link.denial} context={context} />}
      <ul className="mt-1 space-y-0.5">
        <Lines lines={link.keys.map(keyText)} />
      </ul>
      <SignatureList signatures={link.keySignatures} {...context} />
      {groups.length + children.length === 0 ? null : (
        <Nested>
          <Answers groups={groups} context={context} />
          {children.map((child) => (
            <Zone key={child.link.zone} node={child} context={context} />
          ))}
        </Nested>
      )}
    </Item>
  );
}

/** The chain of trust as a list within a list: each zone, its records and keys, every signature, its answers. */
export function TrustChainList({ graph, context }: { readonly graph: TrustGraph; readonly context: Context }) {
  const { anchor, zones, loose } = graph;
  return (
    <div>
      <p className="text-sm">
        {anchor === null ? (
          'No trust anchor stands above these names.'
        ) : (
          <>
            Trust anchor of <ForeignText text={anchor.zone} maxLength={253} />, keys{' '}
            {anchor.keyTags.slice(0, maxRows).join(', ')}, from <ForeignText text={anchor.source} maxLength={300} />
          </>
        )}
      </p>
      <Nested>
        {zones.map((node) => (
          <Zone key={node.link.zone} node={node} context={context} />
        ))}
        <Answers groups={loose} context={context} />
      </Nested>
    </div>
  );
}
