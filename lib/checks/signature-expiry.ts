import type { Params } from '../model/finding.ts';
import type { ZoneCheck } from './check.ts';
import { bogusMeans } from './consequences.ts';
import type { Decision } from './decision.ts';
import { judgeWholeZone, passed, undecided } from './decision.ts';
import type { SeenSignature } from './expiring-signatures.ts';
import { lastingSignatures } from './expiring-signatures.ts';
import type { SignatureLevel } from './signature-window.ts';
import { findSignatureLevel, readSignatureThresholds } from './signature-window.ts';
import { countParam, listParam, showTime, textParam, timeParam } from './wording.ts';
import { allAnswered, allValidated } from './zone-view.ts';
import { lineLength, mostLines, showSignature } from './zone-wording.ts';

/**
 * Dates of the signatures that mail needs, at every server. One code runs from "expiring" to "expired", so that one
 * incident gets worse instead of resolving at the moment of the outage.
 */
export const signatureExpiry: ZoneCheck = {
  id: 'signature-expiry',
  subject: 'zone',
  needsClock: true,
  findings: [
    {
      code: 'signature-expiring',
      summary: 'A signature of a zone expires soon or has expired',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 6781 section 4.4.2', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: describeEnd(params),
        expected: `A new signature before ${timeParam(params, 'warnAt')}`,
        got: listParam(params, 'signatures', lineLength),
        meaning: params.state === 'expired' ? bogusMeans : `From that minute on: ${lowerFirst(bogusMeans)}`,
        fix:
          'Sign the zone again and raise its serial, so that every secondary fetches the new signatures. Then find out ' +
          'why the automatic signing did not happen, or why it did not reach the server named here.',
      }),
    },
    {
      code: 'signature-expiring-above',
      summary: 'A signature of a zone that somebody else runs expires soon, and the chain of trust needs it',
      refs: ['draft-ietf-uta-email-deep-00 section 10.5', 'RFC 6781 section 4.4.2', 'checklist row 6'],
      confirmations: 1,
      text: (params) => ({
        title: describeEnd(params),
        expected: `A new signature before ${timeParam(params, 'warnAt')}`,
        got: listParam(params, 'signatures', lineLength),
        meaning: `The zone ${textParam(params, 'signer')} is not yours, but yours hangs on it. If nobody renews the signature: ${lowerFirst(bogusMeans)}`,
        fix: 'Mostly its operator signs again in time. If the date comes near, tell the operator of that zone.',
      }),
    },
  ],
  judge: (observation, { now }) => {
    const seen = lastingSignatures(observation);
    const own = seen.filter(({ signature }) => signature.signer === observation.zone);
    const others = seen.filter(({ signature }) => signature.signer !== observation.zone);
    const clean = allAnswered(observation) && allValidated(observation) ? passed : undecided;
    return judgeWholeZone(observation, {
      'signature-expiring': judgeOwn(own, now) ?? clean,
      'signature-expiring-above': judgeOthers(others, now) ?? (allValidated(observation) ? passed : undecided),
    });
  },
};

const verdictOfLevel: Readonly<Record<Exclude<SignatureLevel, 'fine'>, 'warn' | 'crit'>> = {
  warn: 'warn',
  crit: 'crit',
  expired: 'crit',
};

function judgeOwn(seen: readonly SeenSignature[], now: number): Decision | null {
  const ending = findEnding(seen, now);
  return ending && { verdict: verdictOfLevel[ending.level], params: ending.params };
}

function judgeOthers(seen: readonly SeenSignature[], now: number): Decision | null {
  const ending = findEnding(seen, now);
  return ending && { verdict: 'info', params: ending.params };
}

/** The worst level, and the signatures below their thresholds, the first to expire first. */
function findEnding(
  seen: readonly SeenSignature[],
  now: number,
): { readonly level: Exclude<SignatureLevel, 'fine'>; readonly params: Params } | null {
  const ending = seen
    .flatMap((one) => {
      const level = findSignatureLevel(one.signature, now);
      return level === 'fine' ? [] : [{ ...one, level }];
    })
    .toSorted((a, b) => levels.indexOf(b.level) - levels.indexOf(a.level) || endOf(a) - endOf(b));
  const [worst] = ending;
  if (worst === undefined) return null;
  const { owner, type, signer, keyTag, algorithm, inception, expiration } = worst.signature;
  return {
    level: worst.level,
    params: {
      ...{ owner, type, signer, keyTag, algorithm, inception, expiration },
      ...readSignatureThresholds(worst.signature),
      state: worst.level === 'expired' ? 'expired' : 'expiring',
      signatures: ending.slice(0, mostLines).map(showSeen),
      sets: [...new Set(ending.map(({ signature }) => `${signature.owner} ${signature.type}`))].slice(0, mostLines),
    },
  };
}

const levels: readonly SignatureLevel[] = ['fine', 'warn', 'crit', 'expired'];

function endOf({ signature }: SeenSignature): number {
  return signature.expiration;
}

function showSeen({ signature, from }: SeenSignature): string {
  return `${showSignature(signature)}${from === null ? '' : `, from ${from}`}`;
}

function describeEnd(params: Params): string {
  if (typeof params.expiration !== 'number') return 'A signature expires soon or has expired';
  const more = countParam(params, 'sets') > 1 ? ` and ${String(countParam(params, 'sets') - 1)} more` : '';
  const verb = params.state === 'expired' ? 'expired' : 'expires';
  const set = `${textParam(params, 'owner', 50)} ${textParam(params, 'type', 12)}`;
  return `Signature of ${set}${more} ${verb} ${showTime(params.expiration)}`;
}

function lowerFirst(text: string): string {
  return `${text.slice(0, 1).toLowerCase()}${text.slice(1)}`;
}
