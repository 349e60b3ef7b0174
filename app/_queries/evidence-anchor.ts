import type { StepName } from '#lib/evidence/step-of-code.ts';

/** The part of an endpoint's page that has the raw evidence of a step. `address` null: of the endpoint as a whole. */
export function evidenceAnchor(step: StepName, address: string | null): string {
  if (step === 'tlsa' || address === null) return 'tlsa';
  switch (step) {
    case 'version':
    case 'cipher':
    case 'chain':
    case 'name':
      return addressAnchor('chain', address);
    case 'dns':
    case 'connect':
    case 'greeting':
    case 'security':
    case 'capabilities':
    case 'deep':
      return addressAnchor('transcript', address);
  }
}

/** The place of one address on the page of its endpoint. */
export function addressAnchor(part: 'address' | 'chain' | 'transcript', address: string): string {
  return `${part}-${address}`;
}
