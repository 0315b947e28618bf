import { defineConfig } from 'vitest/config';

// A deployed stack through its front door, as its users reach it. See tests/smoke/target.ts for the variables.
export default defineConfig({
  test: {
    include: ['tests/smoke/**/*.test.ts'],
    globalSetup: ['tests/smoke/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 30_000,
  },
});
