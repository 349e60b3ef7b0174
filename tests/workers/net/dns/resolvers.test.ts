import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseResolvers, systemResolvers } from '#workers/net/dns/resolvers.ts';

describe('resolvers', () => {
  it('are those of resolv.conf', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'latchwatch-resolv-'));
    await writeFile(join(folder, 'resolv.conf'), 'nameserver 192.0.2.1\nnameserver 2001:db8::1\n');
    expect(await systemResolvers(join(folder, 'resolv.conf'))).toEqual([
      { address: '192.0.2.1', port: 53 },
      { address: '2001:db8::1', port: 53 },
    ]);
    expect(await systemResolvers(join(folder, 'missing'))).toEqual([{ address: '127.0.0.1', port: 53 }]);
    await rm(folder, { recursive: true });
  });

  it('are the one that the setting names', async () => {
    expect(await chooseResolvers('127.0.0.53:5353')).toEqual({
      ok: true,
      value: [{ address: '127.0.0.53', port: 5353 }],
    });
    expect(await chooseResolvers('dns.example')).toMatchObject({ ok: false });
    expect(await chooseResolvers(null)).toEqual({ ok: true, value: await systemResolvers() });
  });
});
