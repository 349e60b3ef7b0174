/** The words of the console, in plain sentences. */
export const glossary: readonly { readonly word: string; readonly meaning: string; readonly href: string | null }[] = [
  {
    word: 'DEEP status',
    meaning:
      'What a mail server says of its own security, in its greeting or its capabilities. It names tags that clients may rely on.',
    href: null,
  },
  {
    word: 'Tag',
    meaning:
      'The name of one promise: tls10 and tls12 promise encryption of at least that version, tls-cert a certificate that can be verified, tls-dane-tlsa a TLSA record that matches.',
    href: '/commitments',
  },
  {
    word: 'Latch',
    meaning:
      'A client that has seen a tag remembers it and from then on refuses that host without it. A latch never expires: taking a promise back locks such clients out.',
    href: '/latches',
  },
  {
    word: 'Promise',
    meaning:
      'A tag that a host ever advertised. It holds for every port and address of that host, since clients latch the host.',
    href: '/commitments',
  },
  {
    word: 'Coverage',
    meaning:
      'The share of logins that tell us what the client has latched. POP clients cannot tell, so what is counted is a lower bound.',
    href: '/latches',
  },
  {
    word: 'Census',
    meaning: 'All that clients reported of themselves, counted: who has latched what, with which program, seen when.',
    href: '/latches',
  },
  {
    word: 'TLSA record',
    meaning: 'A DNS record that says which certificate or key a server shows. It counts only where DNSSEC secures it.',
    href: '/rollovers',
  },
  {
    word: 'DANE',
    meaning: 'Verifying a certificate by TLSA records instead of, or besides, public authorities.',
    href: '/rollovers',
  },
  {
    word: 'Secure, insecure, bogus, indeterminate',
    meaning:
      'The four answers of DNSSEC: proven; proven to be unsigned; signed, and wrong, so that validating resolvers refuse it; not to be decided now.',
    href: null,
  },
  {
    word: 'Finding',
    meaning: 'What one check says of one subject, with what was expected, what was seen and how to see it yourself.',
    href: '/findings',
  },
  {
    word: 'Incident',
    meaning:
      'A finding that somebody must act on. It opens after it was seen twice, tells whoever is to be told, and ends by itself when the fault is gone.',
    href: '/incidents',
  },
  {
    word: 'Acknowledge',
    meaning: 'You take it: reminders stop, the incident stays open until the fault is gone.',
    href: '/incidents',
  },
  {
    word: 'Silence',
    meaning: 'Alerts about something are held back until a time. It is still looked at and still shown.',
    href: '/silences',
  },
  {
    word: 'Exception',
    meaning: 'Somebody signed that a finding is accepted until a day. Alerts are milder until then.',
    href: '/exceptions',
  },
  {
    word: 'Vantage',
    meaning: 'The place from which a worker looks. Some servers can be seen only from inside.',
    href: null,
  },
  {
    word: 'Probe and scan',
    meaning: 'A probe is a short look every few minutes; a scan is a thorough one, daily and after a change.',
    href: null,
  },
];

/** Where to look for what. */
export const whereToLook: readonly { readonly question: string; readonly href: string; readonly page: string }[] = [
  { question: 'What is broken now, and for whom?', href: '/', page: 'Now' },
  { question: 'When does a certificate or a signature run out?', href: '/certificates', page: 'Certificates' },
  { question: 'What did a server answer, byte for byte?', href: '/endpoints', page: 'Endpoints' },
  { question: 'What changed before it broke?', href: '/changes', page: 'Changes' },
  { question: 'Whom would a change lock out?', href: '/plan', page: 'Planner' },
  { question: 'In which order do I exchange a key that TLSA records name?', href: '/rollovers', page: 'Rollovers' },
  { question: 'Do clients refuse our servers, and from where?', href: '/signals', page: 'Signals' },
  { question: 'What does a finding mean, and what do I do?', href: '/findings', page: 'Findings' },
  { question: 'Who is told, and does that work?', href: '/settings', page: 'Settings' },
];
