import { showTime } from '../checks/wording.ts';
import type { TrustedPath } from '../x509/trusted-path.ts';
import { matchHost } from '../x509/names.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import type { PreflightPart, PreflightReason } from './preflight.ts';
import { judgeTlsa } from './preflight-tlsa.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A certificate that ends sooner leaves no time to find out that the renewal fails. */
const soonMs = 7 * dayMs;

/** Judges a new certificate for one port against what clients rely on there. */
export function judgeNewCertificate(facts: CertificateFacts): PreflightPart {
  const { endpoint, chain, now, census } = facts;
  const dates = judgeDates(facts);
  const identity = [...judgeTrust(facts), ...judgeNames(facts)];
  const tlsa = judgeTlsa(facts);
  const reasons = [...tlsa.reasons, ...identity, ...dates.reasons].map((reason) => ({
    ...reason,
    text: `${endpoint.host}:${String(endpoint.port)}: ${reason.text}`,
  }));
  const blocks = (list: readonly PreflightReason[]) => list.some(({ verdict }) => verdict === 'block');
  const lost = [
    ...(blocks(identity) || blocks(dates.reasons) ? ['tls-cert'] : []),
    ...(blocks(tlsa.reasons) ? ['tls-dane-tlsa'] : []),
  ];
  const count = (held: ReadonlyMap<string, number> | undefined) =>
    held === undefined ? null : Math.max(0, ...lost.map((tag) => held.get(tag) ?? 0));
  const waits = [dates.earliestSafe, tlsa.earliestSafe].flatMap((at) => at ?? []);
  const passesByWaiting =
    !blocks(identity) &&
    (!blocks(dates.reasons) || dates.earliestSafe !== null) &&
    (!blocks(tlsa.reasons) || tlsa.earliestSafe !== null);
  const earliestSafe = lost.length > 0 && passesByWaiting ? Math.max(...waits) : null;
  const ends = chain[0]?.notAfter ?? now;
  return {
    reasons,
    breaks: count(census?.holders),
    atRisk: count(census?.presumed),
    unknownShare: census?.unknownShare ?? null,
    earliestSafe,
    expiresAt: Math.max(now, Math.min(now + hourMs, ends, earliestSafe ?? Infinity)),
  };
}

function judgeTrust({ endpoint, path, shown, promised }: CertificateFacts): readonly PreflightReason[] {
  if (path.trusted) {
    const end = path.path.at(-1)?.subject ?? '';
    return [{ verdict: 'pass', code: 'chain-trusted', text: `The chain leads to ${end}.`, fix: null }];
  }
  // Dates have a reason of their own.
  if (path.why === 'dates') return [];
  const isPromised = promised.includes('tls-cert');
  const isSoNow = shown.length > 0 && shown.every(({ trusted }) => !trusted);
  const what = untrusted[path.why];
  const { verdict, meaning } = ((): { readonly verdict: 'warn' | 'block'; readonly meaning: string } => {
    if (endpoint.service === 'smtp') {
      return {
        verdict: 'warn',
        meaning: 'Senders that go by MTA-STS refuse it; those that go by DANE or by nothing do not.',
      };
    }
    if (isSoNow && !isPromised) {
      return { verdict: 'warn', meaning: 'That of the present certificate is no better, so clients are used to it.' };
    }
    return {
      verdict: 'block',
      meaning: isPromised
        ? 'The host promises tls-cert: clients that hold it stop connecting.'
        : 'Mail programs show a warning or stop connecting.',
    };
  })();
  return [{ verdict, code: 'chain-untrusted', text: `${what} ${meaning}`, fix: untrustedFix[path.why] }];
}

type Untrusted = Exclude<Extract<TrustedPath, { readonly trusted: false }>['why'], 'dates'>;

const untrusted: Readonly<Record<Untrusted, string>> = {
  'self-signed': 'The certificate is signed with its own key.',
  'no-path': 'The chain leads to nobody who is trusted.',
  purpose: 'The certificate is not for servers.',
};

const untrustedFix: Readonly<Record<Untrusted, string>> = {
  'self-signed': 'Have it issued by a CA that clients trust.',
  'no-path':
    'Put the intermediate certificates behind it in the same file. If clients trust a CA of your own, name it in LATCHWATCH_CA_FILE.',
  purpose: 'Have it issued with the purpose of server authentication.',
};

function judgeNames({ endpoint, chain, names, shown }: CertificateFacts): readonly PreflightReason[] {
  const covered = chain[0]?.dnsNames ?? [];
  const missing = names.filter((name) => !matchHost(name, covered).matches);
  const before = [...new Set(shown.flatMap((one) => one.chain[0]?.dnsNames ?? []))];
  const lost = before.filter((name) => !isCovered(name, covered) && !missing.includes(name));
  const fix = 'Have it issued for every name that clients use.';
  const reasons: PreflightReason[] = [];
  if (missing.length === 0) {
    reasons.push({ verdict: 'pass', code: 'names-covered', text: `It names ${listOf(names)}.`, fix: null });
  } else if (endpoint.service === 'smtp') {
    const text = `It does not name ${listOf(missing)}: senders that go by MTA-STS, or by DANE with a trust anchor, refuse it.`;
    reasons.push({ verdict: 'warn', code: 'names-missing', text, fix });
  } else {
    const text = `It does not name ${listOf(missing)}: clients that use the name stop connecting or warn.`;
    reasons.push({ verdict: 'block', code: 'names-missing', text, fix });
  }
  if (lost.length > 0) {
    const text = `The present certificate names ${listOf(lost)} too, this one does not. Clients that use such a name stop connecting or warn.`;
    reasons.push({
      verdict: 'warn',
      code: 'names-lost',
      text,
      fix: 'Make sure that nobody uses these names, or add them.',
    });
  }
  return reasons;
}

/** A wildcard of the present certificate needs the same wildcard. */
function isCovered(name: string, covered: readonly string[]): boolean {
  return covered.some((other) => other.toLowerCase() === name.toLowerCase()) || matchHost(name, covered).matches;
}

function judgeDates({ chain, shown, path, now }: CertificateFacts): Pick<PreflightPart, 'reasons' | 'earliestSafe'> {
  const [leaf] = chain;
  if (leaf === undefined) return { reasons: [], earliestSafe: null };
  const { notBefore, notAfter } = leaf;
  const never = (reason: PreflightReason) => ({ reasons: [reason], earliestSafe: null });
  if (notAfter <= now) {
    const text = `It ended on ${showTime(notAfter)}.`;
    return never({ verdict: 'block', code: 'expired', text, fix: 'Have a new one issued. Was it the right file?' });
  }
  if (notBefore > now) {
    const text = `It does not begin before ${showTime(notBefore)}: until then clients refuse it.`;
    const fix = 'Wait, with some hours to spare for clients whose clocks are slow.';
    return { reasons: [{ verdict: 'block', code: 'not-yet-valid', text, fix }], earliestSafe: notBefore };
  }
  if (!path.trusted && path.why === 'dates') {
    const text = 'A certificate of its chain is out of date.';
    return never({ verdict: 'block', code: 'chain-expired', text, fix: 'Take the present intermediate certificate.' });
  }
  const presentEnd = Math.max(...shown.flatMap((one) => one.chain[0]?.notAfter ?? []));
  const reasons: PreflightReason[] = [];
  if (notAfter - now < soonMs) {
    const text = `It ends on ${showTime(notAfter)}.`;
    reasons.push({ verdict: 'warn', code: 'ends-soon', text, fix: 'Renew sooner, or have it issued for longer.' });
  }
  if (Number.isFinite(presentEnd) && presentEnd > notAfter + dayMs) {
    const text = `It ends on ${showTime(notAfter)}, before the present one (${showTime(presentEnd)}).`;
    reasons.push({ verdict: 'warn', code: 'ends-before-present', text, fix: 'Was it the right file?' });
  }
  if (reasons.length === 0) {
    reasons.push({ verdict: 'pass', code: 'dates-fit', text: `It holds until ${showTime(notAfter)}.`, fix: null });
  }
  return { reasons, earliestSafe: null };
}

const namesShown = 5;

/** At most five names, and how many more. */
function listOf(names: readonly string[]): string {
  const more = names.length - namesShown;
  return `${names.slice(0, namesShown).join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}
