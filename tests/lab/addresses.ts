/** Fixed addresses of the lab. All of 127.0.0.0/8 can be bound on Linux without adding an address. */
export const dnsAddresses = {
  root: '127.53.0.1',
  topLevel: '127.53.0.2',
  zones: '127.53.0.3',
  resolver: '127.0.0.53',
} as const;

export const sinkAddress = '127.80.9.25';

/** Address of the n-th server of the domain whose number is `network`. */
export function mailAddress(network: number, server: number): string {
  return `127.80.${network}.${server}`;
}
