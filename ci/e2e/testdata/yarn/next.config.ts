import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  outputFileTracingRoot: import.meta.dirname,
  images: { unoptimized: true },
  agentRules: false,
};

export default config;
