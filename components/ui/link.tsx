import type { ComponentProps } from 'react';

/**
 * A link to a page of the console. `FollowLinks` in the frame of the console exchanges the page without loading it
 * anew; before its script is there, and outside the console, it is what links always were. The framework's own would
 * bring 2.7 KiB of script to every page, and ask the server for something about each link that comes into sight.
 */
export function Link({ href, ...rest }: ComponentProps<'a'> & { readonly href: string }) {
  return <a data-within="" href={href} {...rest} />;
}
