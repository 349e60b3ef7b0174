import type { ChangeOp, PlannedChange } from '#lib/planner/change.ts';
import type { Impact } from '#lib/planner/judged.ts';
import type { PlanState } from '#lib/planner/plan-state.ts';
import type { Tone } from './ui/tone.ts';

/** What a kind of change is called in the menu. */
export const opTitles: Readonly<Record<ChangeOp, string>> = {
  disable_tls: 'Switch off TLS versions',
  new_certificate: 'New certificate or CA',
  new_key: 'New key',
  change_tlsa: 'Change TLSA records',
  drop_tlsa: 'Drop TLSA records',
  unsign_zone: 'Stop signing a zone',
  rename_host: 'Rename a host',
  move_host: 'Move a host to other servers',
  filter_in_front: 'Put a filter or proxy in front',
  drop_starttls: 'Drop STARTTLS',
  drop_port: 'Close a port',
  stop_advertising: 'Stop advertising a tag',
  advertise: 'Advertise a tag',
};

/** What it does to clients, in a word. */
export const impactWords: Readonly<Record<Impact, string>> = {
  breaks: 'Breaks',
  'at-risk': 'At risk',
  unknown: 'Unknown',
  safe: 'Safe',
};

export const impactTones: Readonly<Record<Impact, Tone>> = {
  breaks: 'crit',
  'at-risk': 'warn',
  unknown: 'unknown',
  safe: 'ok',
};

export const planStateWords: Readonly<Record<PlanState, { readonly word: string; readonly tone: Tone }>> = {
  open: { word: 'Waits for approval', tone: 'info' },
  approved: { word: 'Approved', tone: 'ok' },
  'carried-out': { word: 'Carried out', tone: 'info' },
  expired: { word: 'Expired', tone: 'unknown' },
  withdrawn: { word: 'Withdrawn', tone: 'unknown' },
};

/** A change in one line. */
export function changeWords(change: PlannedChange): string {
  switch (change.op) {
    case 'disable_tls':
      return `Switch off TLS ${change.versions.join(' and ')} at ${placeWords(change)}`;
    case 'new_certificate':
      return `New certificate at ${placeWords(change)}`;
    case 'new_key':
      return `New key at ${placeWords(change)}`;
    case 'change_tlsa':
      return `Other TLSA records for ${placeWords(change)}`;
    case 'drop_tlsa':
      return `Drop the TLSA records of ${placeWords(change)}`;
    case 'unsign_zone':
      return `Stop signing ${change.zone}`;
    case 'rename_host':
      return `Rename ${change.host} to ${change.to}`;
    case 'move_host':
      return `Move ${change.host} to other servers`;
    case 'filter_in_front':
      return `Put a filter in front of ${placeWords(change)}`;
    case 'drop_starttls':
      return `Drop STARTTLS at ${placeWords(change)}`;
    case 'drop_port':
      return `Close ${placeWords(change)}`;
    case 'stop_advertising':
      return `Stop advertising ${change.tag} at ${change.hosts.join(', ')}`;
    case 'advertise':
      return `Advertise ${change.tag} at ${change.hosts.join(', ')}`;
  }
}

function placeWords({
  hosts,
  ports,
}: {
  readonly hosts: readonly string[];
  readonly ports: readonly number[];
}): string {
  const where = hosts.join(', ');
  if (ports.length === 0) return where;
  return `port ${ports.map(String).join(', ')} of ${where}`;
}
