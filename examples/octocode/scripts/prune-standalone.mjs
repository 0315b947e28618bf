// Takes out of .next/standalone what the server never loads. Prisma's runtime comes for every database and every way
// to run it, 58 MB; tracing takes all of it along with the instrumentation hook, which outputFileTracingExcludes does
// not reach (Next.js 16.4). What stays: the client and PostgreSQL's query compiler.
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

const store = path.resolve(import.meta.dirname, '../.next/standalone/node_modules/.pnpm');
const KEEP = /^(client\.(js|mjs)|query_compiler_bg\.postgresql\.(js|mjs|wasm-base64\.mjs))$/;

const packages = (await readdir(store)).filter((name) => name.startsWith('@prisma+client@'));
if (packages.length !== 1) throw new Error(`Expected one copy of @prisma/client in ${store}, found ${packages.length}.`);
const runtime = path.join(store, packages[0], 'node_modules/@prisma/client/runtime');

const files = await readdir(runtime);
if (!files.some((name) => KEEP.test(name))) throw new Error(`${runtime} does not look as expected; nothing was removed.`);
let bytes = 0;
for (const name of files.filter((file) => !KEEP.test(file))) {
  const file = path.join(runtime, name);
  bytes += (await stat(file)).size;
  await rm(file);
}
console.log(`standalone: ${(bytes / 1e6).toFixed(0)} MB of unused Prisma runtimes removed`);
