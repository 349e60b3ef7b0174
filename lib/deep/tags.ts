/** The security tags that the draft defines and that can be proved from outside (draft section 11.2). */
export const provableTags = ['tls10', 'tls12', 'tls-cert', 'tls-dane-tlsa'] as const;
export type ProvableTag = (typeof provableTags)[number];

/** Longest tag in octets (draft section 5.1). */
export const maxTagOctets = 64;
