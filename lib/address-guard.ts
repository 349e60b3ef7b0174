import { createAddressGuard, type AddressGuard } from './model/address.ts';
import { parseCidr } from './model/ip-address.ts';
import type { Settings } from './settings.ts';

/** The guard that the settings of this process make. What is no block was refused when they were read. */
export function guardOfSettings({ allowAddresses }: Pick<Settings, 'allowAddresses'>): AddressGuard {
  return createAddressGuard(
    allowAddresses.flatMap((text) => {
      const block = parseCidr(text);
      return block.ok ? [block.value] : [];
    }),
  );
}
