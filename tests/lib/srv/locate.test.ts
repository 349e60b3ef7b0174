import type { DnsLookup, MxRecord, Seen, SrvLookup, SrvRecord } from '#lib/model/observation.ts';
import { endpointKey } from '#lib/model/endpoint.ts';
import { notValidated } from '#lib/model/dnssec.ts';
import {
  domainExists,
  hostsToResolve,
  locateEndpoints,
  maxEndpoints,
  maxHosts,
  maxMxHosts,
  mxHosts,
  srvQuestions,
  type DomainRecords,
} from '#lib/srv/locate.ts';

const domain = 'example.org';

function answered<R>(type: string, records: readonly R[], rcode = 'NOERROR'): Seen<DnsLookup<R>> {
  return {
    ok: true,
    facts: {
      name: domain,
      type,
      rcode,
      records,
      ttlSeconds: null,
      aliases: [],
      ad: false,
      signaturesPresent: false,
      dnssec: notValidated,
      server: '127.0.0.1:53',
      wire: '',
    },
  };
}

const failed: Seen<never> = { ok: false, failure: { stage: 'resolve', reason: 'temporary', said: 'SERVFAIL' } };

/** Records of a domain: by SRV label, and MX. What is left out was answered and empty. */
function recordsOf({
  srv = {},
  mx = answered('MX', []),
}: {
  readonly srv?: Readonly<Record<string, readonly SrvRecord[] | 'failed'>>;
  readonly mx?: Seen<DnsLookup<MxRecord>>;
}): DomainRecords {
  const lookups = srvQuestions(domain).map(({ label, owner }): SrvLookup => {
    const records = srv[label] ?? [];
    return { label, owner, lookup: records === 'failed' ? failed : answered('SRV', records) };
  });
  return { domain, srv: lookups, mx };
}

const srv = (target: string, port: number, priority = 0, weight = 0): SrvRecord => ({ target, port, priority, weight });
const mx = (exchange: string, preference = 10): MxRecord => ({ exchange, preference });
const offersNothing = Object.fromEntries(srvQuestions(domain).map(({ label }) => [label, [srv('.', 0)]]));

function locate(records: DomainRecords, ...alive: readonly string[]): readonly string[] {
  const hosts = alive.map((host) => ({ host, addresses: { ok: true, facts: ['192.0.2.1'] } as const }));
  return locateEndpoints({ ...records, hosts }).map(
    ({ target, origin, priority }) => `${origin} ${priority ?? '-'} ${endpointKey(target)}`,
  );
}

describe('where the services of a domain are', () => {
  it('asks for all labels of RFC 6186, RFC 8314 and RFC 5804', () => {
    expect(
      srvQuestions(domain)
        .map(({ owner }) => owner)
        .sort(),
    ).toEqual([
      '_imap._tcp.example.org',
      '_imaps._tcp.example.org',
      '_pop3._tcp.example.org',
      '_pop3s._tcp.example.org',
      '_sieve._tcp.example.org',
      '_submission._tcp.example.org',
      '_submissions._tcp.example.org',
    ]);
  });

  it('follows SRV with its port and priority, dead targets included', () => {
    const records = recordsOf({
      srv: {
        ...offersNothing,
        _imaps: [srv('b.example.net', 1993, 20), srv('dead.example.net', 993, 10), srv('a.example.net', 993, 20)],
        _submissions: [srv('Smtp.example.net', 465)],
      },
      mx: answered('MX', [mx('.', 0)]),
    });
    expect(locate(records, 'a.example.net')).toEqual([
      'srv 10 imap+implicit://dead.example.net:993',
      'srv 20 imap+implicit://a.example.net:993',
      'srv 20 imap+implicit://b.example.net:1993',
      'srv 0 submission+implicit://smtp.example.net:465',
    ]);
    expect(hostsToResolve(records)).toEqual(['b.example.net', 'dead.example.net', 'a.example.net', 'smtp.example.net']);
  });

  it('takes "." for not offered, and guesses nothing then', () => {
    const records = recordsOf({ srv: offersNothing, mx: answered('MX', [mx('.', 0)]) });
    expect(hostsToResolve(records)).toEqual([]);
    expect(locate(records, 'mail.example.org', 'imap.example.org')).toEqual([]);
  });

  it('follows every MX', () => {
    const records = recordsOf({
      srv: offersNothing,
      mx: answered('MX', [mx('mx2.example.net', 20), mx('mx1.example.net', 10)]),
    });
    expect(locate(records)).toEqual([
      'mx 10 smtp+starttls://mx1.example.net:25',
      'mx 20 smtp+starttls://mx2.example.net:25',
    ]);
  });

  it('takes the domain itself where there is no MX, if it has an address (RFC 5321 section 5.1)', () => {
    const records = recordsOf({ srv: offersNothing });
    expect(hostsToResolve(records)).toEqual(['example.org']);
    expect(locate(records, 'example.org')).toEqual(['mx 0 smtp+starttls://example.org:25']);
    expect(locate(records)).toEqual([]);
  });

  it('takes the domain for nothing where MX was not answered', () => {
    expect(hostsToResolve(recordsOf({ srv: offersNothing, mx: failed }))).toEqual([]);
  });

  it('tries well-known names only for services without any SRV record, and only with an address', () => {
    const records = recordsOf({
      srv: { _imaps: [srv('imap.example.net', 993)], _pop3: 'failed' },
      mx: answered('MX', [mx('.', 0)]),
    });
    expect(hostsToResolve(records)).toEqual([
      'imap.example.net',
      'smtp.example.org',
      'mail.example.org',
      'sieve.example.org',
    ]);
    expect(locate(records, 'mail.example.org')).toEqual([
      'srv 0 imap+implicit://imap.example.net:993',
      'guess - submission+implicit://mail.example.org:465',
      'guess - submission+starttls://mail.example.org:587',
      'guess - sieve+starttls://mail.example.org:4190',
    ]);
  });

  it('looks for nothing below a name that does not exist (RFC 8020)', () => {
    const records = recordsOf({ mx: answered('MX', [], 'NXDOMAIN') });
    expect(hostsToResolve(records)).toEqual([]);
    expect(domainExists(records)).toBe(false);
    expect(domainExists(recordsOf({}))).toBe(true);
    expect(domainExists(recordsOf({ mx: failed }))).toBeNull();
  });

  it('lists an endpoint once, by its better source and priority', () => {
    const records = recordsOf({
      srv: { ...offersNothing, _imaps: [srv('a.example.net', 993, 20), srv('A.example.net', 993, 10)] },
      mx: answered('MX', [mx('mx.example.net', 20), mx('mx.example.net', 5)]),
    });
    expect(locate(records)).toEqual([
      'srv 10 imap+implicit://a.example.net:993',
      'mx 5 smtp+starttls://mx.example.net:25',
    ]);
  });

  it.each(['192.0.2.1', 'a\\032b.example', '2001:db8::1', 'a..b', '0x7f', ''])(
    'makes no endpoint of a target that no host can be called: %j',
    (target) => {
      const records = recordsOf({
        srv: { ...offersNothing, _imaps: [srv(target, 993)] },
        mx: answered('MX', [mx('.', 0)]),
      });
      expect(locate(records, target)).toEqual([]);
      expect(hostsToResolve(records)).toEqual([target]);
    },
  );

  it('makes no endpoint of port 0', () => {
    const records = recordsOf({
      srv: { ...offersNothing, _imaps: [srv('a.example.net', 0)] },
      mx: answered('MX', [mx('.', 0)]),
    });
    expect(locate(records)).toEqual([]);
  });

  it('cuts what a hostile domain names without end', () => {
    const many = Array.from({ length: 500 }, (_, index) => srv(`h${index}.example.net`, 993));
    const records = recordsOf({ srv: { ...offersNothing, _imaps: many } });
    expect(hostsToResolve(records)).toHaveLength(maxHosts);
    expect(locate(records)).toHaveLength(maxEndpoints);
  });
});

describe('MX hosts', () => {
  const hostsOf = (records: readonly MxRecord[], rcode?: string) => mxHosts({ mx: answered('MX', records, rcode) });

  it('are listed once each, the most preferred first', () => {
    expect(
      hostsOf([mx('b.example.org', 20), mx('A.example.org', 20), mx('c.example.org'), mx('b.example.org')]),
    ).toEqual(['b.example.org', 'c.example.org', 'a.example.org']);
  });

  it('are no more than senders try', () => {
    expect(hostsOf(Array.from({ length: 40 }, (_, index) => mx(`mx${String(index)}.example.org`)))).toHaveLength(
      maxMxHosts,
    );
  });

  it('are none where there is no answer, no domain or no host name', () => {
    expect(mxHosts({ mx: failed })).toEqual([]);
    expect(hostsOf([mx('mx.example.org')], 'NXDOMAIN')).toEqual([]);
    expect(hostsOf([mx('.', 0), mx('192.0.2.1')])).toEqual([]);
  });
});
