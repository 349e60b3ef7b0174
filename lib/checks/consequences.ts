/** What a failed certificate check does to people who read and send mail (draft sections 3.1 and 5.1). */
export const untrustedCertificateMeans =
  'Mail clients that have latched this server stop connecting, and their users cannot click the warning away. ' +
  'Other clients show a warning, and every warning that turns out harmless teaches people to ignore the next one.';

/** What a DANE failure does to those who rely on it. */
export const daneFailureMeans =
  'Servers that check DANE hold back mail for this host, and clients that have latched tls-dane-tlsa stop connecting.';

/** What a record set that fails DNSSEC validation does. */
export const bogusMeans =
  'Resolvers that validate answer with an error instead of these records. For everybody behind them the names are gone: ' +
  'mail to the domain waits and then bounces, and mail programs do not find their servers.';

/** What a single bad name server does. */
export const oneServerMeans =
  'Which name server a resolver asks is chance, so the fault comes and goes: some senders and some customers meet it, ' +
  'others do not.';
