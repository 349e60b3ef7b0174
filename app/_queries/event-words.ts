/** Kinds of events and reasons of notices as a person reads them; a newer kind is shown as it stands. */
const events: Readonly<Record<string, string>> = {
  opened: 'Opened',
  regraded: 'Severity changed',
  accepted: 'Accepted for a time',
  acknowledged: 'Acknowledged',
  recovering: 'Looks better, being confirmed',
  relapsed: 'Came back',
  resolved: 'Resolved',
  notified: 'Alert sent',
  silenced: 'Nobody is told for now',
  assigned: 'Given to somebody',
  commented: 'Comment',
  ticket: 'Ticket',
  'acknowledgement-ended': 'Acknowledgement ended',
  attached: 'Explained by another incident',
  detached: 'No longer explained by another incident',
  'subject-added': 'Another place shows it',
  'subject-removed': 'One place is well again',
  unstable: 'Comes and goes',
};

const reasons: Readonly<Record<string, string>> = {
  opened: 'The incident opened',
  worsened: 'It became worse',
  resolved: 'It is over',
  repeated: 'Nobody took it yet',
  escalated: 'Nobody took it in time',
  unstable: 'It comes and goes',
  unacknowledged: 'The acknowledgement ended',
};

export function eventText(kind: string): string {
  return events[kind] ?? kind;
}

export function reasonText(reason: string): string {
  return reasons[reason] ?? reason;
}
