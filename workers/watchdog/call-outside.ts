import { performance } from 'node:perf_hooks';
import { postDocument, type Posted, type PostPorts } from '#workers/channels/post-document.ts';

/** Calls the outside address once. Never rejects. */
export type CallOutside = () => Promise<Posted>;

const callMs = 15_000;

/**
 * GET of an address that an operator chose (a dead man's switch such as healthchecks.io): all that counts is that
 * somebody answered 2xx, over https with a trusted certificate. `dial` is one without address guard.
 */
export function createCallOutside({ url, ...ports }: { readonly url: URL } & Omit<PostPorts, 'isPublic'>): CallOutside {
  return () =>
    postDocument(
      { url: url.href, document: null, deadline: performance.now() + callMs },
      // The address is the secret, and the operator's choice.
      { ...ports, isPublic: () => false },
    );
}
