import type { DeclarationName } from '#lib/model/declaration-fields.ts';

/** What people read for each declared fact. */
export const declarationTitles: Readonly<Record<DeclarationName, string>> = {
  expects_deep: 'Announces DEEP',
  accepts_client_certs: 'Login by certificate',
  legacy_submission: 'Submission for old clients',
  front_of: 'Stands in front of',
  vantage: 'Seen only from',
  address: 'Address to connect to',
  sni: 'Name to ask for',
  try_client_command: 'May try CLIENT',
  try_injection: 'May try command injection',
};

/** What saying so changes. */
export const declarationHints: Readonly<Record<DeclarationName, string>> = {
  expects_deep: 'Yes: a missing DEEP status is a fault, and no longer a note.',
  accepts_client_certs: 'Yes: the server may ask for certificates, and must offer EXTERNAL.',
  legacy_submission: 'Yes: mail is handed in here on purpose, beside ports 465 and 587.',
  front_of: 'The server behind this filter or proxy, as imap+implicit://backend.example.org:993. Both are compared.',
  vantage: 'Name of the place whose workers can reach it (LATCHWATCH_VANTAGE). Others leave it alone.',
  address: 'Instead of the addresses in DNS, as 192.0.2.1 or 2001:db8::1.',
  sni: 'Sent as SNI instead of the host; certificates are judged by it. TLSA records stay those of the host.',
  try_client_command: 'Yes: the deep scan sends the CLIENT command of the draft.',
  try_injection: 'Yes: the deep scan sends a harmless command in one piece with STARTTLS.',
};
