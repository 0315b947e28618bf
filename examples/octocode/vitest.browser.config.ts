import { defineConfig } from 'vitest/config';

// One person's path through a deployed stack, in a real browser. See tests/browser/chromium.ts for the variables.
export default defineConfig({
  test: {
    include: ['tests/browser/**/*.test.ts'],
    globalSetup: ['tests/browser/global-setup.ts'],
    testTimeout: 90_000,
    hookTimeout: 30_000,
  },
});
