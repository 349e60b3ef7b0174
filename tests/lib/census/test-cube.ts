import type { CensusClass, CensusCube } from '#lib/model/census.ts';

export interface TestClients extends Partial<Omit<CensusClass, 'client' | 'server'>> {
  readonly name?: string;
  readonly version?: string;
  readonly hosts?: readonly string[];
  readonly service?: CensusClass['server']['service'];
  readonly holders: number;
  /** Monday. */
  readonly week?: string;
}

/** A census of these clients, one class each. */
export function testCube(groups: readonly TestClients[]): Pick<CensusCube, 'classes' | 'counts'> {
  const classes = groups.map((group, index): CensusClass => {
    const { name = 'Courier', version = '7', hosts = ['mail.example.org'], service = 'imap' } = group;
    const { latched = [], supported = [], tlsVersion = 'TLSv1.3', tlsCipher = null } = group;
    return {
      ...{ id: index + 1, client: { name, version }, latched, supported, tlsVersion, tlsCipher },
      server: { hosts, address: hosts.length === 1 ? null : '192.0.2.1', service },
      speaksDeep: group.speaksDeep ?? latched.length + supported.length > 0,
    };
  });
  return {
    classes: new Map(classes.map((entry) => [entry.id, entry])),
    counts: groups.map(({ holders, week = '2026-11-23' }, index) => ({ classId: index + 1, week, holders })),
  };
}
