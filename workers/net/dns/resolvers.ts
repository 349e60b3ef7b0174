import { readFile } from 'node:fs/promises';
import { parseResolvConf, parseServerAddress, type ServerAddress } from '#lib/dns/server-address.ts';
import { ok, type Result } from '#lib/model/result.ts';

/** The recursive resolvers of this machine (resolv.conf(5)); 127.0.0.1 where the file does not exist. */
export async function systemResolvers(path = '/etc/resolv.conf'): Promise<readonly ServerAddress[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return parseResolvConf(text);
}

/** The resolver that LATCHWATCH_RESOLVER names, or the machine's own where it is not set. The error is a sentence. */
export async function chooseResolvers(setting: string | null): Promise<Result<readonly ServerAddress[]>> {
  if (setting === null) return ok(await systemResolvers());
  const server = parseServerAddress(setting);
  return server.ok ? ok([server.value]) : server;
}
