import { z } from 'zod';
import { origins, services, tlsModes, type EndpointTarget, type Origin } from '../model/endpoint.ts';
import { dnssecStates, type DnssecState } from '../model/dnssec.ts';
import { verdicts, type Params, type Verdict } from '../model/finding.ts';

/** What one address of an endpoint came to. */
export interface SetupAddress {
  readonly address: string;
  readonly connectMs: number | null;
  readonly handshakeMs: number | null;
  /** As OpenSSL names it; null: no TLS came about. */
  readonly tlsVersion: string | null;
  /** Why it was not seen to the end, in words; null: it was. */
  readonly problem: string | null;
  /** Our own address guard refused to connect. */
  readonly blocked: boolean;
}

/** An endpoint that was found, as the one probe of the setup saw it. */
export interface SetupEndpoint {
  readonly target: EndpointTarget;
  readonly origin: Origin;
  readonly priority: number | null;
  readonly weight: number | null;
  /** `silent-guess`: nobody promised it, and nothing answers there. `unseen`: nobody could look. */
  readonly standing: 'answers' | 'silent' | 'silent-guess' | 'blocked' | 'unseen';
  readonly addresses: readonly SetupAddress[];
  /** Why there is no address to look at; null: there is. */
  readonly problem: string | null;
}

/** What the checks said, worst first. */
export interface SetupFinding {
  readonly code: string;
  readonly verdict: Verdict;
  readonly params: Params;
  /** `imap.example.org:993`, or the domain. */
  readonly place: string;
}

/** What a setup run came to. Texts may be from strangers: escape them at output. */
export interface SetupResult {
  /** Null: DNS gave no usable answer. */
  readonly exists: boolean | null;
  /** The validator's trust in the zone of the domain. */
  readonly dnssec: DnssecState;
  readonly endpoints: readonly SetupEndpoint[];
  readonly findings: readonly SetupFinding[];
  /** Codes that were looked for and not found, with how often. */
  readonly passed: readonly { readonly code: string; readonly count: number }[];
  /** What nobody could look at, and why. */
  readonly unknown: readonly { readonly subject: string; readonly why: string }[];
  readonly durationMs: number;
  /** The 60 seconds were over before all was looked at. */
  readonly cutShort: boolean;
  /** Our own network or resolver was down: nothing bad is said of others. */
  readonly ownNetworkDown: boolean;
}

const params: z.ZodType<Params> = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(z.string())]),
);
const milliseconds = z.number().nullable();

export const setupResultSchema: z.ZodType<SetupResult> = z.object({
  exists: z.boolean().nullable(),
  dnssec: z.enum(dnssecStates),
  endpoints: z.array(
    z.object({
      target: z.object({
        service: z.enum(services),
        tlsMode: z.enum(tlsModes),
        host: z.string(),
        port: z.number(),
      }),
      origin: z.enum(origins),
      priority: z.number().nullable(),
      weight: z.number().nullable(),
      standing: z.enum(['answers', 'silent', 'silent-guess', 'blocked', 'unseen']),
      addresses: z.array(
        z.object({
          address: z.string(),
          connectMs: milliseconds,
          handshakeMs: milliseconds,
          tlsVersion: z.string().nullable(),
          problem: z.string().nullable(),
          blocked: z.boolean(),
        }),
      ),
      problem: z.string().nullable(),
    }),
  ),
  findings: z.array(z.object({ code: z.string(), verdict: z.enum(verdicts), params, place: z.string() })),
  passed: z.array(z.object({ code: z.string(), count: z.number() })),
  unknown: z.array(z.object({ subject: z.string(), why: z.string() })),
  durationMs: z.number(),
  cutShort: z.boolean(),
  ownNetworkDown: z.boolean(),
});

/** An endpoint that a person is asked about: silent guesses are tried again by themselves. */
export function isOffered({ standing }: Pick<SetupEndpoint, 'standing'>): boolean {
  return standing !== 'silent-guess';
}
