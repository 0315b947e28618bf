// `pnpm dev`: next dev and the worker, side by side, each reloading on change. Stops both when one ends.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { context } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join(root, 'node_modules/.bin', name);
const outfile = path.join(root, 'node_modules/.cache/octocode/worker.mjs');

for (const file of ['.env', '.env.local']) {
  if (existsSync(path.join(root, file))) process.loadEnvFile(path.join(root, file));
}
const env = {
  ...process.env,
  NODE_ENV: 'development',
  NEXT_TELEMETRY_DISABLED: '1',
};
delete env.NEXT_MANUAL_SIG_HANDLE; // the drain is for production

const children = new Set();
let stopping = false;

function start(name, command, args, extra = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...env, ...extra } });
  children.add(child);
  child.on('exit', (code, signal) => {
    children.delete(child);
    if (child.replaced || stopping) return;
    console.error(`[dev] ${name} ended (${signal ?? code})`);
    void stop(code ?? 1);
  });
  return child;
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const child of children) child.kill('SIGTERM');
  const waiting = [...children].map((child) => new Promise((resolve) => child.on('exit', resolve)));
  const patience = setTimeout(() => children.forEach((child) => child.kill('SIGKILL')), 10_000);
  await Promise.all(waiting);
  clearTimeout(patience);
  await builder.dispose();
  process.exit(code);
}

let worker;
let changes = 0;

/** The same bundling as for production, so that what runs here is what will run there. */
const builder = await context({
  absWorkingDir: root,
  entryPoints: ['src/worker/main.ts'],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: 'inline',
  external: ['pg-native'],
  logLevel: 'warning',
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  plugins: [
    {
      name: 'restart-worker',
      setup: (build) => build.onEnd(({ errors }) => {
        if (errors.length || stopping) return;
        changes += 1;
        if (!worker || worker.exitCode !== null) return void (worker = startWorker());
        console.log(`[dev] worker restarts (change ${changes - 1})`);
        worker.replaced = true;
        worker.once('exit', () => !stopping && (worker = startWorker()));
        worker.kill('SIGTERM');
      }),
    },
  ],
});

// The running task is handed back soon after a change, instead of delaying the restart.
const startWorker = () => start('worker', process.execPath, ['--enable-source-maps', outfile], { WORKER_DRAIN_SECONDS: '1' });

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void stop(0));

// INSPECT=1 listens on 9229, also from outside a container; INSPECT=127.0.0.1:9230 on another address.
const inspect = env.INSPECT ? [`--inspect=${env.INSPECT === '1' ? '0.0.0.0:9229' : env.INSPECT}`] : [];
// Always all interfaces: in a container HOSTNAME is the container's name, which would shut localhost out.
start('next', bin('next'), ['dev', '--hostname', '0.0.0.0', '--port', env.PORT ?? '3000', ...inspect]);
await builder.watch();
