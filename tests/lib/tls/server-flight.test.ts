import fc from 'fast-check';
import { noFlight, takeFlight, type ServerFlight } from '#lib/tls/server-flight.ts';
import { alert, certificates, message, record, serverHello, serverHelloDone } from './flight-bytes.ts';

const read = (...pieces: readonly Uint8Array[]): ServerFlight => pieces.reduce(takeFlight, noFlight);
const leaf = Buffer.from('a certificate');
const issuer = Buffer.from('its issuer');
const certificateRequest = message(13, Buffer.from('01400000', 'hex'));
const keyExchange = message(12, Buffer.from('0000', 'hex'));
const flight = [serverHello({ suite: 0x0005 }), certificates([leaf, issuer]), certificateRequest, serverHelloDone];

const plain = ({ hello, chain, certificateRequested, end }: ServerFlight) => ({
  hello,
  chain: chain.map((der) => Buffer.from(der).toString()),
  certificateRequested,
  end,
});

const whole = {
  hello: { version: 'TLSv1.2', suite: 0x0005 },
  chain: ['a certificate', 'its issuer'],
  certificateRequested: true,
  end: { kind: 'complete' },
};

describe('a whole first flight', () => {
  it('is read from one record', () => {
    expect(plain(read(record(22, Buffer.concat(flight))))).toEqual(whole);
  });

  it('is read from a record for each message', () => {
    expect(plain(read(...flight.map((bytes) => record(22, bytes))))).toEqual(whole);
  });

  it('is read however it is cut into records and segments', () => {
    const bytes = Buffer.concat(flight);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 70 }), (recordSize, segmentSize) => {
        const records = Buffer.concat(cut(bytes, recordSize).map((piece) => record(22, piece)));
        expect(plain(read(...cut(records, segmentSize)))).toEqual(whole);
      }),
    );
  });

  it('without CertificateRequest says so', () => {
    const bytes = [serverHello({ suite: 0xc02f }), certificates([leaf]), keyExchange, serverHelloDone];
    expect(read(record(22, Buffer.concat(bytes)))).toMatchObject({
      certificateRequested: false,
      end: { kind: 'complete' },
    });
  });

  it.each([
    [0x0300, 'SSLv3'],
    [0x0301, 'TLSv1'],
    [0x0302, 'TLSv1.1'],
    [0x0303, 'TLSv1.2'],
  ])('of version %i is %s', (version, name) => {
    const sessionId = Buffer.alloc(32, 7);
    expect(read(record(22, serverHello({ suite: 0x000a, version, sessionId }), version)).hello).toEqual({
      version: name,
      suite: 0x000a,
    });
  });
});

describe('an alert', () => {
  it('that is fatal ends it, with its name', () => {
    expect(read(alert(2, 40)).end).toEqual({ kind: 'alert', name: 'handshake_failure' });
    expect(read(alert(2, 70)).end).toEqual({ kind: 'alert', name: 'protocol_version' });
    expect(read(alert(2, 200)).end).toEqual({ kind: 'alert', name: 'alert 200' });
    expect(read(alert(1, 0)).end).toEqual({ kind: 'alert', name: 'close_notify' });
  });

  it('that warns lets the handshake go on', () => {
    expect(plain(read(alert(1, 112), record(22, Buffer.concat(flight))))).toEqual(whole);
  });

  it('in the middle keeps what came before it', () => {
    expect(read(record(22, serverHello({ suite: 0x0005 })), alert(2, 80))).toMatchObject({
      hello: { suite: 0x0005 },
      end: { kind: 'alert', name: 'internal_error' },
    });
  });
});

describe('what is no first flight', () => {
  it('is shown where it is plaintext', () => {
    expect(read(Buffer.from('220 mail.example.org ESMTP\r\n')).end).toEqual({
      kind: 'plaintext',
      text: '220 mail.example.org ESMTP\r\n',
    });
  });

  it.each([
    ['a record that is too long', record(22, Buffer.alloc(20_000))],
    ['application data behind a record', Buffer.concat([alert(1, 112), record(23, Buffer.alloc(4))])],
    ['a message before ServerHello', record(22, certificates([leaf]))],
    ['two ServerHellos', record(22, Buffer.concat([serverHello({ suite: 1 }), serverHello({ suite: 1 })]))],
    ['a ServerHello that is cut short', record(22, message(2, Buffer.alloc(20)))],
    ['a ServerHello of a version that nobody offered', record(22, serverHello({ suite: 1, version: 0x0304 }))],
    ['an alert of one octet', record(21, Buffer.of(2))],
    [
      'a certificate that is longer than its list',
      record(22, Buffer.concat([serverHello({ suite: 1 }), message(11, Buffer.from('000004000099aa', 'hex'))])),
    ],
  ])('is malformed where it is %s', (_what, bytes) => {
    expect(read(bytes).end).toMatchObject({ kind: 'malformed' });
  });

  it('is a limit where it does not end', () => {
    const hello = record(22, serverHello({ suite: 1 }));
    const much = Array.from({ length: 200 }, () => record(22, message(4, Buffer.alloc(1000))));
    expect(read(hello, ...much).end).toMatchObject({ kind: 'limit' });
    const empty = Array.from({ length: 600 }, () => record(22, Buffer.alloc(0)));
    expect(read(hello, ...empty).end).toMatchObject({ kind: 'limit' });
    expect(read(hello, record(22, Buffer.from('0bffffff', 'hex'))).end).toMatchObject({ kind: 'limit' });
  });

  it('changes nothing after the end', () => {
    const done = read(alert(2, 40));
    expect(takeFlight(done, record(22, Buffer.concat(flight)))).toBe(done);
  });

  it('never throws, whatever comes', () => {
    const anything = fc.uint8Array({ maxLength: 400 });
    const almost = fc
      .tuple(fc.constantFrom(20, 21, 22, 23), anything, fc.nat(400))
      .map(([type, content, keep]) => record(type, content).subarray(0, keep));
    const changed = fc
      .tuple(fc.nat(200), fc.nat(255))
      .map(([at, value]) => Buffer.concat(flight).map((byte, index) => (index === at ? value : byte)))
      .map((content) => record(22, content));
    fc.assert(
      fc.property(fc.array(fc.oneof(anything, almost, changed), { maxLength: 6 }), (pieces) => {
        const { end, hello } = read(...pieces);
        expect(end === null || typeof end.kind === 'string').toBe(true);
        expect(hello === null || hello.suite <= 0xffff).toBe(true);
      }),
    );
  });

  it('keeps 16 certificates of 20', () => {
    const chain = Array.from({ length: 20 }, () => leaf);
    expect(read(record(22, Buffer.concat([serverHello({ suite: 1 }), certificates(chain)]))).chain).toHaveLength(16);
  });
});

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
