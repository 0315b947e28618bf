import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Real PostgreSQL, real Redis. Everything the tests make is theirs alone (a team, a queue prefix) and goes again.
export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname, 'src') } },
  test: {
    include: ['tests/integration/**/*.test.ts'],
    globalSetup: ['tests/integration/global-setup.ts'],
    env: {
      QUEUE_PREFIX: `itest-${process.pid}`,
      AUTH_SECRET: 'integration-tests-only-0123456789abcdef',
      AGENT_STEP_DELAY_MS: '20',
    },
    // One after the other: they share a queue.
    fileParallelism: false,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    coverage: { provider: 'v8', include: ['src/**/*.ts', 'prisma/*.ts'], exclude: ['src/generated/**', 'src/app/**'], reporter: ['text-summary', 'json-summary', 'lcov'] },
  },
});
