import fc from 'fast-check';
import { serialInstant } from '#lib/dnssec/verify.ts';
import { createZoneCache } from '#lib/dnssec/zone-cache.ts';
import { recordTypes, typeName } from '#lib/dns/types.ts';
import type { RecordToSend } from '#tests/lib/dns/message-builder.ts';
import { validity, worldNow, type ZoneToServe } from '#tests/support/served-zone.ts';
import { ask, createWorld, spoil } from '#tests/support/signed-world.ts';
import { address } from '#tests/support/zone-records.ts';
import { createKey, signSet, typeNumber } from '#tests/support/zone-signer.ts';

const daySeconds = 86_400;

const cutZone: ZoneToServe = { apex: 'cut.example', keys: null, records: [address('www.cut.example')] };

/** A zone whose record sets of a type expire that many seconds from now. */
function expiring(spec: ZoneToServe, secondsOf: Readonly<Record<string, number | readonly number[]>>): ZoneToServe {
  const key = createKey();
  const { apex } = spec;
  const resign = (set: readonly RecordToSend[]): readonly RecordToSend[] => {
    const seconds = secondsOf[typeName(typeNumber(set[0]?.type ?? recordTypes.A))] ?? 30 * daySeconds;
    return [seconds]
      .flat()
      .map((one) => signSet(set, { zone: apex, key, ...validity, expiration: worldNow / 1000 + one }));
  };
  return { ...spec, keys: [key], resign };
}

describe('serial arithmetic of dates', () => {
  const wrap = 2 ** 32;
  const key = createKey();
  const world = createWorld([
    {
      apex: '.',
      keys: [key],
      resign: (set) => [signSet(set, { zone: '.', key, inception: wrap - 1000, expiration: 1000 })],
    },
  ]);

  it.each([
    [-1001, 'bogus signature-not-yet-valid'],
    [-1000, 'secure'],
    [-1, 'secure'],
    [0, 'secure'],
    [1, 'secure'],
    [1000, 'secure'],
    [1001, 'bogus signature-expired'],
  ])('goes on in 2106: %i seconds after the wrap it is %s', (seconds, verdict) => {
    const asked = ask(world, '. SOA', { now: (wrap + seconds) * 1000 });
    expect(asked.verdict).toBe(verdict);
    if (verdict === 'secure') {
      expect(asked.validation.signatures).toMatchObject([
        { inception: (wrap - 1000) * 1000, expiration: (wrap + 1000) * 1000 },
      ]);
    }
  });
});

describe('instants in signatures', () => {
  it('are the nearest to now, within 68 years', () => {
    const seconds = fc.integer({ min: 0, max: 2 ** 34 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1 - 2 ** 31, max: 2 ** 31 - 1 }), (now, away) => {
        const modulo = (((now + away) % 2 ** 32) + 2 ** 32) % 2 ** 32;
        expect(serialInstant(modulo, now * 1000)).toBe((now + away) * 1000);
      }),
    );
  });
});

describe('the signature that expires first', () => {
  const question = 'nope.example A';
  const first = (specs: readonly ZoneToServe[], asked = question) => {
    const { verdict, validation } = ask(createWorld([...specs, cutZone]), asked);
    const { earliestExpiry, result } = validation;
    const at = earliestExpiry === null ? null : (earliestExpiry.expiration - worldNow) / 1000;
    if (result.state === 'secure') expect(result.expiresAt).toBe(earliestExpiry?.expiration);
    return [verdict, at, `${earliestExpiry?.owner ?? ''} ${earliestExpiry?.type ?? ''}`];
  };
  const example: ZoneToServe = { apex: 'example', records: [address('www.example')] };

  it('is looked for in the chain, the answer and the denial', () => {
    const root = { apex: '.' };
    const long = expiring(example, {});
    expect(first([expiring(root, { DNSKEY: 50 }), long])).toEqual(['secure', 50, '. DNSKEY']);
    expect(first([expiring(root, { DS: 60 }), long])).toEqual(['secure', 60, 'example DS']);
    expect(first([root, expiring(example, { DNSKEY: 70 })])).toEqual(['secure', 70, 'example DNSKEY']);
    expect(first([root, expiring(example, { NSEC: 80 })])).toMatchObject(['secure', 80, 'cut.example NSEC']);
    expect(first([root, expiring(example, { SOA: 90 })])).toEqual(['secure', 90, 'example SOA']);
    expect(first([root, expiring(example, { A: 40 })], 'www.example A')).toEqual(['secure', 40, 'www.example A']);
    expect(first([root, expiring(example, { NSEC: 30 })], 'cut.example A')).toMatchObject([
      'insecure no-ds',
      30,
      'cut.example NSEC',
    ]);
  });

  it('is the longest of several over one record set, expired ones left out', () => {
    for (const type of ['A', 'NSEC', 'DNSKEY', 'SOA']) {
      const specs = [{ apex: '.' }, expiring(example, { [type]: [100, -5, 200] })];
      const asked = type === 'A' ? 'www.example A' : question;
      expect(first(specs, asked)).toMatchObject(['secure', 200, expect.stringMatching(`^.*example ${type}$`)]);
    }
  });
});

describe('the TTL of an answer', () => {
  const ttlOf = (spec: ZoneToServe, ttlSeconds: number) => {
    const tamper = spoil('www A', ({ answer, ...rest }) => ({
      ...rest,
      answer: answer.map((record) => ({ ...record, ttlSeconds })),
    }));
    return ask(createWorld([spec]), 'www A', { tamper }).validation.ttlSeconds;
  };

  it('is the smallest of what came, what was signed and what is left', () => {
    const spec: ZoneToServe = { apex: '.', records: [address('www')] };
    expect([ttlOf(spec, 60), ttlOf(spec, 99_999), ttlOf(expiring(spec, { A: 20 }), 60)]).toEqual([60, 3600, 20]);
  });
});

describe('the zone cache', () => {
  const records = [address('www.example'), address('ftp.example')];
  const specs: readonly ZoneToServe[] = [{ apex: '.' }, { apex: 'example', records }, cutZone];
  const afterwards = (of: {
    readonly world?: readonly ZoneToServe[];
    readonly first?: string;
    readonly second?: string;
    readonly seconds: number;
    readonly tamper?: NonNullable<Parameters<typeof ask>[2]>['tamper'];
  }) => {
    const zones = createZoneCache();
    const world = createWorld(of.world ?? specs);
    const tamper = of.tamper === undefined ? {} : { tamper: of.tamper };
    ask(world, of.first ?? 'www.example A', { zones, ...tamper });
    const { questions } = ask(world, of.second ?? 'ftp.example A', {
      zones,
      now: worldNow + of.seconds * 1000,
      ...tamper,
    });
    return questions.slice(1);
  };
  const wholeWay = ['. DNSKEY', 'example DS', 'example DNSKEY'];

  it('saves all questions on the way, as long as TTL and signatures allow', () => {
    expect(afterwards({ seconds: 0 })).toEqual([]);
    expect(afterwards({ seconds: 3599 })).toEqual([]);
    expect(afterwards({ seconds: 3600 })).toEqual(wholeWay);
    const short = [{ apex: '.' }, expiring({ apex: 'example', records }, { DNSKEY: 100 })];
    expect(afterwards({ world: short, seconds: 99 })).toEqual([]);
    expect(afterwards({ world: short, seconds: 100 })).toEqual(['example DS', 'example DNSKEY']);
    const above = [expiring({ apex: '.' }, { DS: 100 }), { apex: 'example', records }];
    expect(afterwards({ world: above, seconds: 100 })).toEqual(['example DS', 'example DNSKEY']);
  });

  it('knows unsigned zones for as long as the proof may be kept', () => {
    const cut = { first: 'www.cut.example A', second: 'ftp.cut.example A' };
    expect(afterwards({ ...cut, seconds: 299 })).toEqual([]);
    // NSEC records of test zones have a TTL of 300 seconds.
    expect(afterwards({ ...cut, seconds: 300 })).toEqual(['cut.example DS']);
    const short = [{ apex: '.' }, expiring({ apex: 'example', records }, { NSEC: 100 }), cutZone];
    expect(afterwards({ ...cut, world: short, seconds: 100 })).toEqual(['cut.example DS']);
    const unknown = [{ apex: '.' }, { apex: 'example', records, ds: [[0, 1, 200, 2, 9]] }];
    expect(afterwards({ world: unknown, seconds: 3599 })).toEqual([]);
    expect(afterwards({ world: unknown, seconds: 3600 })).toEqual(['. DNSKEY', 'example DS']);
  });

  it('does not keep a proof longer because somebody raised its TTL', () => {
    const tamper = spoil('cut.example DS', ({ authority, ...rest }) => ({
      ...rest,
      authority: authority.map((record) => ({ ...record, ttlSeconds: 0x7fffffff })),
    }));
    const cut = { first: 'www.cut.example A', second: 'ftp.cut.example A', tamper };
    expect(afterwards({ ...cut, seconds: 300 })).toEqual(['cut.example DS']);
  });

  it('keeps no trouble', () => {
    const tamper = spoil('example DNSKEY', (answer) => ({ ...answer, answer: [] }));
    expect(afterwards({ seconds: 0, tamper })).toEqual(['example DS', 'example DNSKEY']);
  });

  it('forgets the oldest when it is full', () => {
    const zones = createZoneCache(1);
    const world = createWorld(specs);
    ask(world, 'www.example A', { zones });
    expect(ask(world, 'ftp.example A', { zones }).questions.slice(1)).toEqual([]);
    ask(world, 'nope A', { zones });
    expect(ask(world, 'ftp.example A', { zones }).questions.slice(1)).not.toEqual([]);
  });
});
