import { shellCommand } from './shell-quote.ts';

/** The answer of the own resolver with its signatures. */
export function dig(name: string, type: string): string {
  return shellCommand(['dig', '+dnssec', '-q', name, '-t', type]);
}

/** The same, validated on the spot from the root down. */
export function delv(name: string, type: string): string {
  return shellCommand(['delv', '+rtrace', '-q', name, '-t', type]);
}

/** The records that tell mail clients and senders where to go. */
export function digSrv(domain: string): readonly string[] {
  return ['_imaps', '_imap', '_pop3s', '_pop3', '_submissions', '_submission'].map((label) =>
    dig(`${label}._tcp.${domain}`, 'SRV'),
  );
}

/** The TLSA records of port 25 of each host that MX records name. */
export function digTlsaOfMx(domain: string): string {
  const hosts = `${shellCommand(['dig', '+short', '-q', domain, '-t', 'MX'])} | awk '{print $2}'`;
  return `for host in $(${hosts}); do dig +dnssec -q "_25._tcp.$host" -t TLSA; done`;
}

/** Every authoritative server asked for its SOA, and the delegation as the parent has it. */
export function askEveryServer(zone: string): readonly string[] {
  return [shellCommand(['dig', '+nssearch', zone]), shellCommand(['dig', '+trace', '+dnssec', '-q', zone, '-t', 'NS'])];
}

/** Keys, DS records and signatures of a zone. */
export function digKeys(zone: string): readonly string[] {
  return [dig(zone, 'DNSKEY'), dig(zone, 'DS'), delv(zone, 'SOA')];
}
