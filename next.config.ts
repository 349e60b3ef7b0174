import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  poweredByHeader: false,
  outputFileTracingRoot: import.meta.dirname,
  // `npm run gate` checks types, of tests too. The first start builds on the machine of a user, who waits for it.
  typescript: { ignoreBuildErrors: true },
};

export default config;
