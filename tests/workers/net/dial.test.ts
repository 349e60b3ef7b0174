import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createAddressGuard } from '#lib/model/address.ts';
import { parseCidr } from '#lib/model/ip-address.ts';
import { createDial } from '#workers/net/dial.ts';

function guardAllowing(text: string) {
  const block = parseCidr(text);
  if (!block.ok) throw new Error(block.error);
  return createAddressGuard([block.value]);
}

const dial = createDial({ guard: guardAllowing('127.0.0.0/8') });
const cleanups: (() => void)[] = [];

async function listen(
  onConnection: (socket: Socket) => void,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer(onConnection).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return { server, port: address.port };
}

const soon = () => performance.now() + 20_000;

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

describe('the dialler', () => {
  it('connects to an address that the guard allows', async () => {
    const { port } = await listen((socket) => void socket.end('hello'));
    const dialled = await dial({ address: '127.0.0.1', port, deadline: soon() });
    if (!dialled.ok) throw new Error(dialled.failure.reason);
    expect(String(await once(dialled.facts, 'data'))).toBe('hello');
    dialled.facts.destroy();
  });

  it('connects to nothing that the guard refuses, and passes on why', async () => {
    let connections = 0;
    const { port } = await listen((socket) => {
      connections += 1;
      socket.destroy();
    });
    const guarded = createDial({ guard: createAddressGuard([]) });
    const dialled = await guarded({ address: '127.0.0.1', port, deadline: soon() });
    expect(dialled.ok ? null : dialled.failure).toMatchObject({ stage: 'connect', reason: 'blocked' });
    expect(dialled.ok ? '' : dialled.failure.said).toContain('LATCHWATCH_ALLOW_ADDRESSES');
    expect((await dial({ address: '127.0.0.1', port, deadline: soon() })).ok).toBe(true);
    expect(connections).toBe(1);
  });

  it.each(['localhost', '127.1', '::ffff:127.0.0.1', ''])(
    'does not resolve names nor odd forms: %j',
    async (address) => {
      const { port } = await listen((socket) => void socket.destroy());
      expect(await dial({ address, port, deadline: soon() })).toMatchObject({
        ok: false,
        failure: { reason: 'blocked' },
      });
    },
  );

  it.each([0, 65_536, 1.5, -1, NaN])('does not take %d for a port', async (port) => {
    expect(await dial({ address: '127.0.0.1', port, deadline: soon() })).toMatchObject({
      ok: false,
      failure: { reason: 'blocked' },
    });
  });

  it('says refused where nobody listens', async () => {
    const { server, port } = await listen((socket) => void socket.destroy());
    server.close();
    await once(server, 'close');
    expect(await dial({ address: '127.0.0.1', port, deadline: soon() })).toEqual({
      ok: false,
      failure: { stage: 'connect', reason: 'refused', said: 'ECONNREFUSED' },
    });
  });

  it('says unreachable where no way leads', async () => {
    const anywhere = createDial({ guard: (address) => ({ allowed: true, address }) });
    // Linux refuses the broadcast address for TCP at once.
    expect(await anywhere({ address: '255.255.255.255', port: 25, deadline: soon() })).toMatchObject({
      ok: false,
      failure: { stage: 'connect', reason: 'unreachable' },
    });
  });

  it('does not begin when the deadline has passed', async () => {
    let connections = 0;
    const { port } = await listen((socket) => {
      connections += 1;
      socket.destroy();
    });
    expect(await dial({ address: '127.0.0.1', port, deadline: performance.now() - 1 })).toEqual({
      ok: false,
      failure: { stage: 'connect', reason: 'timeout' },
    });
    expect((await dial({ address: '127.0.0.1', port, deadline: soon() })).ok).toBe(true);
    expect(connections).toBe(1);
  });

  it('gives up at the deadline where the handshake is not answered', async () => {
    // A stopped process accepts nothing: once its backlog is full, the kernel drops further SYNs.
    const script =
      "const s = require('net').createServer().listen(0, '127.0.0.1', 1, () => console.log(s.address().port))";
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    cleanups.push(() => void child.kill('SIGKILL'));
    const port = Number(await once(child.stdout, 'data'));
    child.kill('SIGSTOP');
    const dials = Array.from({ length: 8 }, () =>
      dial({ address: '127.0.0.1', port, deadline: performance.now() + 500 }),
    );
    const outcomes = await Promise.all(dials);
    for (const outcome of outcomes) if (outcome.ok) outcome.facts.destroy();
    expect(outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]))).toContainEqual({
      stage: 'connect',
      reason: 'timeout',
    });
  });

  it('hands out sockets whose late errors harm nothing', async () => {
    const { port } = await listen((socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', () => void socket.resetAndDestroy());
    });
    const dialled = await dial({ address: '127.0.0.1', port, deadline: soon() });
    if (!dialled.ok) throw new Error(dialled.failure.reason);
    // No listener of our own: without the dialler's, the reset would end this process.
    const closed = new Promise((resolve) => dialled.facts.once('close', resolve));
    dialled.facts.write('now reset');
    await closed;
    expect(dialled.facts.destroyed).toBe(true);
  });
});
