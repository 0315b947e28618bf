import { defineConfig } from 'vitest/config';

// The built application as processes: standalone server, worker, migrate and seed commands. Needs `pnpm build`.
export default defineConfig({
  test: {
    include: ['tests/e2e/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 90_000,
  },
});
