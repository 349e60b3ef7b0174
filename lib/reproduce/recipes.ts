/** Ways to see a finding of a mail server with the tools of any Unix. */
export type EndpointRecipe =
  | 'addresses'
  | 'connect'
  | 'talk'
  | 'certificates'
  | 'both-keys'
  | 'without-server-name'
  | 'versions'
  | 'suites'
  | 'certificate-request'
  | 'close-alert'
  | 'deep-status'
  | 'client-command'
  | 'early-pop3'
  | 'early-mail'
  | 'injection'
  | 'status-url'
  | 'tlsa'
  | 'several-times';

/** The same for a mail domain's records and what its pages on the web say. */
export type DomainRecipe = 'mx' | 'mx-tlsa' | 'srv' | 'locate' | 'autoconfig' | 'policies' | 'test-message';

/** The same for a DNS zone. */
export type ZoneRecipe = 'clock' | 'keys' | 'servers' | 'denial' | 'mail-records' | 'root';

/** By code, or by the check that has it. */
export const endpointRecipes: Readonly<Partial<Record<string, EndpointRecipe>>> = {
  'address-divergence': 'several-times',
  'certificate-chain': 'certificates',
  'certificate-expiry': 'certificates',
  'certificate-name': 'certificates',
  'certificate-not-reloaded': 'certificates',
  'certificate-srv-id': 'certificates',
  'client-certificate-request': 'certificate-request',
  'client-command': 'client-command',
  'close-notify': 'close-alert',
  'command-injection': 'injection',
  'deep-status': 'deep-status',
  'default-certificate': 'without-server-name',
  'early-commands': 'early-mail',
  'external-login': 'talk',
  'front-and-backend': 'deep-status',
  'front-certificate-differs': 'certificates',
  'front-tls-weaker': 'versions',
  'front-login-differs': 'talk',
  'host-without-address': 'addresses',
  'latch-failure-spike': 'certificates',
  'lost-after-change': 'versions',
  'mixed-backends': 'several-times',
  'negotiated-cipher': 'suites',
  'not-looked-at': 'connect',
  'offered-tls-versions': 'versions',
  'other-certificate': 'both-keys',
  'plaintext-password': 'talk',
  'pop3-open-before-login': 'early-pop3',
  preauthenticated: 'talk',
  protocol: 'talk',
  reachable: 'connect',
  'reported-sessions': 'talk',
  'smtp-authentication': 'talk',
  starttls: 'talk',
  'starttls-withdrawn': 'talk',
  'status-url': 'status-url',
  'tag-proof': 'deep-status',
  'tag-tls-cert-broken': 'certificates',
  'tag-tls-dane-tlsa-broken': 'tlsa',
  'tag-tls10-broken': 'versions',
  'tag-tls12-broken': 'versions',
  'tag-withdrawn': 'deep-status',
  'tls-version': 'versions',
  'tlsa-match': 'tlsa',
  'tlsa-signed': 'tlsa',
  'tlsa-upkeep': 'tlsa',
  'unexpected-change': 'certificates',
  'weak-cipher-suites': 'suites',
};

export const domainRecipes: Readonly<Partial<Record<string, DomainRecipe>>> = {
  'client-configuration': 'autoconfig',
  inventory: 'locate',
  'mail-domain': 'locate',
  'mta-sts': 'policies',
  'mx-protection': 'mx-tlsa',
  'mx-signed': 'mx',
  'mx-target-dead': 'mx',
  'mx-missing': 'mx',
  'srv-drift': 'srv',
  'srv-preference': 'srv',
  'srv-target': 'srv',
  'submission-service': 'locate',
  'test-message': 'test-message',
  'tls-rpt': 'policies',
};

export const zoneRecipes: Readonly<Partial<Record<string, ZoneRecipe>>> = {
  clock: 'clock',
  'delegation-signer': 'keys',
  denial: 'denial',
  'mail-records-signed': 'mail-records',
  'nsec3-parameters': 'denial',
  'own-network': 'root',
  'resolver-opinion': 'keys',
  'signature-expiry': 'keys',
  'signature-lifetime': 'keys',
  'signing-algorithm': 'keys',
  'zone-bogus': 'keys',
  'zone-consistency': 'servers',
  'zone-servers': 'servers',
};
