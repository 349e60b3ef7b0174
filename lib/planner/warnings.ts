import type { PlanTotals } from './answer.ts';
import type { Planning } from './planning.ts';

/** What locks nobody out by itself and should be known before the change. */
export function listWarnings(
  planning: Planning & { readonly totals: PlanTotals; readonly holders: number },
): readonly string[] {
  const { change, totals, holders, coverage, evidence } = planning;
  return [
    ...ofChange(planning, holders > 0),
    ...(totals.unknown === 0
      ? []
      : [
          'Clients that do not report may have latched anything that was ever advertised: they are counted as unknown.',
        ]),
    ...(coverage.ambiguous === 0
      ? []
      : ['Some clients reached a server that only its address names: they are counted for each name of that address.']),
    ...(evidence.endpoints.length === 0
      ? ['No endpoint of these hosts is watched: what they prove is not known.']
      : []),
    ...(change.op === 'new_key' || change.op === 'new_certificate'
      ? ['Clients that pinned the certificate of today refuse any other one, and nobody can see who they are.']
      : []),
  ];
}

function ofChange({ change, promises }: Planning, hasHolders: boolean): readonly string[] {
  switch (change.op) {
    case 'rename_host':
      return [
        `Latches do not follow to ${change.to}: clients that are set up anew are not protected by what they had latched` +
          `${hasHolders ? ', and those who hold a latch lose it' : ''}. Nobody is locked out while ${change.host} stays as it is.`,
      ];
    case 'stop_advertising':
      return ['Nobody is released: clients that latched the tag require it for good. Only the growth ends.'];
    case 'advertise':
      return [
        'This cannot be taken back: a client that latches the tag requires it of every port of the host for good.',
      ];
    case 'drop_tlsa':
    case 'unsign_zone':
      return [...promises].flatMap(([host, { promised }]) =>
        promised.has('tls-dane-tlsa') ? [`${host} promised tls-dane-tlsa: its latches outlive the advertisement.`] : [],
      );
    default:
      return [];
  }
}
