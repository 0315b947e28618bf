import type { NextConfig } from 'next';

const SECURITY_HEADERS = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Content-Security-Policy', value: "frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'" },
];

const config: NextConfig = {
  output: 'standalone',
  // The commit names the build, so that two builds of one source agree and every replica serves the same URLs.
  generateBuildId: async () => process.env.NEXT_BUILD_ID || process.env.SOURCE_COMMIT || 'local',
  // Without it Next.js may take a lockfile further up for the root and nest the standalone output that deep.
  outputFileTracingRoot: import.meta.dirname,
  images: { unoptimized: true },
  // Types are a check of their own (`pnpm typecheck`); the build need not do it a second time.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  // nginx compresses; doing it twice only costs time.
  compress: false,
  // Other host names than localhost from which a development server may be used, separated by commas.
  allowedDevOrigins: process.env.DEV_ORIGINS?.split(','),
  // Next.js would write instruction files for coding agents into the repository.
  agentRules: false,
  headers: async () => [{ source: '/:path*', headers: SECURITY_HEADERS }],
};

export default config;
