import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { alias: { '@': path.resolve(import.meta.dirname, 'src') } },
  test: {
    include: ['tests/unit/**/*.test.ts'],
    coverage: {
      provider: 'v8',
      // A report of a failed run still tells something.
      reportOnFailure: true,
      include: ['src/**/*.ts', 'prisma/*.ts'],
      exclude: ['src/generated/**', 'src/app/**', 'src/components/use*.ts'],
      reporter: ['text-summary', 'json-summary', 'lcov'],
    },
  },
});
