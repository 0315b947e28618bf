// `pnpm start`: the production server straight from the build folder. An image copies static/ and public/ beside
// server.js instead, and runs that directly.
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const standalone = path.join(root, '.next/standalone');
if (!existsSync(path.join(standalone, 'server.js'))) {
  console.error('start: there is no build yet, run "pnpm build".');
  process.exit(1);
}
for (const [from, to] of [['.next/static', '.next/static'], ['public', 'public']]) {
  if (!existsSync(path.join(standalone, to))) symlinkSync(path.join(root, from), path.join(standalone, to));
}
process.env.NEXT_MANUAL_SIG_HANDLE ??= 'true';
await import(path.join(standalone, 'server.js'));
