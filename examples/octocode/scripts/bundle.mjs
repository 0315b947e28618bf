// Makes dist/: everything besides Next.js that the production image runs, each as one file without node_modules.
//   dist/worker.mjs    the queue worker
//   dist/seed.mjs      prisma/seed.ts
//   dist/migrate.mjs   the command; dist/migrate/ holds the real Prisma CLI and its WebAssembly engine
import { copyFile, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const require = createRequire(import.meta.url);

/** Bundled CommonJS packages call require() for Node's own modules, which an ES module does not have. */
const banner = { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" };

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  minify: true,
  // Names stay readable in stack traces and in error messages.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
  // pg tries a native client only when asked for one; the app never asks.
  external: ['pg-native'],
};
const esm = { ...common, format: 'esm', banner };

/** The CLI asks whether it is the program that was started. Inside an ES module the answer would be "no". */
const startCli = {
  name: 'start-cli',
  setup(builder) {
    builder.onLoad({ filter: /prisma[\\/]build[\\/]index\.js$/ }, async ({ path: file }) => {
      const parts = (await readFile(file, 'utf8')).split('eval("require.main === module")');
      // Without this check a new version that starts otherwise would give a command that does nothing and succeeds.
      if (parts.length !== 2) throw new Error(`${file} starts in a way this script does not know.`);
      return { contents: parts.join('true'), loader: 'js' };
    });
  },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
await build({ ...esm, entryPoints: { worker: 'src/worker/main.ts', seed: 'prisma/seed.ts' }, outdir: dist, outExtension: { '.js': '.mjs' } });

if (!process.argv.includes('--no-migrate')) {
  await build({ ...esm, entryPoints: { migrate: 'prisma/migrate.ts' }, outdir: dist, outExtension: { '.js': '.mjs' } });

  // Built together, CLI and configuration share what both need. The CLI looks for its engine in ../build next to
  // itself, hence the folder's name. TypeScript would only be loaded for a configuration that is not compiled yet.
  const target = path.join(dist, 'migrate', 'build');
  const source = path.dirname(require.resolve('prisma/build/index.js'));
  await build({
    ...esm,
    banner: { js: `${banner.js}const __filename=import.meta.filename,__dirname=import.meta.dirname;` },
    entryPoints: { prisma: path.join(source, 'index.js'), 'prisma.config': 'prisma.config.ts' },
    outdir: target,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    plugins: [startCli],
    keepNames: false,
    external: [...common.external, 'typescript'],
  });
  // It also reads its own version from there.
  const { name, version, license } = require('prisma/package.json');
  await writeFile(path.join(dist, 'migrate', 'package.json'), `${JSON.stringify({ name, version, license })}\n`);
  for (const wasm of ['schema_engine_bg.wasm', 'prisma_schema_build_bg.wasm']) {
    await copyFile(path.join(source, wasm), path.join(target, wasm));
  }
}

for (const entry of await readdir(dist, { recursive: true })) {
  const { size } = await stat(path.join(dist, entry));
  if (size > 8_192) console.log(`dist/${entry}  ${(size / 1e6).toFixed(2)} MB`);
}
