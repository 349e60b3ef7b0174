import type { PackVerdicts, Verdict } from '#lib/model/finding.ts';
import type { DomainObservation, EndpointObservation } from '#lib/model/observation.ts';
import type { JudgeContext } from '#lib/checks/check.ts';
import type { MessageObservation } from '#lib/model/message-observation.ts';
import type { ScanObservation } from '#lib/model/scan-observation.ts';
import type { SelfObservation } from '#lib/model/self-observation.ts';
import type { ZoneObservation } from '#lib/model/zone-observation.ts';

/** One observation and what its check must say about one code. */
interface Fixture<O> {
  readonly name: string;
  readonly observation: O;
  /** Default: the tests' own `now`. */
  readonly now?: number;
  readonly tlsaUnmatchedSince?: ReadonlyMap<string, number>;
  /** What the check knows besides. */
  readonly context?: Omit<Partial<JudgeContext>, 'now' | 'tlsaUnmatchedSince'>;
}

export interface FiringFixture<O> extends Fixture<O> {
  readonly code: string;
  readonly verdict: Extract<Verdict, 'info' | 'warn' | 'fail' | 'crit'>;
  /** What the rule packs say; absent where they agree. */
  readonly packs?: PackVerdicts;
  /** The address that it is about; null for the endpoint, domain or zone as a whole. */
  readonly address: string | null;
  /** What the wording must say, so that a reader can act on it. */
  readonly says: RegExp;
}

/** Nothing fires. `decided` false: the check could not look, and holds. */
export interface SilentFixture<O> extends Fixture<O> {
  readonly decided: boolean;
}

interface Fixtures<O> {
  readonly firing: readonly FiringFixture<O>[];
  readonly silent: readonly SilentFixture<O>[];
}

export type EndpointFixtures = Fixtures<EndpointObservation>;
export type DomainFixtures = Fixtures<DomainObservation>;
export type ZoneFixtures = Fixtures<ZoneObservation>;
export type ScanFixtures = Fixtures<ScanObservation>;
export type MessageFixtures = Fixtures<MessageObservation>;
export type SelfFixtures = Fixtures<SelfObservation>;
