import path from 'node:path';
import type { NextConfig } from 'next';

const config: NextConfig = {
  output: 'standalone',
  // The packages of the workspace belong to the application.
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  transpilePackages: ['@monorepo/ui'],
  images: { unoptimized: true },
  agentRules: false,
};

export default config;
