import type { TlsMode } from '../model/endpoint.ts';
import { matchHost } from '../x509/names.ts';

/** What the latest probe met at one address of a server. Texts may come from strangers: escape at output. */
export interface MetAddress {
  readonly address: string;
  readonly greeted: boolean;
  /** Why it ended early; null: it did not. */
  readonly failure: string | null;
  readonly tlsVersion: string | null;
  readonly trusted: boolean | null;
  /** Of the certificate; null: none was seen, or it cannot be read. */
  readonly dnsNames: readonly string[] | null;
}

/** How what a record promises compares with what is there. */
export interface Reality {
  readonly state: 'as-told' | 'drift' | 'dead' | 'unknown';
  /** Short sentences without a full stop, what matters first. */
  readonly lines: readonly string[];
}

const notProbed: Reality = { state: 'unknown', lines: ['not probed yet'] };

/** Whether the port is open, TLS is as told, and the certificate names the host. `met` null: nobody probes it. */
export function realityOf(
  { host, tlsMode }: { readonly host: string; readonly tlsMode: TlsMode },
  met: readonly MetAddress[] | null,
): Reality {
  if (met === null || met.length === 0) return notProbed;
  const answering = met.filter(({ greeted, tlsVersion }) => greeted || tlsVersion !== null);
  if (answering.length === 0) {
    const reasons = [...new Set(met.map(({ failure }) => failure ?? 'no greeting'))];
    return { state: 'dead', lines: [`nothing answers there: ${reasons.join(', ')}`] };
  }
  const silent = met.length - answering.length;
  const withTls = answering.filter(({ tlsVersion }) => tlsVersion !== null);
  const way = tlsMode === 'implicit' ? 'implicit TLS' : 'STARTTLS';
  const misnamed = withTls.filter(({ dnsNames }) => dnsNames !== null && !matchHost(host, dnsNames).matches);
  const untrusted = withTls.filter(({ trusted }) => trusted === false);
  const faults = [
    ...(silent === 0 ? [] : [`${String(silent)} of ${String(met.length)} addresses do not answer`]),
    ...(withTls.length === answering.length ? [] : [`answers, but without ${way}`]),
    ...(misnamed.length === 0 ? [] : [`the certificate is not for this name${namesOf(misnamed)}`]),
    ...(untrusted.length === 0 ? [] : ['the certificate is not trusted']),
  ];
  const versions = [...new Set(withTls.flatMap(({ tlsVersion }) => tlsVersion ?? []))].toSorted();
  const good = withTls.length === 0 ? 'the port is open' : `the port is open, ${way} works (${versions.join(', ')})`;
  const named = withTls.length > 0 && misnamed.length === 0 ? ['the certificate names the host'] : [];
  return { state: faults.length === 0 ? 'as-told' : 'drift', lines: [...faults, good, ...named] };
}

const maxNames = 3;

function namesOf(misnamed: readonly MetAddress[]): string {
  const names = [...new Set(misnamed.flatMap(({ dnsNames }) => dnsNames ?? []))];
  if (names.length === 0) return ', it has no DNS name';
  const more = names.length > maxNames ? ` and ${String(names.length - maxNames)} more` : '';
  return ` but for ${names.slice(0, maxNames).join(', ')}${more}`;
}

/** What a record that says "not offered", or no record at all, is worth where a server answers all the same. */
export function realityWithoutTarget(told: 'not-offered' | 'absent', alive: readonly string[]): Reality {
  const nothing =
    told === 'absent' ? 'nothing is told and nothing of ours answers' : 'nothing of ours answers, as told';
  if (alive.length === 0) return { state: 'as-told', lines: [nothing] };
  const said = told === 'not-offered' ? 'said not to be offered' : 'not told';
  return { state: 'drift', lines: [`${said}, but ${alive.join(', ')} answers`] };
}
