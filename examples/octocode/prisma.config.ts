import path from 'node:path';
import { defineConfig } from 'prisma/config';
import { cliAdapter, prepareCli } from './prisma/cli-adapter.ts';

prepareCli();

export default defineConfig({
  // Absolute, from the working directory: Prisma would take a relative path from where this file lies, and in the
  // image its compiled form lies in dist/.
  schema: path.resolve('prisma/schema.prisma'),
  migrations: { path: path.resolve('prisma/migrations'), seed: 'tsx prisma/seed.ts' },
  experimental: { adapter: true },
  engine: 'js',
  adapter: async () => cliAdapter(),
});
