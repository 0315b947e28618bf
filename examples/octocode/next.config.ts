import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  // The commit names the build, so that two builds of one source agree and every replica serves the same URLs.
  generateBuildId: async () => process.env.NEXT_BUILD_ID || process.env.SOURCE_COMMIT || 'local',
  outputFileTracingRoot: import.meta.dirname,
  images: { unoptimized: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // nginx compresses; doing it twice only costs time.
  compress: false,
  agentRules: false,
};

export default config;
