/** Fixed addresses of the lab. All of 127.0.0.0/8 can be bound on Linux without adding an address. */
export const dnsAddresses = {
  root: '127.53.0.1',
  /** Serves `test.` and, as many registries do with what is below them, `dnssec.test.`. */
  topLevel: '127.53.0.2',
  zones: '127.53.0.3',
  /** Second authoritative server of some zones. */
  second: '127.53.0.4',
  /** A name server that does what no real one can be made to do. */
  scripted: '127.53.0.5',
  resolver: '127.0.0.53',
} as const;

/** Nobody answers here. */
export const deadDnsAddress = '127.53.0.6';

/** BIND listens only on addresses that an interface has, so it gets a port of its own. */
export const bindResolver = { address: '127.0.0.1', port: 5354 } as const;

export const sinkAddress = '127.80.9.25';

/** Where mail clients of tests come from: not from where the product's own probes do. */
export const clientAddress = '127.81.7.1';

/** Address of the n-th server of the domain whose number is `network`. */
export function mailAddress(network: number, server: number): string {
  return `127.80.${network}.${server}`;
}
