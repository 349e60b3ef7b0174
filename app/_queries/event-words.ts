/** Kinds of events and reasons of notices as a person reads them; a newer kind is shown as it stands. */
const events: Readonly<Record<string, string>> = {
  opened: 'Opened',
  regraded: 'Severity changed',
  accepted: 'Accepted for a time',
  acknowledged: 'Acknowledged',
  recovering: 'Looks better, being confirmed',
  relapsed: 'Came back',
  resolved: 'Resolved',
  notified: 'Alert mail sent',
};

const reasons: Readonly<Record<string, string>> = {
  opened: 'The incident opened',
  worsened: 'It became worse',
  resolved: 'It is over',
};

export function eventText(kind: string): string {
  return events[kind] ?? kind;
}

export function reasonText(reason: string): string {
  return reasons[reason] ?? reason;
}
